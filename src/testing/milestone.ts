/** A count that only grows, and those who wait for it. */
export class Milestone {
  #count = 0;
  #waiting: { readonly count: number; resolve(): void; reject(error: Error): void }[] = [];
  #ended: Error | undefined;

  reach(count: number): void {
    this.#count = count;
    const reached = this.#waiting.filter((waiter) => waiter.count <= count);
    this.#waiting = this.#waiting.filter((waiter) => waiter.count > count);
    for (const waiter of reached) waiter.resolve();
  }

  /** Resolves when the count is reached, or was before; rejects when {@link end} comes first. */
  async whenReached(count: number): Promise<void> {
    if (count <= this.#count) return;
    if (this.#ended !== undefined) throw this.#ended;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ count, resolve, reject });
    });
  }

  end(error: Error): void {
    this.#ended = error;
    for (const waiter of this.#waiting) waiter.reject(error);
    this.#waiting = [];
  }
}
