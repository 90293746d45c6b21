import { defer, first, Observable, repeat, type SchedulerLike, timer } from 'rxjs';
import { fullJitter } from '../flow/backoff.js';
import { CircuitOpenError } from '../flow/circuit.js';
import { type InLine, Line } from '../flow/line.js';
import { type Failure, reasonOf } from '../types/outcome.js';
import { type Completer, type CompletionEvent, ProviderError } from '../types/provider.js';
import type { ReplyChunk } from '../types/reply.js';
import type { Latch, Sending, SendSettings } from '../types/sending.js';
import { asThrown, attempt } from './attempt.js';
import { expectedOf, Meter } from './meter.js';
import { redact } from './redact.js';

/**
 * Sends a prompt through the provider's gate, and again while it fails in a way that may pass and no text has come. Emits the
 * text and then exactly one last chunk; never errors.
 */
export function send<T>(provider: Completer, sending: Sending<T>, settings: SendSettings): Observable<ReplyChunk<T>> {
  const { gate } = provider;
  const { prompt, deadlineAt } = sending;
  const { request } = prompt;
  const enforced = provider.capabilities.enforcesSchema && request.replySchema !== undefined;
  const { maxRetries, backoff, random, scheduler, timeouts, report, latch, concurrency, budget, whenOpen } = settings;
  const expected = expectedOf(sending, settings);
  return new Observable((subscriber) => {
    let attempts = 0;
    let hasText = false;
    /** Lets go of the request on the wire, if there is one. */
    let cut: ((failure: Failure) => void) | undefined;
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

    const end = (error: unknown): void => {
      subscriber.next({ prompt, enforced, attempt: attempts, done: true, error: asFailure(error) });
      subscriber.complete();
    };

    const once = new Observable<ReplyChunk<T>>((answer) => {
      if (latch.closed) return;
      // Those who wait are stopped one after the other, and each gives way to the next.
      const stop = latch.failure ?? (budget.reserve(expected.cost) ? undefined : EXHAUSTED);
      if (stop !== undefined) {
        answer.error(stop);
        return;
      }
      const meter = new Meter(provider, sending, settings, { expected, number: ++attempts });
      const fail = (error: ProviderError): void => {
        if (answer.closed) return;
        meter.end(error);
        // Before the gate hears of it: a provider that answers is alive, and would be sent what waits.
        if (error.kind === 'fatal') latch.trip(failureOf(error, hasText));
        answer.error(error);
      };
      cut = ({ message, code }) => {
        fail(new ProviderError(message, { kind: 'final', code }));
      };
      const isOver = (): boolean => subscriber.closed;
      answer.add(
        attempt(provider, request, timeouts, isOver).subscribe({
          next: (event) => {
            try {
              meter.take(event);
              const part = partOf(event);
              if (part !== undefined) answer.next(part);
            } catch (error) {
              fail(asThrown(error));
            }
          },
          error: fail,
          complete: () => {
            meter.end(null);
            answer.complete();
          },
        }),
      );
      answer.add(() => {
        cut = undefined;
        meter.close();
      });
    });

    const start = (): void => {
      const passed = defer(() =>
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
      subscriber.add(
        passed.subscribe({
          next: (part) => {
            subscriber.next(part);
          },
          error: startAgain,
          complete: () => {
            subscriber.complete();
          },
        }),
      );
    };

    /** It failed: it is sent again after a wait, or has ended. */
    const startAgain = (error: unknown): void => {
      if (!mayPass(error) || hasText || attempts > maxRetries || latch.failure !== undefined) {
        end(error instanceof ProviderError ? failureOf(error, hasText) : error);
        return;
      }
      try {
        const delayMs = fullJitter(attempts, random, backoff);
        report({ type: 'retry', batchId: prompt.id, attempt: attempts, error: error.code, delayMs });
        subscriber.add(timer(delayMs, scheduler).subscribe(start));
      } catch (thrown) {
        end(thrown);
      }
    };

    /** Nobody waits any more. What is on the wire ends by itself, so that it is counted. */
    const letGo = (failure: Failure) => (): void => {
      if (cut === undefined) end(failure);
      else cut(failure);
    };

    const sender: Sender = {
      before: undefined,
      after: undefined,
      stop: (failure) => {
        if (cut === undefined) end(failure);
      },
    };
    const senders = sendersOf(latch);
    senders.add(sender);
    subscriber.add(() => {
      senders.leave(sender);
    });
    if (deadlineAt < Infinity) subscriber.add(expiry(deadlineAt, scheduler).subscribe(letGo(EXPIRED)));
    subscriber.add(sending.abandoned?.subscribe({ next: letGo(ABANDONED), error: end }));
    if (!subscriber.closed) start();
  });
}

/** Who has something to send, or has sent it. */
interface Sender extends InLine<Sender> {
  stop(failure: Failure): void;
}

const linesOfSenders = new WeakMap<Latch, Line<Sender>>();

/** All that send for a stream: they are stopped when its latch trips. */
function sendersOf(latch: Latch): Line<Sender> {
  const known = linesOfSenders.get(latch);
  if (known !== undefined) return known;
  const senders = new Line<Sender>();
  linesOfSenders.set(latch, senders);
  latch.tripped.subscribe((failure) => {
    for (const sender of senders.all()) sender.stop(failure);
  });
  return senders;
}

function mayPass(error: unknown): error is ProviderError {
  return error instanceof ProviderError && error.kind === 'retryable';
}

/** A provider's error as plain data: an error's message would be lost where a failure is copied. */
function failureOf({ kind, code, message, status, cause }: ProviderError, hasText: boolean): Failure {
  return { kind, code, message, status, cause, interrupted: hasText || undefined };
}

/** What the options throw (a source of jitter, say) ends a request, and no stream. */
function asFailure(error: unknown): Failure {
  if (error instanceof CircuitOpenError) return circuitOpen(error);
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
