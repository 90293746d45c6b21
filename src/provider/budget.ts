import type { SpendingLimit } from '../types/sending.js';

/**
 * Money that a stream may spend. What a request is expected to cost is set aside before it is sent, so that requests in flight
 * count too.
 */
export class Budget implements SpendingLimit {
  readonly #max: number;
  #spent = 0;
  /** Set aside for requests in flight. */
  #pending = 0;

  /** @param max - in the currency of the prices; `Infinity` for none */
  constructor(max: number) {
    this.#max = max;
  }

  /** Sets an amount aside; false if that is more than is left. */
  reserve(amount: number): boolean {
    if (this.#spent + this.#pending + amount > this.#max) return false;
    this.#pending += amount;
    return true;
  }

  /** A request for which `reserved` was set aside has ended, and cost `spent`. */
  settle(reserved: number, spent: number): void {
    this.#pending -= reserved;
    this.#spent += spent;
  }
}
