/** A limit that finds its own height below a ceiling. */
export interface AdaptiveLimit {
  /** The limit now, a whole number from 1. */
  readonly current: number;
  /** Work that began at `startedAt` went well. */
  succeeded(): void;
  /** Work that began at `startedAt` was too much for the other side. */
  overloaded(startedAt: number, now: number): void;
}

/** From this share of the height at which it was too much the last time, up to that height, the limit rises slowly. */
const NEAR = 3 / 4;
/** How fast that is, against elsewhere. */
const SLOWLY = 1 / 4;

/**
 * Additive increase, multiplicative decrease (Chiu and Jain, "Analysis of the increase and decrease algorithms for congestion
 * avoidance in computer networks", 1989): up by 1 for each full round of successes, down to half on overload. Work that had
 * begun before the last decrease does not lower the limit again: it was sent under the old one.
 *
 * Near the height at which it was too much the last time it rises more slowly, as CUBIC does (RFC 9438): there it is about right, and
 * each time that it is too much costs requests. Above that height something has changed, and it rises as usual.
 *
 * @param ceiling - an integer from 1, where it starts
 */
export function createAdaptiveLimit(ceiling: number): AdaptiveLimit {
  let limit = ceiling;
  let loweredAt = -Infinity;
  /** The height at which it was too much the last time. */
  let tooMuch = Infinity;
  return {
    get current() {
      return Math.floor(limit);
    },
    succeeded: () => {
      const step = limit >= NEAR * tooMuch && limit <= tooMuch ? SLOWLY : 1;
      limit = Math.min(ceiling, limit + step / Math.floor(limit));
    },
    overloaded: (startedAt, now) => {
      if (startedAt < loweredAt) return;
      tooMuch = limit;
      limit = Math.max(1, Math.floor(limit / 2));
      loweredAt = now;
    },
  };
}
