import { lastValueFrom, of } from 'rxjs';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import type { Model } from '../model/define-model.js';
import type { Totals } from './totals.js';

/** What the records of a run would have needed with one call each. */
export interface SingleCalls {
  readonly calls: number;
  readonly tokens: { readonly input: number; readonly output: number };
  /** `undefined` without prices. */
  readonly cost: number | undefined;
}

/**
 * Estimates what one call a record would have cost: the characters of a prompt for one record, with the content that was read, at
 * the characters per token of the prompts that were answered. Output tokens are taken as they were, once for each record.
 *
 * @param fixedCharacters - of a prompt for one record, without its content
 */
export function estimateSingleCalls(
  { asked, answeredPrompts, tokens }: Totals,
  { options }: Model,
  fixedCharacters: number,
): SingleCalls {
  const { priceInputPerMillion, priceOutputPerMillion } = options;
  const tokensPerCharacter = answeredPrompts.tokens / Math.max(1, answeredPrompts.characters);
  const input = Math.round((asked.records * fixedCharacters + asked.characters) * tokensPerCharacter);
  const times = Math.max(1, answeredPrompts.records / Math.max(1, asked.records));
  const output = Math.round(tokens.output / times);
  const hasPrices = priceInputPerMillion !== undefined || priceOutputPerMillion !== undefined;
  const cost = hasPrices
    ? (input * (priceInputPerMillion ?? 0) + output * (priceOutputPerMillion ?? 0)) / 1e6
    : undefined;
  return { calls: asked.records, tokens: { input, output }, cost };
}

/** The characters of the model's prompt for one record, without those of its content. */
export async function singlePromptCharacters({ options, format }: Model): Promise<number> {
  const content = 'x';
  const { request } = await lastValueFrom(
    of([content]).pipe(
      toBatchPrompt({
        content: (text: string) => text,
        system: options.systemPrompt,
        template: options.batchPromptTemplate,
        encoding: options.recordFormat,
        format,
      }),
    ),
  );
  if (request === null) return 0;
  const { system = '', messages } = request;
  return messages.reduce((sum, message) => sum + message.content.length, system.length) - content.length;
}
