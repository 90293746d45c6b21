import type { SchedulerLike } from 'rxjs';

/** An amount that may be spent each minute, spread over it. */
export interface RateLimit {
  /** How long to wait until that much may be spent, in milliseconds; 0 if it may be now. */
  waitMs(amount: number): number;
  /** Spends an amount; a negative one gives back. What is spent beyond the limit is waited for by those who come after. */
  spend(amount: number): void;
}

/** Share of a minute that may be spent at once, after a pause. More would let a minute that began with it go over the limit. */
const BURST = 1 / 60;

/**
 * A token bucket ("Traffic shaping": Tanenbaum, Computer Networks) that refills steadily and holds one second's worth, and at
 * least 1: so whole minutes keep to the limit whichever way the other side counts them. An amount larger than the bucket passes
 * when the bucket is full.
 *
 * @param perMinute - above 0
 */
export function createRateLimit(perMinute: number, scheduler: SchedulerLike): RateLimit {
  const perMs = perMinute / 60_000;
  const capacity = Math.max(1, perMinute * BURST);
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
      return missing <= 1e-9 ? 0 : Math.ceil(missing / perMs);
    },
    spend: (amount) => {
      refill();
      level -= amount;
    },
  };
}
