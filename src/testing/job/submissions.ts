import { createHash } from 'node:crypto';

/** Longer texts are remembered by their digest, so that they need not be held. */
const LONGEST_TEXT = 100;

/** Counts how often each record was submitted. */
export class Submissions {
  readonly #counts = new Map<string, number>();

  /** What a record is counted under. */
  static keyOf(text: string): string {
    if (text.length > LONGEST_TEXT) return `sha256:${createHash('sha256').update(text).digest('hex')}`;
    // A text that is part of a longer one would keep all of that in memory.
    return Buffer.from(text).toString('utf8');
  }

  add(keys: readonly string[]): void {
    for (const key of keys) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  count(text: string): number {
    return this.#counts.get(Submissions.keyOf(text)) ?? 0;
  }

  all(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}
