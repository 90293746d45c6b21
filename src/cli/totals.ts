import type { AttemptEvent, EventsObserver, LlmEvent, ResultEvent } from '../types/events.js';
import type { CircuitState } from '../types/gate.js';
import type { Outcome } from '../types/outcome.js';
import type { Usage } from '../types/reply.js';
import type { WrittenError } from './output-line.js';
import type { InputRecord } from './record.js';

/** Records that ended with one error code. */
export interface ErrorCount {
  readonly count: number;
  /** The message of the first one. */
  readonly example: string;
}

/** What a run has done so far: sums over its outcomes and events. */
export class Totals implements EventsObserver {
  /** Lines written. */
  records = 0;
  values = 0;
  /** Records that had a value in an earlier run. */
  skipped = 0;
  /** Input of the records that were written, and of those that were skipped, in bytes. */
  writtenBytes = 0;
  skippedBytes = 0;
  /** By code. */
  readonly errors = new Map<string, ErrorCount>();
  calls = 0;
  /** Answers that came from jobs. */
  results = 0;
  retries = 0;
  /** Prompts that asked again for what had no usable answer. */
  recoveries = 0;
  warnings = 0;
  readonly tokens = { input: 0, cachedInput: 0, output: 0 };
  /** Money; `undefined` without prices. */
  cost: number | undefined;
  /** Until when the provider is left alone, in milliseconds of `performance.now()`: it asked for that, or its circuit is open. */
  heldUntil = -Infinity;
  circuit: CircuitState = 'closed';
  /** Characters of all prompts that were answered, the tokens that they were counted as, and their records, as often as they were asked. */
  readonly answeredPrompts = { characters: 0, tokens: 0, records: 0 };
  /** Records that a call was made for, and the characters that the model read of them. */
  readonly asked = { records: 0, characters: 0 };

  get failures(): number {
    return this.records - this.values;
  }

  next(event: LlmEvent): void {
    if (event.type === 'attempt') this.#attempt(event);
    else if (event.type === 'result') this.#result(event);
    else if (event.type === 'retry') this.retries++;
    else if (event.type === 'recovery') this.recoveries++;
    else if (event.type === 'warning') this.warnings++;
    else if (event.type === 'hold') this.#hold(event.holdMs);
    else if (event.type === 'circuit') {
      this.circuit = event.state;
      this.#hold(event.waitMs);
    }
  }

  skip({ bytes }: InputRecord): void {
    this.skipped++;
    this.skippedBytes += bytes;
  }

  /** A line has been written. */
  written(
    { record, attempts }: Pick<Outcome<InputRecord, unknown>, 'record' | 'attempts'>,
    error: WrittenError | null,
  ): void {
    this.records++;
    this.writtenBytes += record.bytes;
    if (attempts > 0) {
      this.asked.records++;
      this.asked.characters += record.contentCharacters;
    }
    if (error === null) {
      this.values++;
      return;
    }
    const { count, example } = this.errors.get(error.code) ?? { count: 0, example: error.message };
    this.errors.set(error.code, { count: count + 1, example });
  }

  #hold(ms: number): void {
    this.heldUntil = Math.max(this.heldUntil, performance.now() + ms);
  }

  #attempt({ usage, cost, error, inputCharacters, records }: AttemptEvent): void {
    this.calls++;
    this.#addUsage(usage, cost);
    if (error !== null) return;
    this.answeredPrompts.characters += inputCharacters;
    this.answeredPrompts.tokens += usage.inputTokens;
    this.answeredPrompts.records += records;
  }

  #result({ usage, cost }: ResultEvent): void {
    this.results++;
    if (usage !== null) this.#addUsage(usage, cost);
  }

  #addUsage({ inputTokens, outputTokens, cachedInputTokens }: Usage, cost: number | undefined): void {
    if (cost !== undefined) this.cost = (this.cost ?? 0) + cost;
    this.tokens.input += inputTokens;
    this.tokens.output += outputTokens;
    this.tokens.cachedInput += cachedInputTokens;
  }
}
