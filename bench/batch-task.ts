/** The work of `overhead` and `stream`: what is asked, and a model in this process that answers at once. */

export interface Review {
  readonly text: string;
}

/** One value for one record. */
export interface Answered {
  readonly record: Review;
  readonly value: unknown;
}

export const BATCH = 20;
export const CONCURRENCY = 8;
export const SYSTEM = 'Classify the sentiment of each review as positive or negative.';
const HOW =
  'Reply with JSON only, with one entry for each input, under its number, in this form: {"results": [{"index": 1, "value": <your answer>}, …]}';

export function reviewsOf(count: number): readonly Review[] {
  return Array.from({ length: count }, (_, number) => ({
    text: `Review ${number}: the case fits well and the battery lasts, but "delivery" took ${number % 30} days.`,
  }));
}

/** The prompt that `mlPredict` makes of a batch, without anything that makes it safe. */
export function promptOf(batch: readonly Review[]): string {
  const inputs = batch.map(({ text }, position) => `Input ${position + 1}: ${JSON.stringify(text)}`);
  return `${SYSTEM}\n\n${HOW}\n\nAnswer for each of the ${batch.length} inputs below.\n\n${inputs.join('\n')}`;
}

/** The values of a reply, in its own order: that it is the records' order, nobody looks. */
export function valuesOf(batch: readonly Review[], reply: string): readonly Answered[] {
  const { results } = JSON.parse(reply) as { readonly results: readonly { readonly value: unknown }[] };
  return batch.map((record, position) => ({ record, value: results[position]?.value }));
}

/** Answers at once, and counts how often it is asked. */
export class Answerer {
  calls = 0;
  readonly #replies = new Map<number, string>();

  /** The reply for so many records. */
  answer(records: number): string {
    this.calls++;
    const known = this.#replies.get(records) ?? replyOf(records);
    this.#replies.set(records, known);
    return known;
  }

  async ask(_prompt: string, records: number): Promise<string> {
    return this.answer(records);
  }
}

export function replyOf(records: number, value = 'positive'): string {
  if (records === 1) return JSON.stringify({ value });
  return JSON.stringify({ results: Array.from({ length: records }, (_, place) => ({ index: place + 1, value })) });
}

export function batchesOf<T>(records: readonly T[], size = BATCH): readonly T[][] {
  return Array.from({ length: Math.ceil(records.length / size) }, (_, number) =>
    records.slice(number * size, (number + 1) * size),
  );
}
