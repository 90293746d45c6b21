import fc from 'fast-check';
import { type Subscription, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { createPredictor } from '../../operators/createPredictor.js';
import { defineModel } from '../../src/model/define-model.js';
import type { Outcome } from '../../src/types/outcome.js';
import { answers, answerTo, FakeProvider } from './fake-provider.js';
import { always, RUNS } from './runs.js';

interface Item {
  readonly text: string;
  readonly throws: boolean;
}

function contentOf({ text, throws }: Item): string {
  if (throws) throw new Error('no content');
  return text;
}

const comings = fc.array(
  fc.record({
    after: fc.constantFrom(0, 0, 1, 3, 20),
    text: fc.constantFrom('a', 'b', 'b', 'c "Input 2: c"\n'),
    throws: fc.constantFrom(false, false, false, true),
    leavesAfter: fc.constantFrom(Infinity, Infinity, 0, 1, 4, 30),
  }),
  { maxLength: 6 },
);
const settings = fc.record({
  batchSize: fc.integer({ min: 1, max: 4 }),
  batchTimeoutMs: fc.nat(3),
  concurrency: fc.integer({ min: 1, max: 3 }),
  maxRetries: fc.nat(2),
  recordIds: fc.constantFrom('index', 'nonce'),
  failureWhenOpen: fc.constantFrom('wait', 'fail'),
});
const script = fc.array(answers, { minLength: 1, maxLength: 5 });

interface Caller {
  readonly item: Item;
  readonly outcomes: Outcome<Item, unknown>[];
  ended: unknown;
  subscription?: Subscription;
  hasLeft: boolean;
}

type Comings = typeof comings extends fc.Arbitrary<infer C> ? C : never;
type Settings = typeof settings extends fc.Arbitrary<infer S> ? S : never;
type Script = typeof script extends fc.Arbitrary<infer S> ? S : never;

function run(all: Comings, given: Script, { concurrency, ...options }: Settings, closeAt: number) {
  const scheduler = new VirtualTimeScheduler();
  const provider = new FakeProvider(given, concurrency, scheduler);
  let seed = 1;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const limits = { requestTimeoutMs: 20, requestTotalTimeoutMs: 30 };
  const model = defineModel<Item>({ ...options, ...limits, provider, recordContent: contentOf });
  const predictor = createPredictor(model, { scheduler, random });
  const callers: Caller[] = [];

  let at = 0;
  for (const { after, leavesAfter, ...item } of all) {
    at += after;
    scheduler.schedule(() => {
      const caller: Caller = { item, outcomes: [], ended: undefined, hasLeft: false };
      callers.push(caller);
      caller.subscription = predictor.predict(item).subscribe({
        next: (outcome) => caller.outcomes.push(outcome),
        error: (error: unknown) => (caller.ended = error),
        complete: () => (caller.ended = 'complete'),
      });
      if (leavesAfter === Infinity) return;
      scheduler.schedule(() => {
        caller.hasLeft = caller.ended === undefined;
        caller.subscription?.unsubscribe();
      }, leavesAfter);
    }, at);
  }
  scheduler.schedule(() => void predictor.close(), closeAt);
  scheduler.maxFrames = 10_000_000;
  scheduler.flush();
  return { callers, provider, scheduler };
}

test('every caller gets exactly one outcome, which is its own, or has left; and nothing stays behind', () => {
  let leavers = 0;
  always([comings, script, settings, fc.constantFrom(2, 50, 10_000)], (all, given, options, closeAt) => {
    const { callers, provider, scheduler } = run(all, given, options, closeAt);
    expect(callers).toHaveLength(all.length);
    for (const { item, outcomes, ended, hasLeft } of callers) {
      if (ended instanceof TypeError) expect([ended.message, outcomes]).toEqual(['the predictor is closed', []]);
      else if (hasLeft) expect([outcomes, ended]).toEqual([[], undefined]);
      else {
        expect(ended).toBe('complete');
        expect(outcomes).toHaveLength(1);
        const { record, value, error } = outcomes[0]!;
        expect(record).toBe(item);
        if (error === null) expect(value).toBe(answerTo(item.text));
        expect(error?.code === 'content_error').toBe(item.throws);
      }
      if (hasLeft) leavers++;
    }
    expect(provider.wrong).toEqual([]);
    expect(provider.maxInFlight).toBeLessThanOrEqual(options.concurrency);
    expect([provider.inFlight, provider.gate.inFlight, provider.gate.waiting]).toEqual([0, 0, 0]);
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
  });
  expect(leavers).toBeGreaterThan(RUNS / 10);
});

test('when all have left there is no request and no timer, at once', () => {
  always([comings, script, settings, fc.nat(40)], (all, given, options, at) => {
    const scheduler = new VirtualTimeScheduler();
    const provider = new FakeProvider(given, options.concurrency, scheduler);
    // With nonces outcomes leave before the end of their reply, and the rest of it, with its usage, is waited for.
    const model = defineModel<Item>({ ...options, recordIds: 'index', provider, recordContent: contentOf });
    const predictor = createPredictor(model, { scheduler, random: () => 0.5 });
    const callers = all.map((item) => predictor.predict(item).subscribe());
    scheduler.maxFrames = at;
    scheduler.flush();
    callers.forEach((caller) => caller.unsubscribe());
    const { sent } = provider;
    expect([provider.inFlight, provider.gate.inFlight, provider.gate.waiting]).toEqual([0, 0, 0]);
    scheduler.maxFrames = 10_000_000;
    scheduler.flush();
    expect(provider.sent).toBe(sent);
  });
});
