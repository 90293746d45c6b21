import type { Failure } from '../types/outcome.js';
import type { BatchPrompt, CompletionRequest, RecordId } from '../types/prompt.js';
import type { ReplyFormat } from '../types/reply.js';
import { charactersOf } from './characters.js';
import { type RecordEncoding, renderRecords } from './encoding.js';
import { makeNonces } from './nonce.js';
import { type BatchTemplate, DEFAULT_TEMPLATE } from './template.js';

/** How prompts are made; all of it decided. */
export interface PromptSettings {
  readonly system: string | undefined;
  /** `undefined` takes the default, which differs for one record and for many. */
  readonly template: BatchTemplate | undefined;
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

/** Makes prompts of one kind. */
export class PromptMaker {
  readonly #settings: PromptSettings;
  /** Characters of a request for so many records that have no text. Ids of one kind have one length. */
  readonly #blank: number[] = [];

  constructor(settings: PromptSettings) {
    this.#settings = settings;
  }

  /**
   * Makes the prompt for some records, or the one in whose place an error stands.
   *
   * @param entries - not empty
   */
  make<T>(identity: PromptIdentity, entries: readonly PromptEntry<T>[], error: Failure | null = null): BatchPrompt<T> {
    const { ids: kind, random, format } = this.#settings;
    let subsets = 0;
    const { length } = entries;
    const ids = kind === 'nonce' ? makeNonces(length, random) : entries.map((_, position) => position + 1);
    const request = requestFor(entries, ids, this.#settings);
    return {
      ...identity,
      ids,
      format,
      records: entries.map(({ record }) => record),
      indices: entries.map(({ index }) => index),
      // What a request repeats, once for each record; and all texts, as they are written in this one.
      charactersAlone: () => length * this.#blankFor([1]) + charactersOf(request) - this.#blankFor(ids),
      request: error === null ? request : null,
      error,
      subset: (positions) => {
        const chosen = positions.flatMap((position) => entries[position] ?? []);
        if (chosen.length < Math.max(1, positions.length))
          throw new RangeError(`positions must be some of 0 to ${length - 1}; got [${positions.join(', ')}]`);
        return this.make({ ...identity, id: `${identity.id}.${++subsets}` }, chosen, error);
      },
    } as BatchPrompt<T>;
  }

  #blankFor(ids: readonly RecordId[]): number {
    const blanks = ids.map(() => BLANK);
    return (this.#blank[ids.length] ??= charactersOf(requestFor(blanks, ids, this.#settings)));
  }
}

const BLANK = { text: '' };

function requestFor(
  entries: readonly Pick<PromptEntry<unknown>, 'text'>[],
  ids: readonly RecordId[],
  settings: PromptSettings,
): CompletionRequest {
  const { format, encoding, fields, maxOutputTokens } = settings;
  const alone = entries.length === 1;
  const fill = settings.template ?? (alone ? DEFAULT_TEMPLATE.one : DEFAULT_TEMPLATE.many);
  // The instruction stands in front of the records, so that the part which all prompts share comes first (prompt caches).
  const system = [settings.system, settings.instruct ? format.instruction({ ids }) : undefined]
    .filter(Boolean)
    .join('\n\n');
  const records = renderRecords(
    entries.map(({ text }, position) => ({ id: alone ? null : (ids[position] ?? null), text })),
    encoding,
  );
  return {
    system: system || undefined,
    messages: [{ role: 'user', content: fill(records, entries.length) }],
    replySchema: format.replySchema({ ids }),
    maxOutputTokens: maxOutputTokens === undefined ? undefined : maxOutputTokens * entries.length,
    fields,
  };
}
