import type { Observer } from 'rxjs';
import type { CircuitState } from './gate.js';
import type { ErrorCode } from './outcome.js';
import type { Usage } from './reply.js';

/** One request ended, well or not. Totals, budgets and progress are sums over these. */
export interface AttemptEvent {
  readonly type: 'attempt';
  readonly provider: string;
  readonly model: string;
  readonly batchId: string;
  /** Which request for the prompt this was, from 1. */
  readonly attempt: number;
  /** Records that the request asked for. */
  readonly records: number;
  /** `null` if the request was answered, else what went wrong. */
  readonly error: ErrorCode | null;
  /** HTTP status; `undefined` if there was no response. */
  readonly status: number | undefined;
  /** From the permit to the end of the answer, in milliseconds of the scheduler. */
  readonly latencyMs: number;
  /**
   * What the provider counted, or an estimate of four characters a token: nothing for an error status and for a request that found no
   * server, else the prompt and what came of the reply.
   */
  readonly usage: Usage;
  readonly usageIsEstimate: boolean;
  /** Characters of system instruction and messages that were sent. */
  readonly inputCharacters: number;
  /** Money, in the currency of the prices; `undefined` without prices. */
  readonly cost: number | undefined;
}

/** A request is going to be sent again. */
export interface RetryEvent {
  readonly type: 'retry';
  readonly batchId: string;
  /** The request that failed, from 1. */
  readonly attempt: number;
  readonly error: ErrorCode;
  /** The wait before the next one, in milliseconds; a hold of the gate comes on top. */
  readonly delayMs: number;
}

/** The provider asked to be left alone: nothing is sent until the hold is over. */
export interface HoldEvent {
  readonly type: 'hold';
  readonly provider: string;
  readonly holdMs: number;
}

/** An adaptive gate changed how much may be in flight. */
export interface ConcurrencyEvent {
  readonly type: 'concurrency';
  readonly provider: string;
  /** Most requests in flight from now on. */
  readonly limit: number;
}

/**
 * The circuit of a provider's gate changed, by a request of this stream: too many have failed (`open`), this one is the probe
 * (`half-open`), or the probe was answered (`closed`).
 */
export interface CircuitEvent {
  readonly type: 'circuit';
  readonly provider: string;
  readonly state: CircuitState;
  /** How long nothing is sent, in milliseconds; 0 if it is not `open`. */
  readonly waitMs: number;
}

/** Something odd in a reply, or in the results of a job (whose id is the `batchId` then), that was dealt with. */
export interface WarningEvent {
  readonly type: 'warning';
  readonly code:
    | 'unknown_index'
    | 'shifted_indices'
    | 'positional_match'
    | 'contradiction'
    | 'malformed_entry'
    | 'chunk_after_end'
    | 'unknown_result'
    | 'repeated_result'
    | 'unreadable_result'
    | 'missing_result';
  readonly batchId: string;
  readonly message: string;
}

/** Records without a usable answer are asked again. */
export interface RecoveryEvent {
  readonly type: 'recovery';
  /** The prompt that is sent now. */
  readonly batchId: string;
  /** The prompt that asked for its records first. */
  readonly first: string;
  /** Records that it asks for. */
  readonly records: number;
  /** Why they had no usable answer: each code once. */
  readonly errors: readonly ErrorCode[];
}

/** A job was submitted, was found under way, was polled, or has ended; or a call about it failed, and is made again. */
export interface JobEvent {
  readonly type: 'job';
  readonly provider: string;
  /** The job's id at the provider; '' before it has one. */
  readonly jobId: string;
  /** Ordinal of the job in its run, from 1. */
  readonly number: number;
  readonly state: 'submitted' | 'resumed' | 'polled' | 'call_failed' | 'ended' | 'cancel_sent';
  /** Requests in the job. */
  readonly requests: number;
  /** Those of them that were answered, as far as the provider says. */
  readonly answered: number;
  /** How it ended, or why the call failed; '' otherwise. */
  readonly detail: string;
}

/** An answer came from a job's results: one for each line that answers a prompt, well or not. */
export interface ResultEvent {
  readonly type: 'result';
  readonly provider: string;
  readonly jobId: string;
  readonly batchId: string;
  /** Records that the line asked for. */
  readonly records: number;
  /** `null` if the line is an answer, else what went wrong. */
  readonly error: ErrorCode | null;
  /** What the provider counted; `null` if it did not say. */
  readonly usage: Usage | null;
  /** Money, in the currency of the job's prices; `undefined` without prices, or without usage. */
  readonly cost: number | undefined;
}

/** All that is not an outcome. */
export type LlmEvent =
  | AttemptEvent
  | ResultEvent
  | RetryEvent
  | HoldEvent
  | ConcurrencyEvent
  | CircuitEvent
  | WarningEvent
  | RecoveryEvent
  | JobEvent;

/** Where operators report events: a `Subject<LlmEvent>`, or `{ next: event => … }`. Never completed by them. */
export type EventsObserver = Pick<Observer<LlmEvent>, 'next'>;
