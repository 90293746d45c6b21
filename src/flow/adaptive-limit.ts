/** A limit that finds its own height below a ceiling. */
export interface AdaptiveLimit {
  /** The limit now, a whole number from 1. */
  readonly current: number;
  /** Work that began at `startedAt` went well. */
  succeeded(): void;
  /** Work that began at `startedAt` was too much for the other side. */
  overloaded(startedAt: number, now: number): void;
}

/**
 * Additive increase, multiplicative decrease (Chiu and Jain, "Analysis of the increase and decrease algorithms for congestion
 * avoidance in computer networks", 1989): up by 1 for each full round of successes, down to half on overload. Work that had
 * begun before the last decrease does not lower the limit again: it was sent under the old one.
 *
 * @param ceiling - an integer from 1, where it starts
 */
export function createAdaptiveLimit(ceiling: number): AdaptiveLimit {
  let limit = ceiling;
  let loweredAt = -Infinity;
  return {
    get current() {
      return Math.floor(limit);
    },
    succeeded: () => {
      limit = Math.min(ceiling, limit + 1 / Math.floor(limit));
    },
    overloaded: (startedAt, now) => {
      if (startedAt < loweredAt) return;
      limit = Math.max(1, Math.floor(limit / 2));
      loweredAt = now;
    },
  };
}
