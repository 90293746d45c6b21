import type { SchedulerLike } from 'rxjs';

/** An amount that may be spent each minute, spread over it. */
export interface RateLimit {
  /** How long to wait until that much may be spent, in milliseconds; 0 if it may be now. */
  waitMs(amount: number): number;
  /** Spends an amount; a negative one gives back. What is spent beyond the limit is waited for by those who come after. */
  spend(amount: number): void;
}

const MINUTE_MS = 60_000;

/** Share of a minute that may be spent at once, after a pause: timers that are late by less lose nothing. */
const BURST = 1 / 60;

/** Amounts are sums, and may be off by as much. */
const EPSILON = 1e-9;

/**
 * A token bucket ("Traffic shaping": Tanenbaum, Computer Networks) that refills steadily and holds one second's worth, and at
 * least 1, spreads what is spent over the minute. A log of the last minute keeps its sum to the limit, wherever the minute begins.
 * An amount larger than the bucket passes when the bucket is full, one larger than the limit when nothing was spent for a minute.
 *
 * @param perMinute - above 0
 */
export function createRateLimit(perMinute: number, scheduler: SchedulerLike): RateLimit {
  const perMs = perMinute / MINUTE_MS;
  const capacity = Math.max(1, perMinute * BURST);
  const log = createLog(scheduler);
  let level = capacity;
  let filledAt = scheduler.now();

  const refill = (): void => {
    const now = scheduler.now();
    level = Math.min(capacity, level + (now - filledAt) * perMs);
    filledAt = now;
  };

  return {
    waitMs: (amount) => {
      refill();
      const missing = Math.min(amount, capacity) - level;
      // Rounded up to whole milliseconds, as timers are: otherwise the last share of one would be waited for again and again.
      const untilFilled = missing <= EPSILON ? 0 : Math.ceil(missing / perMs);
      return Math.max(untilFilled, log.waitMs(amount === 0 ? Infinity : perMinute - amount));
    },
    spend: (amount) => {
      refill();
      level -= amount;
      log.add(amount);
    },
  };
}

/** What was spent in the last minute, and when. */
function createLog(scheduler: SchedulerLike) {
  let entries: { readonly at: number; amount: number }[] = [];
  /** Entries before this one are older than a minute. They are cut off now and then, as that takes time. */
  let oldest = 0;
  let sum = 0;

  const forget = (): void => {
    const before = scheduler.now() - MINUTE_MS;
    for (let entry = entries[oldest]; entry !== undefined && entry.at <= before; entry = entries[++oldest])
      sum -= entry.amount;
    if (oldest * 2 <= entries.length) return;
    entries = entries.slice(oldest);
    oldest = 0;
  };

  return {
    /** How long until no more than `most` is left of what was spent; or nothing, where that is negative. */
    waitMs: (most: number): number => {
      forget();
      let left = sum;
      let wait = 0;
      let at = oldest;
      for (let entry = entries[at]; entry !== undefined && left > Math.max(0, most) + EPSILON; entry = entries[++at]) {
        left -= entry.amount;
        wait = entry.at + MINUTE_MS - scheduler.now();
      }
      return wait;
    },
    add: (amount: number): void => {
      forget();
      const last = entries.at(-1);
      if (amount < 0) giveBack(-amount);
      else if (last !== undefined && oldest < entries.length && last.at === scheduler.now()) last.amount += amount;
      else entries.push({ at: scheduler.now(), amount });
      if (amount > 0) sum += amount;
    },
  };

  /** From what was spent first, so that it is not missing from a minute in which it was never spent. */
  function giveBack(amount: number): void {
    let at = oldest;
    for (let entry = entries[at]; entry !== undefined && amount > 0; entry = entries[++at]) {
      const back = Math.min(entry.amount, amount);
      entry.amount -= back;
      sum -= back;
      amount -= back;
    }
  }
}
