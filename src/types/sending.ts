import type { Observable, SchedulerLike } from 'rxjs';
import type { EventsObserver, LlmEvent } from './events.js';
import type { GatePriority } from './gate.js';
import type { Failure } from './outcome.js';
import type { AskablePrompt } from './prompt.js';

/** Money for tokens, per million, in any currency. */
export interface Price {
  /** @defaultValue none: without either price there is no cost */
  readonly inputPerMillion?: number | undefined;
  readonly outputPerMillion?: number | undefined;
}

/** The wait before a request is sent again: a random share of a bound that doubles each time. */
export interface Backoff {
  /** Upper bound of the first wait, in milliseconds. @defaultValue 500 */
  readonly initialMs: number;
  /** Upper bound of any wait, in milliseconds. @defaultValue 30000 */
  readonly maxMs: number;
}

/** A request that is bounded in time. */
export interface TimedRequest {
  /** Something of its answer has come. */
  heard(): void;
  /** It has ended. */
  end(): void;
}

/** Bounds requests in time. */
export interface Timeouts {
  /** A request is sent. Calls `expire` with the reason when it has fallen silent, or takes too long. */
  start(expire: (why: string) => void): TimedRequest;
}

/** What is sent. */
export interface Sending<T = unknown> {
  readonly prompt: AskablePrompt<T>;
  /** When it has to have ended, in milliseconds of the scheduler; `Infinity` for never. */
  readonly deadlineAt: number;
  /** Emits when nobody wants the answer any more. */
  readonly abandoned?: Observable<unknown> | undefined;
}

/** Money that a stream may spend. */
export interface SpendingLimit {
  /** Sets aside what a request is expected to cost; false if that is more than is left. */
  reserve(amount: number): boolean;
  /** A request for which `reserved` was set aside has ended, and cost `spent`. */
  settle(reserved: number, spent: number): void;
}

/** What a stream's requests know of each other: the first fatal answer, and whether anybody still listens. */
export interface Latch {
  readonly failure: Failure | undefined;
  /** Emits the failure when it comes. */
  readonly tripped: Observable<Failure>;
  /** The stream was let go: nothing may be sent any more. */
  readonly closed: boolean;
  trip(failure: Failure): void;
}

/** How requests are sent; all of it decided. */
export interface SendSettings {
  readonly maxRetries: number;
  readonly backoff: Backoff;
  readonly timeouts: Timeouts;
  /** Requests start only while fewer are in flight at the provider; `undefined` for the gate's own number. */
  readonly concurrency: number | undefined;
  readonly priority: GatePriority;
  /** What a request does while the provider's circuit lets none start. */
  readonly whenOpen: 'wait' | 'fail';
  readonly price: Price | undefined;
  readonly budget: SpendingLimit;
  /** Gives a number from 0 up to 1. */
  readonly random: () => number;
  readonly scheduler: SchedulerLike;
  readonly report: (event: LlmEvent) => void;
  /** When it trips, nothing more is sent: what is not on the wire then ends with its failure. */
  readonly latch: Latch;
}

/** How a stream's requests are sent. */
export interface StreamSettings extends Omit<SendSettings, keyof RunContext> {
  /** Most that may wait at the gate. */
  readonly maxWaiting: number;
  /** Longest life of a prompt's records, in milliseconds. */
  readonly deadlineMs: number;
  /** Most money that the stream may spend, where its run has no budget. */
  readonly maxCost: number;
}

/** What all requests of one run have in common. */
export type RunContext = Pick<SendSettings, 'latch' | 'budget'>;

/** How a stream wants its requests to be sent: some of the options of `callLLM`, which says more of each. */
export interface SendOptions {
  /** Most times one request is sent again. @defaultValue 3 */
  readonly maxRetries?: number;
  /** The waits between. @defaultValue 500 ms at first, 30000 at most */
  readonly backoff?: Partial<Backoff>;
  /** Longest wait for the headers, and longest silence in the stream, in milliseconds. @defaultValue 30000 */
  readonly timeoutMs?: number;
  /** Longest time for a whole request, in milliseconds. @defaultValue 300000 */
  readonly totalTimeoutMs?: number;
  /** Requests start only while fewer are in flight at the provider. @defaultValue the gate's */
  readonly concurrency?: number | undefined;
  /** Most requests that may wait at the gate. @defaultValue Infinity */
  readonly maxWaiting?: number;
  /** Longest life of a prompt's records, in milliseconds. @defaultValue Infinity */
  readonly deadlineMs?: number | undefined;
  /** Most money that the stream may spend. @defaultValue Infinity */
  readonly maxCost?: number | undefined;
  /** Who passes the gate first. @defaultValue 'fresh' */
  readonly priority?: GatePriority;
  /** What a request does while the provider's circuit lets none start. @defaultValue 'wait' */
  readonly whenOpen?: 'wait' | 'fail';
  /** Prices, to report each attempt's cost. @defaultValue none */
  readonly price?: Price | undefined;
  /** Where attempts, retries, holds and the circuit are reported. @defaultValue nowhere */
  readonly events?: EventsObserver | undefined;
  /** Where jitter comes from: gives a number from 0 up to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** What timers run on. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
}
