import {
  catchError,
  defer,
  filter,
  first,
  map,
  Observable,
  NEVER,
  of,
  repeat,
  retry,
  type SchedulerLike,
  Subject,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { fullJitter } from '../flow/backoff.js';
import { CircuitOpenError } from '../flow/circuit.js';
import { type Failure, reasonOf } from '../types/outcome.js';
import { type Completer, type CompletionEvent, ProviderError } from '../types/provider.js';
import type { ReplyChunk } from '../types/reply.js';
import type { Sending, SendSettings } from '../types/sending.js';
import { redact } from './redact.js';
import { expectedTokens, measured } from './measured.js';
import { costOf } from './usage.js';

/**
 * Sends a prompt through the provider's gate, and again while it fails in a way that may pass and no text has come. Emits the
 * text and then exactly one last chunk; never errors.
 */
export function send<T>(provider: Completer, sending: Sending<T>, settings: SendSettings): Observable<ReplyChunk<T>> {
  const { gate } = provider;
  const { prompt, deadlineAt } = sending;
  const enforced = provider.capabilities.enforcesSchema && prompt.request.replySchema !== undefined;
  const { maxRetries, backoff, random, scheduler, report, latch, concurrency, budget, whenOpen } = settings;
  const expected = expectedTokens(sending);
  const cost = costOf(expected, settings.price) ?? 0;
  return defer(() => {
    let attempts = 0;
    let hasText = false;
    /** Lets go of the request on the wire, if there is one. */
    let cut: Subject<Failure> | undefined;
    /** From when on it is too late to send: nothing is answered in what is left. */
    const lastStart = deadlineAt - Math.min(SHORTEST_LIFE_MS, (deadlineAt - scheduler.now()) / 10);
    let veil = (text: string): string => redact(text, []);

    const partOf = (event: CompletionEvent): ReplyChunk<T> | undefined => {
      if (event.type === 'open') veil = event.redact ?? veil;
      const base = { prompt, enforced, attempt: attempts, redact: veil };
      if (event.type === 'finish')
        return { ...base, done: true, text: '', finish: event.reason, usage: event.usage, error: null };
      if (event.type !== 'text') return undefined;
      hasText = true;
      return { ...base, done: false, text: event.text };
    };

    const once = defer(() => {
      if (latch.closed) return NEVER;
      // Those who wait are stopped one after the other, and each gives way to the next.
      const { failure } = latch;
      if (failure !== undefined) return throwError(() => failure);
      if (!budget.reserve(cost)) return throwError(() => EXHAUSTED);
      attempts++;
      cut = new Subject();
      return measured(provider, sending, attempts, cost, settings, cut.pipe(map(throwFailure))).pipe(
        map(partOf),
        filter((part) => part !== undefined),
        tap({
          // Before the gate hears of it: a provider that answers is alive, and would be sent what waits.
          error: (error: unknown) => {
            const failure = failureOf(error, hasText);
            if (failure?.kind === 'fatal') latch.trip(failure);
          },
          finalize: () => {
            cut = undefined;
          },
        }),
      );
    });
    const inTurn = defer(() =>
      gate.pass(once, {
        priority: attempts === 0 ? settings.priority : 'retry',
        concurrency,
        tokens: expected.inputTokens + expected.outputTokens,
        whenOpen,
        isOver: () => scheduler.now() >= lastStart,
        onCircuit: (state, waitMs) => {
          report({ type: 'circuit', provider: provider.name, state, waitMs });
        },
      }),
    );

    const wait = (error: unknown): Observable<unknown> => {
      if (error instanceof CircuitOpenError) return throwError(() => circuitOpen(error));
      const failure = failureOf(error, hasText);
      if (failure?.kind !== 'retryable' || hasText || attempts > maxRetries || latch.failure !== undefined)
        return throwError(() => failure ?? error);
      const delayMs = fullJitter(attempts, random, backoff);
      report({ type: 'retry', batchId: prompt.id, attempt: attempts, error: failure.code, delayMs });
      return timer(delayMs, scheduler);
    };

    /** Errors when nothing is to be sent any more, and when the answer would come too late. */
    const stopped = new Observable<never>((stop) => {
      // What is on the wire ends by itself, so that it is counted.
      const letGo = (failure: Failure) => (): void => {
        if (cut !== undefined) cut.next(failure);
        else stop.error(failure);
      };
      stop.add(
        latch.onTrip((failure) => {
          if (cut === undefined) stop.error(failure);
        }),
      );
      if (deadlineAt < Infinity) stop.add(expiry(deadlineAt, scheduler).subscribe(letGo(EXPIRED)));
      stop.add(
        sending.abandoned?.subscribe({
          next: letGo(ABANDONED),
          error: (error: unknown) => {
            stop.error(error);
          },
        }),
      );
    });

    return inTurn.pipe(
      retry({ delay: wait }),
      takeUntil(stopped),
      catchError((error: unknown) =>
        of({ prompt, enforced, attempt: attempts, done: true as const, error: asFailure(error) }),
      ),
    );
  });
}

/** A provider's error as plain data (an error's message would be lost where a failure is copied); `undefined` for anything else. */
function failureOf(error: unknown, hasText: boolean): Failure | undefined {
  if (!(error instanceof ProviderError) && !isFailure(error)) return undefined;
  const { kind, code, message, status, cause } = error;
  return { kind, code, message, status, cause, interrupted: hasText || undefined };
}

/** What the options throw (a source of jitter, say) ends a request, and no stream. */
function asFailure(error: unknown): Failure {
  if (isFailure(error)) return error;
  return {
    kind: 'final',
    code: 'bad_request',
    message: `the request cannot be sent: ${reasonOf(error)}`,
    cause: error,
  };
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && !(error instanceof Error) && 'code' in error;
}

/** A request that has less than this left, or less than a tenth of its time if that is shorter, is not sent. In milliseconds. */
const SHORTEST_LIFE_MS = 50;

const EXHAUSTED: Failure = { kind: 'final', code: 'budget_exhausted', message: 'the budget is used up' };
const EXPIRED: Failure = { kind: 'final', code: 'deadline_exceeded', message: "the record's deadline has passed" };
const ABANDONED: Failure = { kind: 'final', code: 'abandoned', message: 'nobody waits for the answer any more' };

/** Whoever does not wait is not told to try again either: a later run may. */
function circuitOpen({ cause }: CircuitOpenError): Failure {
  const message = `too many requests have failed, the last one: ${reasonOf(cause)}`;
  return { kind: 'retryable', code: 'circuit_open', message, cause };
}

/** Emits when that time has come, and not a moment before, as timers may. */
function expiry(deadlineAt: number, scheduler: SchedulerLike): Observable<unknown> {
  return defer(() => timer(Math.max(0, deadlineAt - scheduler.now()), scheduler)).pipe(
    repeat(),
    first(() => scheduler.now() >= deadlineAt),
  );
}

function throwFailure({ message, code }: Failure): never {
  throw new ProviderError(message, { kind: 'final', code });
}
