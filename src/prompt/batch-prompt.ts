import type { Failure } from '../types/outcome.js';
import type { BatchPrompt, CompletionRequest, RecordId } from '../types/prompt.js';
import type { ReplyFormat } from '../types/reply.js';
import { type RecordEncoding, renderRecords } from './encoding.js';
import { makeNonces } from './nonce.js';
import { DEFAULT_TEMPLATE, fillTemplate } from './template.js';

/** How prompts are made; all of it decided. */
export interface PromptSettings {
  readonly system: string | undefined;
  /** `undefined` takes the default, which differs for one record and for many. */
  readonly template: string | undefined;
  readonly encoding: RecordEncoding;
  readonly format: ReplyFormat;
  /** False leaves it to `system` and `template` to say how to reply. */
  readonly instruct: boolean;
  readonly ids: 'index' | 'nonce';
  readonly maxOutputTokens: number | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly random: () => number;
}

/** A record on its way into a prompt: with the text that the model reads, or with the reason why there is none. */
export interface PromptEntry<T> {
  readonly record: T;
  readonly index: number;
  readonly text: string;
}

/** Makes the prompt for some records. `entries` must not be empty. */
export function askablePrompt<T>(
  id: string,
  number: number,
  entries: readonly PromptEntry<T>[],
  settings: PromptSettings,
): BatchPrompt<T> {
  const ids =
    settings.ids === 'nonce' ? makeNonces(entries.length, settings.random) : entries.map((_, position) => position + 1);
  return {
    ...identity(id, number, entries, settings.format, (subId, chosen) =>
      askablePrompt(subId, number, chosen, settings),
    ),
    ids,
    request: request(entries, ids, settings),
    error: null,
  };
}

/** Makes the prompt in whose place an error stands. */
export function refusedPrompt<T>(
  id: string,
  number: number,
  entries: readonly PromptEntry<T>[],
  format: ReplyFormat,
  error: Failure,
): BatchPrompt<T> {
  return {
    ...identity(id, number, entries, format, (subId, chosen) => refusedPrompt(subId, number, chosen, format, error)),
    ids: entries.map((_, position) => position + 1),
    request: null,
    error,
  };
}

function identity<T>(
  id: string,
  number: number,
  entries: readonly PromptEntry<T>[],
  format: ReplyFormat,
  remake: (subId: string, chosen: PromptEntry<T>[]) => BatchPrompt<T>,
) {
  let subsets = 0;
  return {
    id,
    number,
    format,
    records: entries.map((entry) => entry.record),
    indices: entries.map((entry) => entry.index),
    subset: (positions: readonly number[]): BatchPrompt<T> => {
      const chosen = positions.map((position) => entries[position]).filter((entry) => entry !== undefined);
      if (chosen.length === 0 || chosen.length < positions.length)
        throw new RangeError(
          `subset takes one position or more of 0 to ${entries.length - 1}; got [${positions.join(', ')}]`,
        );
      return remake(`${id}.${++subsets}`, chosen);
    },
  };
}

function request(
  entries: readonly PromptEntry<unknown>[],
  ids: readonly RecordId[],
  settings: PromptSettings,
): CompletionRequest {
  const { format, encoding, fields, maxOutputTokens } = settings;
  const alone = entries.length === 1;
  const records = renderRecords(
    entries.map(({ text }, position) => ({ id: alone ? null : (ids[position] ?? null), text })),
    encoding,
  );
  const template = settings.template ?? (alone ? DEFAULT_TEMPLATE.one : DEFAULT_TEMPLATE.many);
  // The instruction stands in front of the records, so that the part which all prompts share comes first (prompt caches).
  const system = [settings.system, settings.instruct ? format.instruction({ ids }) : undefined]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n');
  return {
    system: system === '' ? undefined : system,
    messages: [{ role: 'user', content: fillTemplate(template, records, entries.length) }],
    replySchema: format.replySchema({ ids }),
    maxOutputTokens: maxOutputTokens === undefined ? undefined : maxOutputTokens * entries.length,
    fields,
  };
}
