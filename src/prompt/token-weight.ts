import type { ReplyFormat } from '../types/reply.js';
import { type RecordEncoding, renderRecords } from './encoding.js';
import type { CountTokens } from './fit.js';
import { DEFAULT_TEMPLATE, fillTemplate } from './template.js';

/** What a prompt is made of, as far as its tokens go. */
export interface TokenWeightOptions {
  readonly system: string | undefined;
  readonly template: string | undefined;
  readonly encoding: RecordEncoding;
  readonly format: ReplyFormat;
  readonly maxTokens: number;
  readonly countTokens: CountTokens;
}

/** Tokens of records in a prompt. */
export interface TokenWeight {
  /** What is left of `maxTokens` for records. */
  readonly maxWeight: number;
  /** Tokens of one record's line. */
  readonly weight: (content: string) => number;
}

/** Ids as long as any in a prompt of up to 999 records. */
const IDS = [999, 998];

/** @throws RangeError if the prompt leaves no room for records */
export function tokenWeight(options: TokenWeightOptions): TokenWeight {
  const { system = '', template = DEFAULT_TEMPLATE.many, encoding, format, maxTokens, countTokens } = options;
  const around = [system, format.instruction({ ids: IDS }), fillTemplate(template, '', IDS.length)].join('\n\n');
  const maxWeight = maxTokens - countTokens(around);
  if (maxWeight < 1)
    throw new RangeError(
      `maxTokens must leave room for records beside a prompt of ${maxTokens - maxWeight}; got ${maxTokens}`,
    );
  return {
    maxWeight,
    weight: (text) => countTokens(`${renderRecords([{ id: IDS[0] ?? null, text }], encoding)}\n`),
  };
}
