import type { CircuitState } from '../types/gate.js';
import type { Totals } from './totals.js';

/** Where a run stands: the fields of the lines of `--progress json`. */
export interface Snapshot {
  /** Lines written so far. */
  readonly records: number;
  readonly values: number;
  readonly failures: number;
  /** Records that had a value in an earlier run. */
  readonly skipped: number;
  readonly calls: number;
  readonly retries: number;
  /** Calls that asked again for what had no usable answer. */
  readonly recoveries: number;
  readonly tokens: { readonly input: number; readonly cachedInput: number; readonly output: number };
  /** Money, in the currency of the prices; `null` without prices. */
  readonly cost: number | null;
  /** Most requests in flight now, where that adapts to the provider; `null` where it is fixed. */
  readonly concurrency: number | null;
  /** Whether the provider answers: `open` if too many requests have failed, `half-open` while one finds out. */
  readonly circuit: CircuitState;
  /** For how long nothing will be sent: the provider asked for that, or the circuit is open. `null` if something may be. */
  readonly heldSeconds: number | null;
  /** Since the start, one decimal. */
  readonly recordsPerSecond: number;
  readonly seconds: number;
  /** The share of the input that is done, up to 1; `null` if its size is not known. */
  readonly share: number | null;
  /** `null` if there is nothing to tell it by. */
  readonly secondsLeft: number | null;
}

/** What a meter reads besides the totals. */
export interface MeterOptions {
  /** Size of the input; `undefined` if nobody knows. */
  readonly bytes: number | undefined;
  /** Most records that are read. */
  readonly limit: number;
  /** Most requests in flight now. @defaultValue it is fixed */
  readonly concurrency?: (() => number) | undefined;
}

/** Reads a run's totals against its clock and its input. */
export class Meter {
  readonly totals: Totals;
  readonly #inputBytes: number;
  readonly #limit: number;
  readonly #concurrency: (() => number) | undefined;
  readonly #startedAt = performance.now();

  constructor(totals: Totals, { bytes, limit, concurrency }: MeterOptions) {
    this.totals = totals;
    this.#inputBytes = bytes ?? Infinity;
    this.#limit = limit;
    this.#concurrency = concurrency;
  }

  read(): Snapshot {
    const { records, values, failures, skipped, calls, retries, recoveries, tokens, cost, circuit, heldUntil } =
      this.totals;
    const now = performance.now();
    const seconds = (now - this.#startedAt) / 1000;
    const share = this.#share();
    return {
      records,
      values,
      failures,
      skipped,
      calls,
      retries,
      recoveries,
      tokens: { ...tokens },
      cost: cost ?? null,
      concurrency: this.#concurrency?.() ?? null,
      circuit,
      heldSeconds: heldUntil > now ? rounded((heldUntil - now) / 1000, 1) : null,
      recordsPerSecond: seconds === 0 ? 0 : rounded(records / seconds, 1),
      seconds: rounded(seconds, 3),
      share: share === null ? null : rounded(share, 4),
      secondsLeft: share === null ? null : this.#secondsLeft(share, seconds),
    };
  }

  #share(): number | null {
    const { records, skipped, writtenBytes, skippedBytes } = this.totals;
    const share = Math.max((writtenBytes + skippedBytes) / this.#inputBytes, (records + skipped) / this.#limit);
    return this.#inputBytes === Infinity && this.#limit === Infinity ? null : Math.min(1, share);
  }

  /** What was skipped took no time, and tells nothing about the rest. */
  #secondsLeft(share: number, seconds: number): number | null {
    const { records, skipped } = this.totals;
    const own = (share * records) / Math.max(1, records + skipped);
    return own === 0 ? null : rounded((seconds * (1 - share)) / own, 1);
  }
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
