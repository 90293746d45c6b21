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
export function keyOf({ record, line, problem }: ReadRecord, field: string): Key {
  if (problem !== null || typeof record !== 'object' || record === null || !Object.hasOwn(record, field)) return line;
  const value: unknown = Reflect.get(record, field);
  return (typeof value === 'string' && value !== '') || Number.isFinite(value) ? (value as Key) : line;
}
