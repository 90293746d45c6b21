import type { ReplyFormat } from '../types/reply.js';
import { contentReader, type RecordContent } from './content.js';
import { type ContentOnce, contentOnce } from './content-once.js';
import { type RecordEncoding, renderRecords } from './encoding.js';
import type { CountTokens } from './fit.js';
import { batchTemplate, DEFAULT_TEMPLATE } from './template.js';

/** What a prompt is made of, as far as its tokens go. */
export interface TokenWeightOptions<T> {
  readonly system: string | undefined;
  readonly template: string | undefined;
  readonly encoding: RecordEncoding;
  readonly format: ReplyFormat;
  readonly content: RecordContent<T>;
  readonly maxTokens: number;
  readonly countTokens: CountTokens;
}

/** How the records of one stream are weighed by their tokens, for `bufferTimeOrCount`; and their content, for `toBatchPrompt`. */
export interface TokenWeight<T> extends ContentOnce<T> {
  /** What a prompt leaves of its tokens for records. */
  readonly maxWeight: number;
}

/** Ids as long as any in a prompt of up to 999 records. */
const IDS = [999, 998];

/**
 * Gives what weighs records, anew for each stream.
 *
 * @throws RangeError if the prompt leaves no room for records
 */
export function tokenWeight<T>(options: TokenWeightOptions<T>): () => TokenWeight<T> {
  const { system = '', template, encoding, format, content, maxTokens, countTokens } = options;
  const fill = template === undefined ? DEFAULT_TEMPLATE.many : batchTemplate(template);
  const around = [system, format.instruction({ ids: IDS }), fill('', IDS.length)].join('\n\n');
  const maxWeight = maxTokens - countTokens(around);
  if (maxWeight < 1)
    throw new RangeError(
      `maxTokens must leave room for records beside a prompt of ${maxTokens - maxWeight}; got ${maxTokens}`,
    );
  const read = contentReader(content);
  const weightOf = (text: string): number =>
    countTokens(`${renderRecords([{ id: IDS[0] ?? null, text }], encoding)}\n`);
  return () => ({ maxWeight, ...contentOnce(read, weightOf) });
}
