import type { WarningEvent } from '../types/events.js';
import { type Failure, written } from '../types/outcome.js';
import type { RecordId } from '../types/prompt.js';
import type { DocumentPlace, ReplyEntry } from '../types/reply.js';

/** What a reply says for one position of its prompt. */
export type Answer = { readonly value: unknown; readonly failure: null } | { readonly failure: Failure };

/** Takes a warning. */
export type Warn = (code: WarningEvent['code'], message: string) => void;

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

/** What a match may go by. */
export interface MatchOptions {
  /** Entries without any index may be taken in order. */
  readonly positional: boolean;
  /** Documents of which something could not be read. */
  readonly doubts: readonly DocumentPlace[];
}

/**
 * Gives each position of a prompt the value that the reply has for it, and never chooses between two candidates.
 *
 * Of several payloads one is the answer and the others are examples, but which: so the one that names the most records counts only if
 * it names all of them, and no other says anything else; otherwise every record is ambiguous. Where something could not be read,
 * no payload counts but its own. Indices that are exactly 0…n−1 are shifted by one. Any other set with a 0 in it is ambiguous as a
 * whole: it cannot be told from an incomplete count from 0.
 *
 * @returns answers by position; `undefined` where no entry names the record
 */
export function matchEntries(
  ids: readonly RecordId[],
  all: readonly ReplyEntry[],
  { positional, doubts }: MatchOptions,
  warn: Warn,
): readonly (Answer | undefined)[] {
  const isInOrder = ({ id, payload, nested }: ReplyEntry, at: number): boolean =>
    id === ids[at] && payload === all[0]?.payload && nested === all[0].nested;
  // What it should be: one entry for each record, in their order, and nothing else.
  if (all.length === ids.length && doubts.length === 0 && all.every(isInOrder)) return all.map(answer);
  const entries = withoutParts(all);
  if (ids.length === 1) return [agree(preferValues(entries.filter((entry) => isSure([entry], doubts))))];
  if (entries.every(({ id }) => id === undefined)) {
    const lists = new Set(entries.map(({ document, nested, payload }) => (nested ? document : `p${payload}`)));
    if (!positional || doubts.length > 0 || lists.size !== 1 || entries.length !== ids.length)
      return ids.map(() => undefined);
    warn('positional_match', 'the reply has no index; it was taken in order');
    return entries.map(answer);
  }

  const payloads = [...Map.groupBy(entries, ({ payload }) => payload).values()].map((group) => ({
    ...readPayload(ids, group, warn),
    size: group.length,
    isSure: isSure(group, doubts),
  }));
  const named = ({ byId }: Payload): number => ids.filter((id) => byId.has(id)).length;
  const [main] = payloads.filter((payload) => payload.isSure).sort((a, b) => named(b) - named(a));
  if (main === undefined) return ids.map(() => undefined);
  const saidOf = (id: RecordId, { byId }: Payload = main): readonly ReplyEntry[] => byId.get(id) ?? [];
  const others = payloads.filter((payload) => payload !== main && named(payload) > 0);
  const differs = (payload: Payload): boolean =>
    ids.some((id) => agree([...saidOf(id), ...saidOf(id, payload)])?.failure);
  if (others.length > 0 && (named(main) < ids.length || others.some(differs)))
    return ids.map(() => ambiguous('the reply contradicts itself'));

  const unknown = main.size - ids.flatMap((id) => saidOf(id)).length;
  if (unknown > 0) warn('unknown_index', `${unknown} entries name no record of the prompt`);
  return ids.map((id) =>
    main.ambiguous && main.byId.has(id) ? ambiguous('the reply counts from 0, but not to n-1') : agree(saidOf(id)),
  );
}

/** Whether all that could not be read belongs to these entries: objects one after the other, or the same list. */
function isSure(entries: readonly ReplyEntry[], doubts: readonly DocumentPlace[]): boolean {
  return doubts.every(({ document, payload }) =>
    entries.every((entry) => entry.payload === payload && (!entry.nested || entry.document === document)),
  );
}

interface Payload {
  /** The entries by the id that they name; `null` for those that name none. */
  readonly byId: ReadonlyMap<RecordId | null, readonly ReplyEntry[]>;
  readonly ambiguous: boolean;
}

function readPayload(ids: readonly RecordId[], entries: readonly ReplyEntry[], warn: Warn): Payload {
  const byId = Map.groupBy(entries, ({ id }) => readId(id, ids));
  const counts0 = byId.has(0);
  if (!counts0 || entries.length !== ids.length || !ids.every((_, position) => byId.has(position)))
    return { byId, ambiguous: counts0 };
  warn('shifted_indices', 'the reply counts from 0');
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

function agree(entries: readonly ReplyEntry[]): Answer | undefined {
  const [first] = entries;
  if (first === undefined) return undefined;
  if (entries.length > 1 && !entries.every(({ value }) => isSame(value, first.value)))
    return ambiguous('the reply contradicts itself');
  return answer(first);
}

function answer({ value }: ReplyEntry): Answer {
  return { value, failure: null };
}

/** Whether two values of a reply are one; the order of an object's fields says nothing. What is too deep to be compared is not. */
export function isSame(one: unknown, other: unknown): boolean {
  const text = written(one, sortFields);
  return text !== '' && text === written(other, sortFields);
}

function sortFields(_: string, value: unknown): unknown {
  return Object(value) !== value || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function ambiguous(message: string): Answer {
  return { failure: { code: 'ambiguous_index', message } };
}
