import fc, { type Scheduler } from 'fast-check';
import { Observable, type Subscription } from 'rxjs';
import { expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { pullThrough } from '../../operators/pullThrough.js';
import { defineModel } from '../../src/model/define-model.js';
import { decodeRecords } from '../../src/prompt/decode.js';
import { createProvider } from '../../src/provider/create-provider.js';
import type { Outcome } from '../../src/types/outcome.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import { type CompletionEvent, type Provider, ProviderError } from '../../src/types/provider.js';
import { HandClock } from '../provider/ask.js';
import { runsOf, scaled } from '../scale.js';

type Reply = 'good' | 'misses some' | 'nonsense' | 'busy' | 'dead' | 'too long' | 'refused' | 'breaks off';

/** What a pipeline is made of, and what becomes of it. */
const plans = fc.record({
  records: fc.nat(14),
  sourceFails: fc.boolean(),
  batchSize: fc.integer({ min: 1, max: 5 }),
  maxInFlight: fc.integer({ min: 1, max: 9 }),
  quantum: fc.integer({ min: 1, max: 9 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  maxRetries: fc.nat(2),
  order: fc.constantFrom('input', 'arrival'),
  failureStrategy: fc.constantFrom('reask', 'bisect', 'single', 'retry', 'fail'),
  failureWhenOpen: fc.constantFrom('wait', 'fail'),
  /** Answered around and around. */
  replies: fc.array(
    fc.constantFrom<Reply[]>(
      ...([
        'good',
        'good',
        'misses some',
        'nonsense',
        'busy',
        'dead',
        'dead',
        'too long',
        'refused',
        'breaks off',
      ] as const),
    ),
    { minLength: 1, maxLength: 8 },
  ),
  /** After so many steps the consumer leaves. */
  leavesAfter: fc.option(fc.nat(60)),
  /** Whether time goes on although something else could happen first. */
  hasty: fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
});

type Plan = typeof plans extends fc.Arbitrary<infer P> ? P : never;

const BROKEN = new Error('the source broke');
const answerTo = (text: string): string => `the answer to ${text}`;

function failure(reply: Reply): ProviderError | undefined {
  if (reply === 'busy')
    return new ProviderError('busy', { kind: 'retryable', code: 'rate_limited', status: 429, retryAfterMs: 700 });
  if (reply === 'dead') return new ProviderError('dead', { kind: 'retryable', code: 'connection_error' });
  if (reply === 'too long') return new ProviderError('too long', { kind: 'splittable', code: 'context_length' });
  return reply === 'refused' ? new ProviderError('refused', { kind: 'final', code: 'bad_request' }) : undefined;
}

function textOf(reply: Reply, { messages }: CompletionRequest): string {
  const entries = decodeRecords(messages[0]!.content, 'plain').map(({ id, text }) => ({
    ...(id === null ? {} : { index: Number(id) }),
    value: answerTo(text),
  }));
  const said = reply === 'misses some' ? entries.slice(1) : entries;
  return reply === 'nonsense' ? 'I do not know.' : said.map((entry) => JSON.stringify(entry)).join('\n');
}

/** One pipeline, whose source, provider and clock move in whatever order fast-check chooses. */
class Run {
  readonly plan: Plan;
  readonly races: Scheduler;
  readonly outcomes: Outcome<string, string>[] = [];
  ended: unknown;
  asked = 0;
  requests = 0;
  mostInFlight = 0;
  #sent = 0;
  #left = 0;
  readonly #clock = new HandClock();
  readonly #provider: Provider;
  readonly #subscription: Subscription;

  constructor(plan: Plan, races: Scheduler) {
    this.plan = plan;
    this.races = races;
    const { maxInFlight, concurrency } = plan;
    this.#provider = createProvider({
      name: 'racing',
      model: 'any',
      capabilities: { streaming: true, enforcesSchema: false },
      concurrency,
      circuit: { minimumVolume: 2 },
      scheduler: this.#clock,
      complete: (request) => this.#complete(request),
    });
    const model = defineModel<string, string>({
      provider: this.#provider,
      batchSize: plan.batchSize,
      batchTimeoutMs: 50,
      maxRetries: plan.maxRetries,
      requestTimeoutMs: 5000,
      order: plan.order,
      failureStrategy: plan.failureStrategy,
      failureWhenOpen: plan.failureWhenOpen,
    });
    const predict = mlPredict(model, { scheduler: this.#clock, random: () => 0.5 });
    const quantum = Math.min(plan.quantum, maxInFlight);
    this.#subscription = pullThrough(this.#source(), (records) => records.pipe(predict), {
      maxInFlight,
      quantum,
    }).subscribe({
      next: (outcome) => {
        this.#left++;
        this.outcomes.push(outcome);
      },
      error: (error: unknown) => (this.ended = error),
      complete: () => (this.ended = 'complete'),
    });
  }

  async *#source(): AsyncGenerator<string> {
    for (let record = 0; record < this.plan.records; record++) {
      await this.races.schedule(Promise.resolve(), 'record');
      this.asked++;
      this.mostInFlight = Math.max(this.mostInFlight, this.asked - this.#left);
      yield `record ${record}`;
    }
    await this.races.schedule(Promise.resolve(), 'end');
    if (this.plan.sourceFails) throw BROKEN;
  }

  #complete(request: CompletionRequest): Observable<CompletionEvent> {
    return new Observable((subscriber) => {
      this.requests++;
      subscriber.add(() => this.requests--);
      const reply = this.plan.replies[this.#sent++ % this.plan.replies.length]!;
      void this.#answer(reply, request, (event) => {
        if (event instanceof ProviderError) subscriber.error(event);
        else subscriber.next(event);
      });
    });
  }

  async #answer(reply: Reply, request: CompletionRequest, say: (said: CompletionEvent | ProviderError) => void) {
    await this.races.schedule(Promise.resolve(), 'headers');
    const failed = failure(reply);
    if (failed !== undefined) {
      say(failed);
      return;
    }
    say({ type: 'open', status: 200 });
    const text = textOf(reply, request);
    for (const piece of [text.slice(0, text.length / 2), text.slice(text.length / 2)]) {
      await this.races.schedule(Promise.resolve(), 'text');
      say({ type: 'text', text: piece });
      if (reply === 'breaks off') {
        say(new ProviderError('broke off', { kind: 'retryable', code: 'connection_error' }));
        return;
      }
    }
    await this.races.schedule(Promise.resolve(), 'finish');
    say({ type: 'finish', reason: 'stop', usage: null });
  }

  /** Timers that are still to come, in milliseconds from now. */
  get timers(): readonly number[] {
    return this.#clock.actions.filter(({ closed }) => !closed).map(({ delay }) => delay - this.#clock.frame);
  }

  get gate() {
    return { inFlight: this.#provider.gate.inFlight, waiting: this.#provider.gate.waiting };
  }

  /** Lets everything happen, one thing after the other, until nothing is left to happen. */
  async play(): Promise<void> {
    const { leavesAfter, hasty } = this.plan;
    for (let step = 0; step < 10_000; step++) {
      if (step === leavesAfter) this.#subscription.unsubscribe();
      const [timer] = this.timers.toSorted((one, other) => one - other);
      const timeFirst = timer !== undefined && hasty[step % hasty.length];
      if (this.races.count() > 0 && !timeFirst) await this.races.waitNext(1);
      else if (timer !== undefined) this.#clock.advance(timer);
      else if (this.races.count() === 0) return;
      // The source and the pipeline take their turns in promises.
      for (let turn = 0; turn < 6; turn++) await Promise.resolve();
    }
    throw new Error('it goes on for ever');
  }
}

test('no run hangs: each record that entered has its outcome, and nothing is left alive', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plans, async (races, plan) => {
      const run = new Run(plan, races);

      await run.play();

      const { outcomes, ended } = run;
      expect(run.timers).toEqual([]);
      expect(run.requests).toBe(0);
      expect(run.gate).toEqual({ inFlight: 0, waiting: 0 });
      expect(run.mostInFlight).toBeLessThanOrEqual(plan.maxInFlight);
      expect(new Set(outcomes.map(({ index }) => index)).size).toBe(outcomes.length);
      for (const { record, index, value, error } of outcomes) {
        expect(record).toBe(`record ${index}`);
        if (error === null) expect(value).toBe(answerTo(record));
      }
      const isEasy = plan.replies.every((reply) => reply === 'good') && !plan.hasty.includes(true);
      if (isEasy) expect(outcomes.every(({ error }) => error === null)).toBe(true);
      if (plan.leavesAfter === null || ended !== undefined) {
        expect(ended).toBe(plan.sourceFails ? BROKEN : 'complete');
        expect(outcomes).toHaveLength(plan.records);
      }
    }),
    { numRuns: runsOf(scaled(3000, 200_000)) },
  );
}, 3_600_000);
