import fc from 'fast-check';
import { Subject, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { bufferTimeOrCount } from '../../operators/bufferTimeOrCount.js';
import { always } from './runs.js';

interface Weighty {
  readonly weight: number;
}

/** When and how something happens at the source. */
interface Timing {
  /** Time since the event before it. */
  readonly after: number;
  /** It comes before what timers do in the same instant. */
  readonly isFirst: boolean;
  /** It comes from within the handler of the next batch that leaves. */
  readonly isReentrant: boolean;
}

const timing: fc.Arbitrary<Timing> = fc.record({
  after: fc.constantFrom(0, 0, 1, 2, 3, 5, 9),
  isFirst: fc.boolean(),
  isReentrant: fc.constantFrom(false, false, false, true),
});
const arrivals = fc.array(fc.tuple(timing, fc.nat(6)), { maxLength: 10 });

type End = 'complete' | 'error' | 'unsubscribe';
const ends = fc.tuple(timing, fc.constantFrom<End[]>('complete', 'error', 'unsubscribe'));

const limits = fc.record({
  maxCount: fc.constantFrom(1, 2, 3, 4, Infinity),
  maxWaitMs: fc.constantFrom(0, 1, 3, 5, Infinity),
  maxWeight: fc.constantFrom(0, 4, 7, Infinity),
  onSourceError: fc.constantFrom('emit', 'discard'),
});

const BROKEN = new Error('the source broke');

/** One subscription in virtual time, and what there is to see of it. */
class Run {
  readonly scheduler = new VirtualTimeScheduler();
  readonly source = new Subject<Weighty>();
  readonly batches: { readonly at: number; readonly records: readonly Weighty[] }[] = [];
  readonly entered: { readonly at: number; readonly record: Weighty }[] = [];
  finished: unknown;
  /** A batch came from within the handler of another. */
  isNested = false;
  #isHandling = false;
  #hasEnded = false;
  readonly subscription;
  /** What happens within the next handlers. */
  readonly #within: (() => void)[] = [];

  constructor(options: Omit<Parameters<typeof bufferTimeOrCount<Weighty>>[0], 'scheduler' | 'weight'>) {
    const weight = (record: Weighty) => record.weight;
    this.subscription = this.source
      .pipe(bufferTimeOrCount({ ...options, weight, scheduler: this.scheduler }))
      .subscribe({
        next: (records) => {
          this.isNested ||= this.#isHandling;
          this.#isHandling = true;
          this.batches.push({ at: this.scheduler.now(), records });
          this.#within.shift()?.();
          this.#isHandling = false;
        },
        error: (error: unknown) => (this.finished = error),
        complete: () => (this.finished = 'complete'),
      });
  }

  get left(): Weighty[] {
    return this.batches.flatMap(({ records }) => records);
  }

  /** Lets time pass, then makes something happen, now or within the next handler. */
  step({ after, isFirst, isReentrant }: Timing, event: () => void): void {
    const at = this.scheduler.now() + after;
    this.scheduler.maxFrames = isFirst ? at - 0.5 : at;
    this.scheduler.flush();
    this.scheduler.frame = at;
    if (isReentrant) this.#within.push(event);
    else event();
  }

  enter(weight: number): void {
    if (this.#hasEnded) return;
    const record = { weight };
    this.entered.push({ at: this.scheduler.now(), record });
    this.source.next(record);
  }

  end(how: End): void {
    this.#hasEnded = true;
    if (how === 'complete') this.source.complete();
    else if (how === 'error') this.source.error(BROKEN);
    else this.subscription.unsubscribe();
  }

  /** What waited for a handler that never came happens now. */
  drain(): void {
    for (let event = this.#within.shift(); event !== undefined; event = this.#within.shift()) event();
  }

  /** A timer is alive exactly while a batch is open. */
  checkTimer(maxWaitMs: number): void {
    const isOpen = !this.subscription.closed && this.left.length < this.entered.length;
    expect(this.scheduler.actions).toHaveLength(isOpen && maxWaitMs < Infinity ? 1 : 0);
  }
}

describe('bufferTimeOrCount', () => {
  test('gives all records in order, in batches that keep the limits and are never empty nor young', () => {
    always([arrivals, limits, ends], (all, options, [endTiming, end]) => {
      const { maxCount, maxWaitMs, maxWeight, onSourceError } = options;
      const run = new Run(options);
      for (const [at, weight] of all) {
        run.step(at, () => run.enter(weight));
        run.checkTimer(maxWaitMs);
      }
      run.step(endTiming, () => run.end(end));
      run.drain();
      run.checkTimer(maxWaitMs);

      const { batches, entered, left, finished, isNested } = run;
      expect(isNested).toBe(false);
      expect(finished).toBe({ complete: 'complete', error: BROKEN, unsubscribe: undefined }[end]);
      expect(left).toStrictEqual(entered.slice(0, left.length).map(({ record }) => record));
      // At the end only an open batch can be missing, and only if it was to be dropped.
      const rest = entered.slice(left.length).map(({ record }) => record);
      if (end === 'complete' || (end === 'error' && onSourceError === 'emit')) expect(rest).toStrictEqual([]);
      if (end === 'error') expect(rest.length).toBeLessThan(maxCount);

      let count = 0;
      batches.forEach(({ at, records }, index) => {
        expect(records.length).toBeGreaterThan(0);
        expect(records.length).toBeLessThanOrEqual(maxCount);
        if (records.length > 1) expect(weightOf(records)).toBeLessThanOrEqual(maxWeight);
        const due = entered[count]!.at + maxWaitMs;
        expect(at).toBeLessThanOrEqual(due);

        count += records.length;
        const next = entered[count];
        const isFull = records.length === maxCount || weightOf(records) >= maxWeight;
        const hasNoRoom = next?.at === at && weightOf([...records, next.record]) > maxWeight;
        const isLast = index === batches.length - 1 && finished !== undefined;
        expect(isFull || hasNoRoom || isLast || at === due).toBe(true);
      });
    });
  });

  test('is over with the source and with its subscriber: no timer and no batch comes after', () => {
    always([arrivals, limits, ends], (all, options, [endTiming, end]) => {
      const run = new Run(options);
      for (const [at, weight] of all) run.step(at, () => run.enter(weight));
      run.step({ ...endTiming, isReentrant: false }, () => run.end(end));
      const { length } = run.batches;

      expect(run.scheduler.actions).toHaveLength(0);
      expect(run.source.observed).toBe(false);
      run.drain();
      run.source.next({ weight: 1 });
      expect(run.batches).toHaveLength(length);
    });
  });
});

function weightOf(records: readonly Weighty[]): number {
  return records.reduce((sum, { weight }) => sum + weight, 0);
}
