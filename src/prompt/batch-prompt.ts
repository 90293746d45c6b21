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
  { id, number, bornAt }: PromptIdentity,
  entries: readonly PromptEntry<T>[],
  settings: PromptSettings,
  error: Failure | null = null,
): BatchPrompt<T> {
  let subsets = 0;
  const ids =
    settings.ids === 'nonce' ? makeNonces(entries.length, settings.random) : entries.map((_, position) => position + 1);
  const plain = {
    id,
    number,
    bornAt,
    ids,
    format: settings.format,
    records: entries.map(({ record }) => record),
    indices: entries.map(({ index }) => index),
    ...(error === null ? { request: request(entries, ids, settings), error } : { request: null, error }),
    subset: (positions: readonly number[]) => {
      const chosen = positions.flatMap((position) => entries[position] ?? []);
      if (chosen.length === 0 || chosen.length < positions.length)
        throw new RangeError(`positions must be some of 0 to ${entries.length - 1}; got [${positions.join(', ')}]`);
      return makePrompt({ id: `${id}.${++subsets}`, number, bornAt }, chosen, settings, error);
    },
  };
  return promptOf<T>(plain, () =>
    entries.reduce((sum, entry) => sum + charactersOf(request([entry], [1], settings)), 0),
  );
}

/**
 * Counts a prompt's characters only when somebody asks. All prompts share one getter: with one of its own in each, an engine makes a hidden
 * class for each, and holds prompts by it that nobody else holds.
 */
class LazyCount {
  static readonly #property: PropertyDescriptor & ThisType<LazyCount> = {
    enumerable: true,
    get() {
      return this.#count();
    },
  };
  readonly #count: () => number;

  constructor(plain: object, count: () => number) {
    Object.assign(this, plain);
    this.#count = count;
    Object.defineProperty(this, 'charactersAlone', LazyCount.#property);
  }
}

function promptOf<T>(plain: object, count: () => number): BatchPrompt<T> {
  return new LazyCount(plain, count) as unknown as BatchPrompt<T>;
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
