/** What a record is called in the output. */
export type Key = string | number;

/** A record as it was read; or what stands in the input in the place of one. */
export interface ReadRecord {
  /** Where it starts, from 1. */
  readonly line: number;
  /** Its length in the input. */
  readonly bytes: number;
  /** An object or a string. Where there is a `problem`: the text of the input, or `null` if there is none. */
  readonly record: unknown;
  /** The record's JSON on one line. Numbers stand as they were written, also those that JavaScript would round. */
  readonly json: string;
  /** What is wrong with it. */
  readonly problem: string | null;
}

/** A record on its way through a run. */
export interface InputRecord extends ReadRecord {
  readonly key: Key;
  /** Length of what the model reads of it; 0 until it is read. */
  contentCharacters: number;
}

export function malformed(place: Pick<ReadRecord, 'line' | 'bytes'>, text: string | null, problem: string): ReadRecord {
  return { line: place.line, bytes: place.bytes, record: text, json: JSON.stringify(text), problem };
}

/** The value of a record's key field, if it is a number or a text that is not empty; else the number of its line. */
export function keyOf({ record, json, line, problem }: ReadRecord, field: string): Key {
  if (problem !== null || typeof record !== 'object' || record === null || !Object.hasOwn(record, field)) return line;
  const value: unknown = Reflect.get(record, field);
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : digitsOf(json, field);
  return typeof value === 'string' && value !== '' ? value : line;
}

/** A number as it is written in a field of an object: JavaScript would round it, and give several records one key. */
function digitsOf(json: string, field: string): string {
  const written = new Map<unknown, string>();
  let root: unknown;
  const note: Reviver = function (name, value, context) {
    if (name === field && context?.source !== undefined) written.set(this, context.source);
    root = value;
    return value;
  };
  JSON.parse(json, note);
  return written.get(root) ?? '';
}

/** TypeScript does not know the third parameter yet (ECMA-262, JSON.parse source text access). */
type Reviver = (this: unknown, name: string, value: unknown, context?: { readonly source?: string }) => unknown;
