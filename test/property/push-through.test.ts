import fc from 'fast-check';
import { delay, map, mergeMap, Observable, of, pipe, type Subscriber, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { inOrder } from '../../operators/inOrder.js';
import { pushThrough } from '../../operators/pushThrough.js';
import { errorLast } from '../../src/flow/errorLast.js';
import type { LlmError, Outcome } from '../../src/types/outcome.js';
import { always, RUNS } from './runs.js';

const arrivals = fc.array(fc.record({ after: fc.constantFrom(0, 0, 1, 4), takes: fc.constantFrom(0, 1, 3, 9) }), {
  maxLength: 14,
});
const settings = fc
  .record({
    maxInFlight: fc.integer({ min: 1, max: 4 }),
    maxWaiting: fc.nat(3),
    overflow: fc.constantFrom('dropOldest', 'dropNewest', 'error'),
    oneByOne: fc.boolean(),
    ordered: fc.constantFrom('inside', 'outside', 'not'),
  })
  .chain((set) => fc.record({ set: fc.constant(set), quantum: fc.integer({ min: 1, max: set.maxInFlight }) }))
  .map(({ set, quantum }) => ({ ...set, quantum }));

type Arrivals = typeof arrivals extends fc.Arbitrary<infer A> ? A : never;
type Settings = typeof settings extends fc.Arbitrary<infer S> ? S : never;
type End = 'complete' | 'error' | 'never';

const BROKEN = new Error('the source broke');

class Run {
  readonly scheduler = new VirtualTimeScheduler();
  readonly came: object[] = [];
  readonly outcomes: Outcome<object, string>[] = [];
  inFlight = 0;
  maxInFlight = 0;
  maxHeld = 0;
  finished: unknown;
  isLetGo = false;
  readonly subscription;

  constructor(all: Arrivals, { oneByOne, ordered, ...demand }: Settings, end: End) {
    const order =
      ordered === 'inside' ? inOrder<Outcome<object, string>>() : map((outcome: Outcome<object, string>) => outcome);
    const through = pushThrough<object, string>(
      errorLast(
        pipe(
          map((record, index) => this.#enter(record, index)),
          mergeMap(
            ({ takes, outcome }) => (takes === 0 ? of(outcome) : of(outcome).pipe(delay(takes, this.scheduler))),
            oneByOne ? 1 : Infinity,
          ),
          order,
          map((outcome) => {
            this.inFlight--;
            return outcome;
          }),
        ),
      ),
      demand,
    );
    const outcomes = this.#source(all, end).pipe(through);
    this.subscription = (ordered === 'outside' ? outcomes.pipe(inOrder()) : outcomes).subscribe({
      next: (outcome) => this.outcomes.push(outcome),
      error: (error: unknown) => (this.finished = error),
      complete: () => (this.finished = 'complete'),
    });
  }

  #enter(record: object, index: number) {
    this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
    const outcome: Outcome<object, string> = { record, index, batchId: 'b', attempts: 1, value: 'yes', error: null };
    return { takes: (record as { takes: number }).takes, outcome };
  }

  #source(all: Arrivals, end: End): Observable<object> {
    return new Observable((subscriber: Subscriber<object>) => {
      let at = 0;
      for (const arrival of all) {
        at += arrival.after;
        this.scheduler.schedule(() => {
          if (subscriber.closed) return;
          const record = { ...arrival };
          this.came.push(record);
          subscriber.next(record);
          this.maxHeld = Math.max(this.maxHeld, this.came.length - this.outcomes.length);
        }, at);
      }
      this.scheduler.schedule(() => {
        if (end === 'complete') subscriber.complete();
        else if (end === 'error') subscriber.error(BROKEN);
      }, at + 1);
      return () => (this.isLetGo = true);
    });
  }

  flush(until: number): void {
    this.scheduler.maxFrames = until;
    this.scheduler.flush();
  }
}

const ends = fc.constantFrom<End[]>('complete', 'error');

test('every record that comes has exactly one outcome, at its own place, and no more are held than may be', () => {
  let [drops, overflows] = [0, 0];
  always([arrivals, settings, ends], (all, options, end) => {
    const run = new Run(all, options, end);
    run.flush(10_000);
    const { outcomes, came, finished } = run;
    expect(outcomes.map(({ index }) => index).toSorted((one, other) => one - other)).toEqual(came.map((_, at) => at));
    for (const { record, index, error } of outcomes) {
      expect(record).toBe(came[index]);
      if (error !== null) expect([error.code, error.index]).toEqual(['dropped', index]);
    }
    expect(run.maxInFlight).toBeLessThanOrEqual(options.maxInFlight);
    if (options.ordered !== 'outside')
      expect(run.maxHeld).toBeLessThanOrEqual(options.maxInFlight + options.maxWaiting);
    if (options.ordered === 'outside') expect(outcomes.map(({ index }) => index)).toEqual(came.map((_, at) => at));
    if (options.ordered === 'inside') {
      const answered = outcomes.flatMap(({ index, error }) => (error === null ? [index] : []));
      expect(answered).toEqual(answered.toSorted((one, other) => one - other));
    }
    const dropped = outcomes.filter(({ error }) => error !== null).length;
    const isOverflow = options.overflow === 'error' && dropped > 0;
    if (isOverflow) expect([dropped, (finished as LlmError).type]).toEqual([1, 'overflow']);
    else expect([came.length, finished]).toEqual([all.length, end === 'error' ? BROKEN : 'complete']);
    expect(run.isLetGo).toBe(true);
    drops += dropped;
    if (isOverflow) overflows++;
  });
  expect(drops).toBeGreaterThan(RUNS / 100);
  expect(overflows).toBeGreaterThan(RUNS / 100);
});

test('after unsubscribe nothing comes any more, and the source is let go', () => {
  always([arrivals, settings, fc.nat(20)], (all, options, at) => {
    const run = new Run(all, options, 'never');
    run.flush(at);
    run.subscription.unsubscribe();
    expect(run.isLetGo).toBe(true);
    const { length } = run.outcomes;
    run.flush(10_000);
    expect(run.outcomes).toHaveLength(length);
  });
});
