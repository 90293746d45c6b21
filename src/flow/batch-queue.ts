import type { SchedulerLike, Subscription } from 'rxjs';
import { type InLine, Line } from './line.js';

/** Items that wait until they leave together. */
export interface BatchQueue<T> {
  /** Lets an item wait; if it is the last that was missing, all leave at once. */
  add(item: T): void;
  /** Takes an item out, which gives its place back; false if it has left. */
  take(item: T): boolean;
  /** Lets all that wait leave now. */
  flush(): void;
}

/**
 * A queue whose items leave, one after the other, when there are `maxCount` of them, or when the first that came since they last left
 * has waited `maxWaitMs`, be it still there or not. A timer is alive only while something waits.
 *
 * @param leave - called for each
 */
export function createBatchQueue<T extends InLine<T>>(
  maxCount: number,
  maxWaitMs: number,
  scheduler: SchedulerLike,
  leave: (item: T) => void,
): BatchQueue<T> {
  const waiting = new Line<T>();
  let timer: Subscription | undefined;

  const stopTimer = (): void => {
    timer?.unsubscribe();
    timer = undefined;
  };
  const flush = (): void => {
    stopTimer();
    const batch = waiting.all();
    for (const item of batch) waiting.leave(item);
    batch.forEach(leave);
  };

  return {
    add: (item) => {
      waiting.add(item);
      if (waiting.size >= maxCount) flush();
      else timer ??= scheduler.schedule(flush, maxWaitMs);
    },
    take: (item) => {
      const wasThere = waiting.leave(item);
      if (waiting.size === 0) stopTimer();
      return wasThere;
    },
    flush,
  };
}
