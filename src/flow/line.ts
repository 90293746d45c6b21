/** A line that anyone may leave from anywhere. Who is first is known at once, however many there are and have left. */
export class Line<T> {
  readonly #all = new Set<T>();
  /** A set keeps the places of those who have left for a while: looked for from the start each time, the first would take long to find. */
  #rest = this.#all.values();
  #first: T | undefined;

  get size(): number {
    return this.#all.size;
  }

  /** Who has waited longest; `undefined` if nobody is here. */
  get first(): T | undefined {
    while (this.#first === undefined || !this.#all.has(this.#first)) {
      if (this.size === 0) return undefined;
      const { done, value } = this.#rest.next();
      if (done) this.#rest = this.#all.values();
      this.#first = value;
    }
    return this.#first;
  }

  add(one: T): void {
    this.#all.add(one);
  }

  leave(one: T): void {
    this.#all.delete(one);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#all.values();
  }
}
