import { asyncScheduler, Observable, type SchedulerLike, type Subscription, tap } from 'rxjs';
import type { Gate, GatePass, GatePriority } from '../types/gate.js';
import { createAdaptiveLimit } from './adaptive-limit.js';
import { type Circuit, type CircuitOpenError, type CircuitOptions, createCircuit, type Ending } from './circuit.js';
import { createRateLimit } from './rate-limit.js';
import { type InLine, Line } from './line.js';
import { MAX_DELAY_MS, requireInteger } from './require.js';

/** How much may pass a gate: requests in flight, rates, and what opens its circuit. */
export interface GateOptions {
  /** Most work in flight, an integer from 1. @defaultValue 8 */
  readonly concurrency?: number | undefined;
  /**
   * Whether the gate finds out how much may be in flight: it starts at `concurrency`, halves when the other side is overloaded,
   * and comes back up by one for each round that goes well, or in four near where it was too much. @defaultValue false
   */
  readonly adaptive?: boolean | undefined;
  /** Most work that starts in a minute, an integer from 1; spread over the minute. @defaultValue none */
  readonly requestsPerMinute?: number | undefined;
  /** Most tokens that are spent in a minute, an integer from 1; spread over the minute. @defaultValue none */
  readonly tokensPerMinute?: number | undefined;
  /** Which errors of work mean that there was too much of it. @defaultValue all */
  readonly isOverload?: (error: unknown) => boolean;
  /** When work that fails too often lets nothing more start for a while. @defaultValue the gate never opens its circuit */
  readonly circuit?: CircuitOptions | undefined;
  /** What an error of work says to the circuit. @defaultValue 'failed', for all */
  readonly endingOf?: (error: unknown) => Ending;
  /** What time is read from and timers run on. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
}

type Watch = ReturnType<Circuit['start']>;

interface Waiter extends InLine<Waiter> {
  /** Its place among all that ever came. */
  readonly number: number;
  readonly concurrency: number;
  readonly tokens: number;
  readonly failsWhenOpen: boolean;
  readonly isOver: () => boolean;
  start(): void;
  fail(error: CircuitOpenError): void;
}

/**
 * A {@link Gate} of its own: permits in order of priority and then of arrival.
 *
 * The first in the order is never overtaken, even by one with a higher `concurrency` or fewer tokens; so nobody starves. While the
 * circuit is not closed, the order is that of arrival alone: who has waited longest is the probe, so that nobody waits for one that
 * itself waits for others.
 *
 * @throws RangeError if an option is out of its range
 */
export function createGate(options: GateOptions = {}): Gate {
  const { concurrency = 8, adaptive = false, scheduler = asyncScheduler } = options;
  const { isOverload = () => true, endingOf = () => 'failed' } = options;
  requireInteger('concurrency', concurrency, 1);
  const limit = adaptive ? createAdaptiveLimit(concurrency) : undefined;
  const requests = rateLimit('requestsPerMinute', options.requestsPerMinute, scheduler);
  const tokens = rateLimit('tokensPerMinute', options.tokensPerMinute, scheduler);
  const circuit = options.circuit === undefined ? undefined : createCircuit(options.circuit, scheduler);
  const queues: Record<GatePriority, Line<Waiter>> = { recovery: new Line(), retry: new Line(), fresh: new Line() };
  const inOrder = [queues.recovery, queues.retry, queues.fresh];
  let inFlight = 0;
  let arrivals = 0;
  let heldUntil = -Infinity;
  /** Runs only while somebody waits for the end of a hold, or for a rate. */
  let timer: Subscription | undefined;
  /** Guards against a start that ends at once and asks for the next start from within. */
  let draining = false;

  const waiting = (): number => queues.recovery.size + queues.retry.size + queues.fresh.size;

  const state = (): Gate['circuit'] => circuit?.state ?? 'closed';

  const next = (): Waiter | undefined => {
    let head: Waiter | undefined;
    for (const queue of inOrder) {
      let { first } = queue;
      for (; first?.isOver() === true; { first } = queue) queue.leave(first);
      if (first !== undefined && (head === undefined || (state() !== 'closed' && first.number < head.number)))
        head = first;
    }
    return head;
  };

  const stopTimer = (): void => {
    timer?.unsubscribe();
    timer = undefined;
  };

  const mayStart = ({ concurrency: own }: Waiter): boolean => inFlight < Math.min(own, limit?.current ?? Infinity);

  const circuitMs = (): number => circuit?.waitMs() ?? 0;

  const waitMs = (head: Waiter): number =>
    Math.max(heldUntil - scheduler.now(), requests?.waitMs(1) ?? 0, tokens?.waitMs(head.tokens) ?? 0, circuitMs());

  /** Does what may change the circuit. Whoever does not want to wait then fails. */
  const changing = (change: () => void, told: GatePass['onCircuit']): void => {
    const before = state();
    change();
    if (circuit === undefined || state() === before) return;
    told?.(state(), state() === 'open' ? circuitMs() : 0);
    for (const waiter of inOrder.flatMap((queue) => queue.all()))
      if (waiter.failsWhenOpen && circuitMs() > 0) waiter.fail(circuit.failure());
  };

  const drain = (): void => {
    if (draining) return;
    draining = true;
    stopTimer();
    try {
      for (let head = next(); head !== undefined && mayStart(head); head = next()) {
        const wait = waitMs(head);
        if (wait > 0) {
          // A probe that is under way comes back here when it ends.
          if (wait < Infinity) timer = scheduler.schedule(drain, Math.min(wait, MAX_DELAY_MS));
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

  const observed = <T>(work: Observable<T>, ended: Watch): Observable<T> => {
    const startedAt = scheduler.now();
    return work.pipe(
      tap({
        error: (error: unknown) => {
          if (isOverload(error)) limit?.overloaded(startedAt, scheduler.now());
          ended(endingOf(error), error);
        },
        complete: () => {
          limit?.succeeded();
          ended('well');
        },
      }),
    );
  };

  /** Tells the circuit that work starts. Gives what tells it of its end. */
  const watched = (told: GatePass['onCircuit']): Watch => {
    let ended: Watch | undefined;
    changing(() => (ended = circuit?.start()), told);
    return (ending, error) => {
      changing(() => ended?.(ending, error), told);
    };
  };

  return {
    concurrency,
    get limit() {
      return limit?.current ?? Infinity;
    },
    get circuit() {
      return state();
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return waiting();
    },
    pass: <T>(work: Observable<T>, pass: GatePass = {}) => {
      const { priority = 'fresh', concurrency: own = concurrency, tokens: expected = 0 } = pass;
      const { isOver = () => false } = pass;
      const failsWhenOpen = pass.whenOpen === 'fail';
      requireInteger('concurrency', own, 1);
      return new Observable<T>((subscriber) => {
        const queue = queues[priority];
        if (circuit !== undefined && failsWhenOpen && circuitMs() > 0) {
          subscriber.error(circuit.failure());
          return;
        }
        const waiter: Waiter = {
          before: undefined,
          after: undefined,
          number: arrivals++,
          concurrency: own,
          tokens: expected,
          failsWhenOpen,
          isOver,
          fail: (error) => {
            subscriber.error(error);
          },
          start: () => {
            queue.leave(waiter);
            let told = pass.onCircuit;
            const ended = watched((...change) => told?.(...change));
            observed(work, ended).subscribe(subscriber);
            // Added last, so that work that is let go has stopped before its permit starts other work.
            subscriber.add(() => {
              // Who has left before the end is told nothing any more.
              told = undefined;
              ended('unknown');
              inFlight--;
              drain();
            });
          },
        };
        queue.add(waiter);
        subscriber.add(() => {
          queue.leave(waiter);
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
  if (perMinute === Infinity) return undefined;
  return createRateLimit(perMinute, scheduler);
}
