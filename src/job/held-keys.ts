/** The keys of records that jobs of a run have already, as often as they have them. */
export class HeldKeys {
  readonly #times = new Map<string, number>();

  add(key: string): void {
    this.#times.set(key, (this.#times.get(key) ?? 0) + 1);
  }

  /** True if a job has a record of this key, which has not been met yet: two records of one key are two. */
  take(key: string): boolean {
    const times = this.#times.get(key);
    if (times === undefined) return false;
    if (times === 1) this.#times.delete(key);
    else this.#times.set(key, times - 1);
    return true;
  }
}
