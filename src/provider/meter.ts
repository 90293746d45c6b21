import { charactersOf } from '../prompt/characters.js';
import { estimateTokens } from '../prompt/estimate-tokens.js';
import type { ErrorCode } from '../types/outcome.js';
import type { Completer, CompletionEvent, ProviderError } from '../types/provider.js';
import type { Usage } from '../types/reply.js';
import type { Sending, SendSettings } from '../types/sending.js';
import { MAX_HOLD_MS } from './attempt.js';
import { costOf } from './usage.js';

/** What a request is expected to spend: the tokens of its prompt, and the most that its reply may have. */
export interface Expected {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number;
}

export function expectedOf({ prompt: { request } }: Sending, { price }: Pick<SendSettings, 'price'>): Expected {
  const inputTokens = estimateTokens(charactersOf(request));
  const outputTokens = request.maxOutputTokens ?? 0;
  return { inputTokens, outputTokens, cost: costOf({ inputTokens, outputTokens }, price) ?? 0 };
}

/**
 * Measures one attempt, and reports it when it ends. A `retry-after`, or a limit that the headers say is used up, holds the gate; the
 * gate's rate and the budget get what was really spent.
 *
 * What no usage says is estimated: the prompt, and the reply's characters that came. That is so for whatever may have been read by
 * the provider: a request that was let go, timed out or broke off, and any answer with the status of a success. An answer with the
 * status of an error costs nothing, nor does a request that found no server.
 */
export class Meter {
  readonly #provider: Completer;
  readonly #sending: Sending;
  readonly #settings: SendSettings;
  readonly #expected: Expected;
  readonly #number: number;
  readonly #started: number;
  /** The gate's limit just before this attempt's end may change it. */
  #limit: number | undefined;
  #status: number | undefined;
  #usage: Usage | null = null;
  #outputCharacters = 0;
  /** What it cost; an attempt that was let go may have cost all that was set aside. */
  #spent: number;

  /** @param number - which attempt for this prompt it is, from 1 */
  constructor(
    provider: Completer,
    sending: Sending,
    settings: SendSettings,
    { expected, number }: { readonly expected: Expected; readonly number: number },
  ) {
    this.#provider = provider;
    this.#sending = sending;
    this.#settings = settings;
    this.#expected = expected;
    this.#number = number;
    this.#started = settings.scheduler.now();
    this.#spent = expected.cost;
  }

  take(event: CompletionEvent): void {
    if (event.type === 'open') {
      this.#status = event.status;
      this.#hold(event.holdMs);
    } else if (event.type === 'text') this.#outputCharacters += event.text.length;
    else if (event.type === 'finish') this.#usage = event.usage;
  }

  /** The attempt has ended, before anybody else hears of it. */
  end(error: ProviderError | null): void {
    const { gate, name, model } = this.#provider;
    const { prompt } = this.#sending;
    const { scheduler, report, price } = this.#settings;
    const { inputTokens, outputTokens } = this.#expected;
    const isBilled = error === null || this.#outputCharacters > 0 || mayBeBilled(error, this.#status);
    const usage = this.#usage ?? {
      inputTokens: isBilled ? inputTokens : 0,
      outputTokens: estimateTokens(this.#outputCharacters),
      cachedInputTokens: 0,
    };
    const cost = costOf(usage, price);
    this.#limit = gate.limit;
    this.#spent = cost ?? 0;
    gate.spend(usage.inputTokens + usage.outputTokens - inputTokens - outputTokens);
    report({
      type: 'attempt',
      provider: name,
      model,
      batchId: prompt.id,
      attempt: this.#number,
      records: prompt.records.length,
      error: error?.code ?? null,
      status: error?.status ?? this.#status,
      latencyMs: scheduler.now() - this.#started,
      usage,
      usageIsEstimate: this.#usage === null,
      inputCharacters: charactersOf(prompt.request),
      cost,
    });
    if (error?.kind === 'retryable') this.#hold(error.retryAfterMs);
  }

  /** All that its end has changed is changed; or it was let go. */
  close(): void {
    const { gate, name } = this.#provider;
    const { budget, report } = this.#settings;
    budget.settle(this.#expected.cost, this.#spent);
    if (this.#limit !== undefined && gate.limit !== this.#limit)
      report({ type: 'concurrency', provider: name, limit: gate.limit });
  }

  #hold(holdMs: number | undefined): void {
    // What is too long is left to the next answer: it may be none of the same kind, and if it is, the run ends with it.
    if (holdMs === undefined || holdMs > MAX_HOLD_MS) return;
    const { gate, name } = this.#provider;
    gate.hold(holdMs);
    this.#settings.report({ type: 'hold', provider: name, holdMs });
  }
}

/** What may have been lost on its way, or have been let go on it, may have arrived too. */
const LOST: ReadonlySet<ErrorCode> = new Set(['connection_error', 'request_timeout', 'deadline_exceeded', 'abandoned']);

/** @param opened - the status of the answer, where one began */
function mayBeBilled(error: ProviderError, opened: number | undefined): boolean {
  const status = opened ?? error.status;
  return status === undefined ? LOST.has(error.code) && !error.unsent : status < 400;
}
