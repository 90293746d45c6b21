import type { Failure } from '../types/outcome.js';
import type { BatchPrompt, CompletionRequest, RecordId } from '../types/prompt.js';
import type { ReplyFormat } from '../types/reply.js';
import { charactersOf } from './characters.js';
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

/** What stays the same through all that becomes of a prompt; but its parts have ids of their own. */
export interface PromptIdentity {
  readonly id: string;
  readonly number: number;
  readonly bornAt: number;
}

/**
 * Makes the prompt for some records, or the one in whose place an error stands.
 *
 * @param entries - not empty
 */
export function makePrompt<T>(
  identity: PromptIdentity,
  entries: readonly PromptEntry<T>[],
  settings: PromptSettings,
  error: Failure | null = null,
): BatchPrompt<T> {
  let subsets = 0;
  const ids =
    settings.ids === 'nonce' ? makeNonces(entries.length, settings.random) : entries.map((_, position) => position + 1);
  const asked = request(entries, ids, settings);
  return {
    ...identity,
    ids,
    format: settings.format,
    records: entries.map(({ record }) => record),
    indices: entries.map(({ index }) => index),
    // What a request repeats, once for each record; and all texts, as they are written in this one.
    charactersAlone: () =>
      entries.length * charactersOf(request([BLANK], [1], settings)) +
      charactersOf(asked) -
      charactersOf(
        request(
          entries.map(() => BLANK),
          ids,
          settings,
        ),
      ),
    ...(error === null ? { request: asked, error } : { request: null, error }),
    subset: (positions) => {
      const chosen = positions.flatMap((position) => entries[position] ?? []);
      if (chosen.length < Math.max(1, positions.length))
        throw new RangeError(`positions must be some of 0 to ${entries.length - 1}; got [${positions.join(', ')}]`);
      return makePrompt({ ...identity, id: `${identity.id}.${++subsets}` }, chosen, settings, error);
    },
  };
}

const BLANK = { text: '' };

function request(
  entries: readonly Pick<PromptEntry<unknown>, 'text'>[],
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
    .filter(Boolean)
    .join('\n\n');
  return {
    system: system || undefined,
    messages: [{ role: 'user', content: fillTemplate(template, records, entries.length) }],
    replySchema: format.replySchema({ ids }),
    maxOutputTokens: maxOutputTokens === undefined ? undefined : maxOutputTokens * entries.length,
    fields,
  };
}
