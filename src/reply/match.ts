import type { WarningEvent } from '../types/events.js';
import type { Failure } from '../types/outcome.js';
import type { RecordId } from '../types/prompt.js';
import type { ReplyEntry } from '../types/reply.js';

/** What a reply says for one position of its prompt. */
export type Answer = { readonly value: unknown; readonly failure: null } | { readonly failure: Failure };

export type ReplyWarning = Pick<WarningEvent, 'code' | 'message'>;

/** A whole reply, matched: answers by position; `undefined` where no entry names the record. */
export interface Matching {
  readonly answers: readonly (Answer | undefined)[];
  readonly warnings: readonly ReplyWarning[];
}

/**
 * The id that an entry names: exactly one of `ids`, or for numbers also the same number as a numeric string or an integral
 * float. `null` if the entry names none; a number that is not among the ids comes back as it is.
 */
export function readId(id: unknown, ids: readonly RecordId[]): RecordId | null {
  if (typeof ids[0] === 'string') return typeof id === 'string' ? id : null;
  if (typeof id === 'number' && Number.isInteger(id)) return id;
  if (typeof id === 'string' && /^\s*\d{1,15}(?:\.0+)?\s*$/.test(id)) return Number(id);
  return null;
}

/**
 * Gives each position of a prompt the value that the reply has for it, and never chooses between two candidates.
 *
 * The payload that names the most records is the answer; what another payload says otherwise makes a record ambiguous, and what
 * only another payload names counts for nothing. Indices that are exactly 0…n−1 are shifted by one. Any other set with a 0 in
 * it is ambiguous as a whole: it cannot be told from an incomplete count from 0.
 */
export function matchEntries(ids: readonly RecordId[], all: readonly ReplyEntry[], positional: boolean): Matching {
  const entries = withoutParts(all);
  if (ids.length === 1) return { answers: [agree(preferValues(entries))], warnings: [] };
  if (entries.every(({ id }) => id === undefined)) return byPosition(ids, entries, positional);

  const warnings: ReplyWarning[] = [];
  const known = new Set(ids);
  const payloads = [...Map.groupBy(entries, ({ payload }) => payload).values()].map((group) =>
    readPayload(ids, group, warnings),
  );
  const named = ({ byId }: Payload): number => ids.filter((id) => byId.has(id)).length;
  const [main, ...others] = payloads.sort((a, b) => named(b) - named(a));
  if (main === undefined) return { answers: ids.map(() => undefined), warnings };

  const unknown = [...main.byId].flatMap(([id, group]) => (id !== null && known.has(id) ? [] : group)).length;
  if (unknown > 0)
    warnings.push({
      code: 'unknown_index',
      message: `${unknown} entries name no record of the prompt`,
    });
  const answers = ids.map((id) => {
    const own = main.byId.get(id);
    if (own === undefined) return undefined;
    if (main.ambiguous) return ambiguous('the reply has an index of 0, but not exactly 0 to n-1');
    return agree([...own, ...others.flatMap(({ byId }) => byId.get(id) ?? [])]);
  });
  return { answers, warnings };
}

interface Payload {
  /** The entries by the id that they name; `null` for those that name none. */
  readonly byId: ReadonlyMap<RecordId | null, readonly ReplyEntry[]>;
  readonly ambiguous: boolean;
}

function readPayload(ids: readonly RecordId[], entries: readonly ReplyEntry[], warnings: ReplyWarning[]): Payload {
  const byId = Map.groupBy(entries, ({ id }) => readId(id, ids));
  if (!byId.has(0)) return { byId, ambiguous: false };
  const isShifted = entries.length === ids.length && ids.every((_, position) => byId.has(position));
  if (!isShifted) return { byId, ambiguous: true };
  warnings.push({ code: 'shifted_indices', message: 'the reply counts from 0' });
  return { byId: new Map([...byId].map(([id, group]) => [Number(id) + 1, group])), ambiguous: false };
}

/** Entries that turned out to be parts of another entry do not count. */
function withoutParts(entries: readonly ReplyEntry[]): readonly ReplyEntry[] {
  const whole = new Set(entries.filter(({ nested }) => !nested).map(({ document }) => document));
  return entries.filter(({ nested, document }) => !nested || !whole.has(document));
}

function preferValues(entries: readonly ReplyEntry[]): readonly ReplyEntry[] {
  const valued = entries.filter(({ value }) => value !== undefined);
  return valued.length > 0 ? valued : entries;
}

function byPosition(ids: readonly RecordId[], entries: readonly ReplyEntry[], positional: boolean): Matching {
  const lists = new Set(entries.map(({ document, nested, payload }) => (nested ? document : `payload ${payload}`)));
  if (!positional || lists.size !== 1 || entries.length !== ids.length)
    return { answers: ids.map(() => undefined), warnings: [] };
  const message = 'the reply has no index; it was taken in order';
  return {
    answers: entries.map(({ value }) => ({ value, failure: null })),
    warnings: [{ code: 'positional_match', message }],
  };
}

function agree(entries: readonly ReplyEntry[]): Answer | undefined {
  const [first, ...rest] = entries;
  if (first === undefined) return undefined;
  const text = JSON.stringify(first.value);
  if (rest.some(({ value }) => JSON.stringify(value) !== text)) return ambiguous('the reply contradicts itself');
  return { value: first.value, failure: null };
}

function ambiguous(message: string): Answer {
  return { failure: { code: 'ambiguous_index', message } };
}
