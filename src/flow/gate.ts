import { asyncScheduler, Observable, type SchedulerLike, type Subscription } from 'rxjs';
import { MAX_DELAY_MS, requireInteger } from './require.js';
import type { Gate, GatePass, GatePriority } from '../types/gate.js';

export interface GateOptions {
  /** Most work in flight, an integer from 1. @defaultValue 8 */
  readonly concurrency?: number | undefined;
  /** What time is read from and timers run on. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike;
}

interface Waiter {
  readonly concurrency: number;
  start(): void;
}

/**
 * A {@link Gate} of its own: permits in order of priority and then of arrival.
 *
 * The first in the order is never overtaken, even by one with a higher `concurrency`; so nobody starves.
 *
 * @throws RangeError if `concurrency` is not an integer from 1
 */
export function createGate({ concurrency = 8, scheduler = asyncScheduler }: GateOptions = {}): Gate {
  requireInteger('concurrency', concurrency, 1);
  const queues: Record<GatePriority, Set<Waiter>> = { recovery: new Set(), retry: new Set(), fresh: new Set() };
  let inFlight = 0;
  let heldUntil = -Infinity;
  /** Runs only while somebody waits for the end of a hold. */
  let holdTimer: Subscription | undefined;
  /** Guards against a start that ends at once and asks for the next start from within. */
  let draining = false;

  const waiting = (): number => queues.recovery.size + queues.retry.size + queues.fresh.size;

  const next = (): Waiter | undefined => {
    for (const queue of [queues.recovery, queues.retry, queues.fresh]) for (const waiter of queue) return waiter;
    return undefined;
  };

  const stopTimer = (): void => {
    holdTimer?.unsubscribe();
    holdTimer = undefined;
  };

  const drain = (): void => {
    if (draining) return;
    draining = true;
    try {
      for (let head = next(); head !== undefined && inFlight < head.concurrency; head = next()) {
        const held = heldUntil - scheduler.now();
        if (held > 0) {
          holdTimer ??= scheduler.schedule(
            () => {
              holdTimer = undefined;
              drain();
            },
            Math.min(held, MAX_DELAY_MS),
          );
          return;
        }
        inFlight++;
        head.start();
      }
    } finally {
      draining = false;
    }
  };

  return {
    concurrency,
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return waiting();
    },
    pass: <T>(work: Observable<T>, { priority = 'fresh', concurrency: own = concurrency }: GatePass = {}) => {
      requireInteger('concurrency', own, 1);
      return new Observable<T>((subscriber) => {
        const queue = queues[priority];
        const waiter: Waiter = {
          concurrency: own,
          start: () => {
            queue.delete(waiter);
            work.subscribe(subscriber);
            // Added last, so that work that is let go has stopped before its permit starts other work.
            subscriber.add(() => {
              inFlight--;
              drain();
            });
          },
        };
        queue.add(waiter);
        subscriber.add(() => {
          if (queue.delete(waiter) && waiting() === 0) stopTimer();
          else drain();
        });
        drain();
      });
    },
    hold: (ms) => {
      const until = scheduler.now() + ms;
      if (until <= heldUntil) return;
      heldUntil = until;
      stopTimer();
      drain();
    },
  };
}
