import { crc32 } from 'node:zlib';
import type { InputRecord, Key } from './record.js';

/**
 * Which records have a value already, by an earlier output. A key that stands on one line there stands for its record, whatever
 * has become of that since. Where a key repeats, a checksum tells its records apart: of two records with one key, the one with
 * a value is skipped, and not simply the first.
 */
export class Answered {
  /** The checksums of the records with a value. A key's only line is kept as a bare number, since most keys are like that. */
  readonly #values = new Map<Key, number | number[]>();

  /** Takes note of a line of the earlier output. */
  add(key: Key, record: unknown, hasValue: boolean): void {
    const known = this.#values.get(key);
    const checksum = checksumOf(record);
    if (known === undefined) this.#values.set(key, hasValue ? checksum : []);
    else this.#values.set(key, [typeof known === 'number' ? [known] : known, hasValue ? checksum : []].flat());
  }

  /** True if the record has a value in the earlier output; each value there counts once. */
  take({ key, record }: InputRecord): boolean {
    const known = this.#values.get(key);
    if (typeof known !== 'object') return this.#values.delete(key);
    const position = known.indexOf(checksumOf(record));
    if (position !== -1) known.splice(position, 1);
    return position !== -1;
  }
}

function checksumOf(record: unknown): number {
  return crc32(JSON.stringify(record));
}
