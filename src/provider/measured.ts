import { type Observable, takeUntil, tap } from 'rxjs';
import type { Completer, CompletionEvent, ProviderError } from '../types/provider.js';
import type { ErrorCode } from '../types/outcome.js';
import type { Usage } from '../types/reply.js';
import type { Sending, SendSettings } from '../types/sending.js';
import { attempt, MAX_HOLD_MS } from './attempt.js';
import { charactersOf } from '../prompt/characters.js';
import { estimateTokens } from '../prompt/estimate-tokens.js';
import { costOf } from './usage.js';

/** Tokens that a request is expected to spend: its prompt's, and the most that its reply may have. */
export function expectedTokens({ prompt: { request } }: Sending): {
  readonly inputTokens: number;
  readonly outputTokens: number;
} {
  return { inputTokens: estimateTokens(charactersOf(request)), outputTokens: request.maxOutputTokens ?? 0 };
}

/**
 * One attempt, reported when it ends. A `retry-after`, or a limit that the headers say is used up, holds the gate; the gate's rate
 * and the budget get what was really spent.
 *
 * What no usage says is estimated: the prompt, and the reply's characters that came. That is so for whatever may have been read by
 * the provider: a request that was let go, timed out or broke off, and any answer with the status of a success. An answer with the
 * status of an error costs nothing, nor does a request that found no server.
 *
 * @param reserved - what was set aside for it in the budget
 * @param cut - errors when the request is to be let go
 */
export function measured(
  provider: Completer,
  sending: Sending,
  number: number,
  reserved: number,
  settings: SendSettings,
  cut: Observable<never>,
): Observable<CompletionEvent> {
  const { scheduler, report, timeouts, price, budget } = settings;
  const { gate, name, model } = provider;
  const { prompt } = sending;
  const { inputTokens, outputTokens } = expectedTokens(sending);
  const started = scheduler.now();
  /** The gate's limit just before this attempt's end may change it. */
  let limit: number | undefined;
  let status: number | undefined;
  let usage: Usage | null = null;
  let outputCharacters = 0;
  /** What it cost; an attempt that was let go may have cost all that was set aside. */
  let spent = reserved;

  const hold = (holdMs: number | undefined): void => {
    // What is too long is left to the next answer: it may be none of the same kind, and if it is, the run ends with it.
    if (holdMs === undefined || holdMs > MAX_HOLD_MS) return;
    gate.hold(holdMs);
    report({ type: 'hold', provider: name, holdMs });
  };

  const ended = (error: ProviderError | null): void => {
    const isBilled = error === null || outputCharacters > 0 || mayBeBilled(error, status);
    const estimated: Usage = {
      inputTokens: isBilled ? inputTokens : 0,
      outputTokens: estimateTokens(outputCharacters),
      cachedInputTokens: 0,
    };
    const counted = usage ?? estimated;
    const cost = costOf(counted, price);
    limit = gate.limit;
    spent = cost ?? 0;
    gate.spend(counted.inputTokens + counted.outputTokens - inputTokens - outputTokens);
    report({
      type: 'attempt',
      provider: name,
      model,
      batchId: prompt.id,
      attempt: number,
      records: prompt.records.length,
      error: error?.code ?? null,
      status: error?.status ?? status,
      latencyMs: scheduler.now() - started,
      usage: counted,
      usageIsEstimate: usage === null,
      inputCharacters: charactersOf(prompt.request),
      cost,
    });
    if (error?.kind === 'retryable') hold(error.retryAfterMs);
  };

  return attempt(provider, prompt.request, timeouts, scheduler).pipe(
    takeUntil(cut),
    tap({
      next: (event) => {
        if (event.type === 'open') {
          status = event.status;
          hold(event.holdMs);
        } else if (event.type === 'text') outputCharacters += event.text.length;
        else if (event.type === 'finish') {
          usage = event.usage;
        }
      },
      error: ended,
      complete: () => {
        ended(null);
      },
      finalize: () => {
        budget.settle(reserved, spent);
        if (limit !== undefined && gate.limit !== limit)
          report({ type: 'concurrency', provider: name, limit: gate.limit });
      },
    }),
  );
}

/** What may have been lost on its way, or have been let go on it, may have arrived too. */
const LOST: ReadonlySet<ErrorCode> = new Set(['connection_error', 'request_timeout', 'deadline_exceeded', 'abandoned']);

/** @param opened - the status of the answer, where one began */
function mayBeBilled(error: ProviderError, opened: number | undefined): boolean {
  const status = opened ?? error.status;
  return status === undefined ? LOST.has(error.code) && !error.unsent : status < 400;
}
