import { readFileSync } from 'node:fs';
import { from, map, type Observable } from 'rxjs';
import { type BatchPrompt, json, toBatchPrompt } from 'rxjs-llm';
import { jsonSchema } from 'rxjs-llm/json-schema';

export interface Review {
  readonly key: string;
  readonly text: string;
}

export const format = json({ schema: jsonSchema({ type: 'string' }) });

const reviews = readFileSync(new URL('../examples/data/reviews.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as Review).text)
  // As many characters as bytes in JSON, so that lines can be made of any length.
  .map((text) => text.replaceAll('"', "'").replace(/[^ -~]/g, '?'));

/** Reviews one after the other, long enough to cut a text of any length from any place. */
const PROSE = ` ${reviews.join(' ')}`.repeat(3);
const PLACES = PROSE.length / 3;

/** A review of that many characters; each of some thousand begins elsewhere, so that hardly any is like another. */
export function reviewText(number: number, characters: number): string {
  const from = (number * 137) % PLACES;
  return PROSE.slice(from, from + characters);
}

/** Keys of one length. */
export const keyOf = (number: number): string => `review-${String(number).padStart(6, '0')}`;

/** Prompts with one record each, which are made when they are asked for. */
export function promptsOf(records: Iterable<Review>): Observable<BatchPrompt<Review>> {
  return from(records).pipe(
    map((record) => [record]),
    toBatchPrompt({ system: 'Classify the sentiment of the review.', content: ({ text }) => text, format }),
  );
}
