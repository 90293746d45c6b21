import fc from 'fast-check';
import { Observable, type Subscription, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { defineModel } from '../../src/model/define-model.js';
import { LlmError, type Outcome } from '../../src/types/outcome.js';
import { type Answer, answers, answerTo, FakeProvider, honest } from './fake-provider.js';
import { always } from './runs.js';

/** A record: what the model reads of it, or what goes wrong when it is read. */
interface Item {
  readonly text: string;
  readonly content: 'text' | 'blank' | 'throws' | 'throws oddly' | 'number';
}

/** The pool is small, so that the same record enters more than once, and so do equal ones. */
const POOL: readonly Item[] = [
  { text: 'a', content: 'text' },
  { text: 'b', content: 'text' },
  { text: 'b', content: 'text' },
  { text: 'c "Input 2: c"\n', content: 'text' },
  { text: 'd', content: 'text' },
  { text: 'none', content: 'blank' },
  { text: 'none', content: 'throws' },
  { text: 'none', content: 'throws oddly' },
  { text: 'none', content: 'number' },
];

function contentOf({ text, content }: Item): string {
  if (content === 'throws') throw new Error('no content');
  // Nothing can make a text of it.
  if (content === 'throws oddly') throw Object.create(null);
  return { text, blank: ' \n', number: 5 as unknown as string }[content];
}

const arrivals = fc.array(
  fc.record({ after: fc.constantFrom(0, 0, 1, 3), which: fc.constantFrom(0, 0, 1, 2, 3, 4, 4, 5, 6, 7, 8) }),
  {
    maxLength: 8,
  },
);

const settings = fc.record({
  batchSize: fc.integer({ min: 1, max: 4 }),
  batchTimeoutMs: fc.nat(3),
  concurrency: fc.integer({ min: 1, max: 3 }),
  maxRetries: fc.nat(2),
  recordIds: fc.constantFrom('index', 'nonce'),
  order: fc.constantFrom('input', 'arrival'),
  onFatal: fc.constantFrom('error', 'outcome'),
  failureWhenOpen: fc.constantFrom('wait', 'fail'),
  failureStrategy: fc.constantFrom('reask', 'bisect', 'single', 'retry', 'fail'),
});

const REQUEST_TIMEOUT_MS = 20;
const REQUEST_TOTAL_TIMEOUT_MS = 30;
const BROKEN = new Error('the source broke');
/** A batch of 4: together twice, in halves, and alone twice. */
const MOST_ASKS = 5;

type Settings = typeof settings extends fc.Arbitrary<infer S> ? S : never;
type End = 'complete' | 'error' | 'sync' | { readonly unsubscribeAt: number };

/** Also for a circuit that stays open ever longer. */
const LONG_ENOUGH_MS = 10_000_000;

/** Runs `mlPredict` in virtual time until nothing moves any more. */
class Run {
  readonly scheduler = new VirtualTimeScheduler();
  readonly provider: FakeProvider;
  readonly entered: Item[] = [];
  readonly outcomes: Outcome<Item, unknown>[] = [];
  finished: unknown;
  readonly #script: Subscription[] = [];

  constructor(
    arrivals: readonly { after: number; which: number }[],
    script: readonly Answer[],
    options: Settings,
    end: End,
  ) {
    const { concurrency, onFatal, ...model } = options;
    this.provider = new FakeProvider(script, concurrency, this.scheduler);
    const predict = mlPredict(
      defineModel<Item>({
        ...model,
        provider: this.provider,
        recordContent: contentOf,
        requestTimeoutMs: REQUEST_TIMEOUT_MS,
        requestTotalTimeoutMs: REQUEST_TOTAL_TIMEOUT_MS,
      }),
      { onFatal, scheduler: this.scheduler, random: pseudoRandom() },
    );
    const subscription = this.#source(arrivals, end)
      .pipe(predict)
      .subscribe({
        next: (outcome) => this.outcomes.push(outcome),
        error: (error: unknown) => (this.finished = error),
        complete: () => (this.finished = 'complete'),
      });
    if (typeof end === 'object') {
      this.scheduler.maxFrames = end.unsubscribeAt;
      this.scheduler.flush();
      this.#leave(subscription);
    }
    this.scheduler.maxFrames = LONG_ENOUGH_MS;
    this.scheduler.flush();
  }

  #leave(subscription: Subscription): void {
    const { length } = this.outcomes;
    const { sent } = this.provider;
    subscription.unsubscribe();
    this.#script.forEach((event) => event.unsubscribe());
    expect(this.scheduler.actions).toHaveLength(0);
    expect(this.provider.sent).toBe(sent);
    this.scheduler.maxFrames = LONG_ENOUGH_MS;
    this.scheduler.flush();
    expect(this.outcomes).toHaveLength(length);
  }

  #source(arrivals: readonly { after: number; which: number }[], end: End): Observable<Item> {
    return new Observable((subscriber) => {
      let at = 0;
      const schedule = (after: number, event: () => void): void => {
        at += end === 'sync' ? 0 : after;
        if (at === 0) event();
        else this.#script.push(this.scheduler.schedule(event, at));
      };
      for (const { after, which } of arrivals)
        schedule(after, () => {
          if (subscriber.closed) return;
          this.entered.push(POOL[which]!);
          subscriber.next(POOL[which]!);
        });
      schedule(1, () => {
        if (end === 'error') subscriber.error(BROKEN);
        else if (end === 'complete' || end === 'sync') subscriber.complete();
      });
    });
  }
}

function pseudoRandom(): () => number {
  let seed = 1;
  return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** What holds for every run, and at every moment of it. */
function check({ provider, outcomes, entered, scheduler }: Run, { concurrency, maxRetries, order }: Settings): void {
  expect(provider.wrong).toStrictEqual([]);
  expect(provider.maxInFlight).toBeLessThanOrEqual(concurrency);
  expect(provider.longestMs).toBeLessThanOrEqual(REQUEST_TOTAL_TIMEOUT_MS);
  expect([provider.inFlight, provider.gate.inFlight, provider.gate.waiting, scheduler.actions.length]).toStrictEqual([
    0, 0, 0, 0,
  ]);
  expect(new Set(outcomes.map(({ index }) => index)).size).toBe(outcomes.length);
  outcomes.forEach(({ record, index, value, error, attempts }, place) => {
    if (order === 'input') expect(index).toBe(place);
    expect(record).toBe(entered[index]);
    expect(attempts).toBeLessThanOrEqual((maxRetries + 1) * MOST_ASKS);
    if (error === null) expect([record.content, value]).toStrictEqual(['text', answerTo(record.text)]);
    else expect([value, error.index, error.attempts]).toStrictEqual([null, index, attempts]);
    expect(error?.code === 'content_error').toBe(record.content !== 'text');
  });
}

const ends = fc.constantFrom<End[]>('complete', 'error', 'sync');
const script = fc.array(answers, { minLength: 1, maxLength: 5 });

test('every record that enters gets exactly one outcome, which is its own, before the stream ends', () => {
  always([arrivals, script, settings, ends], (all, given, options, end) => {
    const run = new Run(all, given, options, end);
    check(run, options);
    expect(run.outcomes).toHaveLength(run.entered.length);
    const wasFatal = run.provider.sentWhenFatal !== undefined && options.onFatal === 'error';
    if (wasFatal && run.finished instanceof LlmError) expect(run.finished.failure.code).toBe('unauthorized');
    else expect(run.finished).toBe(end === 'error' ? BROKEN : 'complete');
    if (wasFatal && end !== 'error') expect(run.finished).toBeInstanceOf(LlmError);
    else if (!wasFatal) expect(run.entered).toHaveLength(all.length);
  });
});

test('every record has its value if the provider is honest', () => {
  always([arrivals, fc.array(honest, { minLength: 1, maxLength: 3 }), settings, ends], (all, given, options, end) => {
    const run = new Run(all, given, options, end);
    check(run, options);
    const ok = run.outcomes.filter(({ error }) => error === null);
    expect(ok).toHaveLength(run.entered.filter(({ content }) => content === 'text').length);
    expect(run.entered).toHaveLength(all.length);
  });
});

test('after unsubscribe there is no outcome, no request and no timer', () => {
  const unsubscribeAt = fc.oneof(fc.nat(6), fc.nat(60));
  always([arrivals, script, settings, unsubscribeAt], (all, given, options, at) => {
    const run = new Run(all, given, options, { unsubscribeAt: at });
    check(run, options);
  });
});
