/** A provider's limit of requests a second, as services count it: a bucket that fills evenly and holds one second's worth. */
export class Bucket {
  readonly #perSecond: number;
  #level: number;
  #filledAt: number;

  /** @param now - in milliseconds */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#level = perSecond;
    this.#filledAt = now;
  }

  /** Lets a request pass, with 0; or says in how many milliseconds one will. */
  take(now: number): number {
    const came = ((now - this.#filledAt) * this.#perSecond) / 1000;
    this.#level = Math.min(this.#perSecond, this.#level + came);
    this.#filledAt = now;
    // Sums of amounts may be off by as much.
    const missing = 1 - 1e-9 - this.#level;
    if (missing > 0) return (missing * 1000) / this.#perSecond;
    this.#level--;
    return 0;
  }
}
