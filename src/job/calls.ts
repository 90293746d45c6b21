import { asyncScheduler, type Observable, retry, type SchedulerLike, tap, throwError, timeout, timer } from 'rxjs';
import { DEFAULT_BACKOFF, fullJitter } from '../flow/backoff.js';
import { createReporter } from '../flow/reporter.js';
import { requireDelay, requireInteger } from '../flow/require.js';
import type { EventsObserver, LlmEvent } from '../types/events.js';
import type { Gate, GatePass } from '../types/gate.js';
import { ProviderError } from '../types/provider.js';
import type { Backoff } from '../types/sending.js';

/** How calls about jobs are made; all of it decided. */
export interface CallSettings {
  readonly gate: Gate;
  readonly maxRetries: number;
  readonly backoff: Backoff;
  /** Longest silence of a call, in milliseconds. */
  readonly timeoutMs: number;
  readonly random: () => number;
  readonly scheduler: SchedulerLike;
  readonly report: (event: LlmEvent) => void;
}

/** How calls about jobs are made. */
export interface JobCallOptions {
  /** Most times a call is made again, an integer from 0. @defaultValue 5 */
  readonly maxRetries?: number;
  /** The waits between, in milliseconds: random shares of bounds that double. @defaultValue 500 at first, 30000 at most */
  readonly backoff?: Partial<Backoff>;
  /** Longest silence of a call, in milliseconds above 0. @defaultValue 60000 */
  readonly timeoutMs?: number;
  /** Where it is reported what becomes of jobs, and which calls failed. @defaultValue nowhere */
  readonly events?: EventsObserver | undefined;
  /** Where jitter comes from: gives a number from 0 up to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** What timers run on. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
}

/** @throws RangeError if an option is out of its range */
export function callSettings(gate: Gate, options: JobCallOptions): CallSettings {
  const { maxRetries = 5, timeoutMs = 60_000, random = Math.random, scheduler = asyncScheduler, events } = options;
  requireInteger('maxRetries', maxRetries, 0);
  requireDelay('timeoutMs', timeoutMs, 1);
  const backoff = { ...DEFAULT_BACKOFF, ...options.backoff };
  return { gate, maxRetries, backoff, timeoutMs, random, scheduler, report: createReporter(events) };
}

/** What brings a job on, or its results home, does not wait behind the polls of thousands of others. */
const BEFORE_POLLS: GatePass = { priority: 'retry' };

/** Makes one call through the gate. A provider that asks to be left alone holds the gate. */
export function callOnce<T>(work: Observable<T>, settings: CallSettings, pass = BEFORE_POLLS): Observable<T> {
  const { gate, timeoutMs, scheduler } = settings;
  const bounded =
    timeoutMs === Infinity ? work : work.pipe(timeout({ each: timeoutMs, scheduler, with: () => silent(timeoutMs) }));
  return gate.pass(bounded, pass).pipe(
    tap({
      error: (error: unknown) => {
        if (error instanceof ProviderError && error.retryAfterMs !== undefined) gate.hold(error.retryAfterMs);
      },
    }),
  );
}

/** The same, and again while it fails in a way that may pass. */
export function call<T>(
  work: Observable<T>,
  settings: CallSettings,
  failed: (error: ProviderError) => void = () => undefined,
): Observable<T> {
  return callOnce(work, settings).pipe(
    retry({
      count: settings.maxRetries,
      delay: (error: unknown, retries) => {
        if (!mayPass(error)) return throwError(() => error);
        failed(error);
        return pause(retries, settings);
      },
      // A download that goes on after a broken one begins to count anew.
      resetOnSuccess: true,
    }),
  );
}

/** The wait before a retry, from 1. */
export function pause(retries: number, settings: Pick<CallSettings, 'random' | 'backoff' | 'scheduler'>) {
  return timer(fullJitter(retries, settings.random, settings.backoff), settings.scheduler);
}

export function mayPass(error: unknown): error is ProviderError {
  return error instanceof ProviderError && error.kind === 'retryable';
}

function silent(timeoutMs: number): Observable<never> {
  return throwError(
    () =>
      new ProviderError(`the provider said nothing for ${timeoutMs} ms`, {
        kind: 'retryable',
        code: 'request_timeout',
      }),
  );
}
