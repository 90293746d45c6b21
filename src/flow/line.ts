/** Who may stand in a {@link Line}, in one at a time. */
export interface InLine<T> {
  before: T | undefined;
  after: T | undefined;
}

/**
 * A line that anyone may leave from anywhere, however many stand in it.
 *
 * It is a list whose members are linked, and no `Set`: V8 links the table that a set has outgrown to the next one. A table that has become
 * old so holds all that has been in the set since, until the next full collection.
 */
export class Line<T extends InLine<T>> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Who has waited longest; `undefined` if nobody is here. */
  get first(): T | undefined {
    return this.#first;
  }

  add(one: T): void {
    one.before = this.#last;
    if (this.#last === undefined) this.#first = one;
    else this.#last.after = one;
    this.#last = one;
    this.#size++;
  }

  /** False if it is not here. */
  leave(one: T): boolean {
    const { before, after } = one;
    if (before === undefined && this.#first !== one) return false;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    // Who has left holds nobody who has not.
    one.before = undefined;
    one.after = undefined;
    this.#size--;
    return true;
  }

  /** All that are here now, from the first: they may leave meanwhile. */
  all(): readonly T[] {
    const all: T[] = [];
    for (let one = this.#first; one !== undefined; one = one.after) all.push(one);
    return all;
  }
}
