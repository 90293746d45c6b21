import type { Backoff } from '../types/sending.js';

export const DEFAULT_BACKOFF: Backoff = { initialMs: 500, maxMs: 30_000 };

/**
 * The wait before retry `retry` (from 1), in milliseconds: a random share of a bound that doubles each time up to `maxMs`
 * ("full jitter": Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * @param random - gives a number from 0 up to, not including, 1
 */
export function fullJitter(
  retry: number,
  random: () => number,
  { initialMs, maxMs }: Backoff = DEFAULT_BACKOFF,
): number {
  // From 2 ** 1024 on a power is infinite, and no share of nothing any more.
  return random() * Math.min(maxMs, initialMs * 2 ** Math.min(retry - 1, 1023));
}
