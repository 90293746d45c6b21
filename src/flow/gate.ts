import { asyncScheduler, Observable, type SchedulerLike, type Subscription, tap } from 'rxjs';
import type { Gate, GatePass, GatePriority } from '../types/gate.js';
import { createAdaptiveLimit } from './adaptive-limit.js';
import { createRateLimit } from './rate-limit.js';
import { MAX_DELAY_MS, requireInteger } from './require.js';

export interface GateOptions {
  /** Most work in flight, an integer from 1. @defaultValue 8 */
  readonly concurrency?: number | undefined;
  /**
   * Whether the gate finds out how much may be in flight: it starts at `concurrency`, halves when the other side is overloaded,
   * and comes back up by one for each round that goes well. @defaultValue false
   */
  readonly adaptive?: boolean | undefined;
  /** Most work that starts in a minute, an integer from 1; spread over the minute. @defaultValue none */
  readonly requestsPerMinute?: number | undefined;
  /** Most tokens that are spent in a minute, an integer from 1; spread over the minute. @defaultValue none */
  readonly tokensPerMinute?: number | undefined;
  /** Which errors of work mean that there was too much of it. @defaultValue all */
  readonly isOverload?: (error: unknown) => boolean;
  /** What time is read from and timers run on. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
}

interface Waiter {
  readonly concurrency: number;
  readonly tokens: number;
  start(): void;
}

/**
 * A {@link Gate} of its own: permits in order of priority and then of arrival.
 *
 * The first in the order is never overtaken, even by one with a higher `concurrency` or fewer tokens; so nobody starves.
 *
 * @throws RangeError if an option is not an integer from 1
 */
export function createGate(options: GateOptions = {}): Gate {
  const { concurrency = 8, adaptive = false, isOverload = () => true, scheduler = asyncScheduler } = options;
  requireInteger('concurrency', concurrency, 1);
  const limit = adaptive ? createAdaptiveLimit(concurrency) : undefined;
  const requests = rateLimit('requestsPerMinute', options.requestsPerMinute, scheduler);
  const tokens = rateLimit('tokensPerMinute', options.tokensPerMinute, scheduler);
  const queues: Record<GatePriority, Set<Waiter>> = { recovery: new Set(), retry: new Set(), fresh: new Set() };
  let inFlight = 0;
  let heldUntil = -Infinity;
  /** Runs only while somebody waits for the end of a hold, or for a rate. */
  let timer: Subscription | undefined;
  /** Guards against a start that ends at once and asks for the next start from within. */
  let draining = false;

  const waiting = (): number => queues.recovery.size + queues.retry.size + queues.fresh.size;

  const next = (): Waiter | undefined => {
    for (const queue of [queues.recovery, queues.retry, queues.fresh]) for (const waiter of queue) return waiter;
    return undefined;
  };

  const stopTimer = (): void => {
    timer?.unsubscribe();
    timer = undefined;
  };

  const mayStart = ({ concurrency: own }: Waiter): boolean => inFlight < Math.min(own, limit?.current ?? Infinity);

  const waitMs = (head: Waiter): number =>
    Math.max(heldUntil - scheduler.now(), requests?.waitMs(1) ?? 0, tokens?.waitMs(head.tokens) ?? 0);

  const drain = (): void => {
    if (draining) return;
    draining = true;
    stopTimer();
    try {
      for (let head = next(); head !== undefined && mayStart(head); head = next()) {
        const wait = waitMs(head);
        if (wait > 0) {
          timer = scheduler.schedule(drain, Math.min(wait, MAX_DELAY_MS));
          return;
        }
        inFlight++;
        requests?.spend(1);
        tokens?.spend(head.tokens);
        head.start();
      }
    } finally {
      draining = false;
    }
  };

  const observed = <T>(work: Observable<T>): Observable<T> => {
    if (limit === undefined) return work;
    const startedAt = scheduler.now();
    return work.pipe(
      tap({
        error: (error: unknown) => {
          if (isOverload(error)) limit.overloaded(startedAt, scheduler.now());
        },
        complete: () => {
          limit.succeeded();
        },
      }),
    );
  };

  return {
    concurrency,
    get limit() {
      return limit?.current ?? Infinity;
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return waiting();
    },
    pass: <T>(work: Observable<T>, pass: GatePass = {}) => {
      const { priority = 'fresh', concurrency: own = concurrency, tokens: expected = 0 } = pass;
      requireInteger('concurrency', own, 1);
      return new Observable<T>((subscriber) => {
        const queue = queues[priority];
        const waiter: Waiter = {
          concurrency: own,
          tokens: expected,
          start: () => {
            queue.delete(waiter);
            observed(work).subscribe(subscriber);
            // Added last, so that work that is let go has stopped before its permit starts other work.
            subscriber.add(() => {
              inFlight--;
              drain();
            });
          },
        };
        queue.add(waiter);
        subscriber.add(() => {
          queue.delete(waiter);
          drain();
        });
        drain();
      });
    },
    spend: (amount) => {
      tokens?.spend(amount);
    },
    hold: (ms) => {
      const until = scheduler.now() + ms;
      if (until <= heldUntil) return;
      heldUntil = until;
      drain();
    },
  };
}

function rateLimit(option: string, perMinute: number | undefined, scheduler: SchedulerLike) {
  if (perMinute === undefined) return undefined;
  requireInteger(option, perMinute, 1);
  return createRateLimit(perMinute, scheduler);
}
