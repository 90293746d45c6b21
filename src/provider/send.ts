import {
  catchError,
  concatMap,
  defer,
  filter,
  finalize,
  type Observable,
  NEVER,
  of,
  retry,
  type SchedulerLike,
  takeUntil,
  tap,
  throwError,
  throwIfEmpty,
  timer,
} from 'rxjs';
import { type Backoff, fullJitter } from '../flow/backoff.js';
import type { AttemptEvent, LlmEvent } from '../types/events.js';
import type { GatePriority } from '../types/gate.js';
import type { Failure } from '../types/outcome.js';
import type { CompletionRequest } from '../types/prompt.js';
import type { CompletionEvent, Provider, ProviderError } from '../types/provider.js';
import type { ReplyPart, Usage } from '../types/reply.js';
import { attempt, type AttemptTimeouts } from './attempt.js';
import type { FatalLatch } from './fatal.js';

/** Money for tokens, per million, in any currency. */
export interface Price {
  /** @defaultValue none: without either price there is no cost */
  readonly inputPerMillion?: number | undefined;
  readonly outputPerMillion?: number | undefined;
}

/** How requests are sent; all of it decided. */
export interface SendSettings {
  readonly maxRetries: number;
  readonly backoff: Backoff;
  readonly timeouts: AttemptTimeouts;
  readonly concurrency: number | undefined;
  readonly priority: GatePriority;
  readonly price: Price | undefined;
  readonly random: () => number;
  readonly scheduler: SchedulerLike;
  readonly report: (event: LlmEvent) => void;
  /** When it trips, nothing more is sent: what is not on the wire then ends with its failure. */
  readonly latch: FatalLatch;
}

/** What is sent, and for what. */
export interface Sending {
  readonly batchId: string;
  readonly records: number;
  readonly request: CompletionRequest;
}

/**
 * Sends a request through the provider's gate, and again while it fails in a way that may pass and no text has come. Emits the
 * text and then exactly one last part; never errors.
 */
export function send(provider: Provider, sending: Sending, settings: SendSettings): Observable<ReplyPart> {
  const { gate } = provider;
  const { maxRetries, backoff, random, scheduler, report, latch, concurrency } = settings;
  return defer(() => {
    let attempts = 0;
    let onWire = false;
    let hasText = false;

    const once = defer(() => {
      if (latch.closed) return NEVER;
      attempts++;
      onWire = true;
      return measured(provider, sending, attempts, settings);
    }).pipe(
      finalize(() => {
        onWire = false;
      }),
    );
    const inTurn = defer(() =>
      gate.pass(once, { priority: attempts === 0 ? settings.priority : 'retry', concurrency }),
    );

    const wait = ({ kind, code, message, status, cause }: ProviderError): Observable<unknown> => {
      // As plain data: an error's message would be lost where a failure is copied.
      const failure: Failure = { kind, code, message, status, cause };
      // The permit is still held: those who wait for it are stopped before it is free.
      if (kind === 'fatal') latch.trip(failure);
      if (kind !== 'retryable' || hasText || attempts > maxRetries || latch.failure !== undefined)
        return throwError(() => failure);
      const delayMs = fullJitter(attempts, random, backoff);
      report({ type: 'retry', batchId: sending.batchId, attempt: attempts, error: code, delayMs });
      return timer(delayMs, scheduler);
    };

    return inTurn.pipe(
      retry({ delay: wait }),
      concatMap((event): ReplyPart[] => {
        if (event.type === 'text') return [{ attempt: attempts, done: false, text: event.text }];
        if (event.type !== 'finish') return [];
        return [{ attempt: attempts, done: true, text: '', finish: event.reason, usage: event.usage, error: null }];
      }),
      tap(({ done }) => {
        hasText ||= !done;
      }),
      takeUntil(latch.tripped.pipe(filter(() => !onWire))),
      throwIfEmpty(() => latch.failure),
      catchError((error: Failure) => of<ReplyPart>({ attempt: attempts, done: true, error })),
    );
  });
}

/** One attempt, reported when it ends; a `retry-after` holds the gate. */
function measured(
  provider: Provider,
  sending: Sending,
  number: number,
  settings: SendSettings,
): Observable<CompletionEvent> {
  const { scheduler, report, timeouts } = settings;
  const started = scheduler.now();
  let status: number | undefined;
  let usage: Usage | null = null;
  let outputCharacters = 0;

  const ended = (error: ProviderError | null): void => {
    const inputCharacters = charactersOf(sending.request);
    const counted = usage ?? estimate(error === null || outputCharacters > 0 ? inputCharacters : 0, outputCharacters);
    const event: AttemptEvent = {
      type: 'attempt',
      provider: provider.name,
      model: provider.model,
      batchId: sending.batchId,
      attempt: number,
      records: sending.records,
      error: error?.code ?? null,
      status: error?.status ?? status,
      latencyMs: scheduler.now() - started,
      usage: counted,
      usageIsEstimate: usage === null,
      inputCharacters,
      cost: costOf(counted, settings.price),
    };
    report(event);
    if (error?.kind !== 'retryable' || error.retryAfterMs === undefined) return;
    provider.gate.hold(error.retryAfterMs);
    report({ type: 'hold', provider: provider.name, holdMs: error.retryAfterMs });
  };

  return attempt(provider, sending.request, timeouts, scheduler).pipe(
    tap({
      next: (event) => {
        if (event.type === 'open') status = event.status;
        else if (event.type === 'text') outputCharacters += event.text.length;
        else if (event.type === 'finish') {
          usage = event.usage;
        }
      },
      error: ended,
      complete: () => {
        ended(null);
      },
    }),
  );
}

/** The message, and what tells the failure apart; the cause is left out where it may hold the request's headers. */
function charactersOf({ system = '', messages }: CompletionRequest): number {
  return messages.reduce((sum, { content }) => sum + content.length, system.length);
}

/** About four characters of English a token: OpenAI, "What are tokens and how to count them?". */
function estimate(inputCharacters: number, outputCharacters: number): Usage {
  return {
    inputTokens: Math.ceil(inputCharacters / 4),
    outputTokens: Math.ceil(outputCharacters / 4),
    cachedInputTokens: 0,
  };
}

function costOf({ inputTokens, outputTokens }: Usage, price: Price | undefined): number | undefined {
  const { inputPerMillion, outputPerMillion } = price ?? {};
  if (inputPerMillion === undefined && outputPerMillion === undefined) return undefined;
  return (inputTokens * (inputPerMillion ?? 0) + outputTokens * (outputPerMillion ?? 0)) / 1e6;
}
