import fc from 'fast-check';
import { from, tap, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { fakeProvider } from '../../marbles/fake-provider.js';
import { mlPredictJob } from '../../operators/mlPredictJob.js';
import { defineModel } from '../../src/model/define-model.js';
import { LlmError, type Outcome } from '../../src/types/outcome.js';
import { type Fate, JobWorld } from './job-world.js';
import { scaled } from '../scale.js';
import { always } from './runs.js';

const fates = fc.array(
  fc.constantFrom<Fate>('well', 'well', 'well', 'well', 'busy', 'lost', 'taken', 'expired', 'bad', 'key'),
  { minLength: 1, maxLength: 12 },
);
const settings = fc.record({
  records: fc.integer({ min: 1, max: 8 }),
  batchSize: fc.integer({ min: 1, max: 3 }),
  maxRequests: fc.integer({ min: 1, max: 3 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  maxRetries: fc.nat(3),
  nameless: fc.boolean(),
});
type Settings = typeof settings extends fc.Arbitrary<infer S> ? S : never;

/** Predicts some records by the jobs of a world, until the stream has ended. */
function run(given: readonly Fate[], options: Settings, failureStrategy: 'reask' | 'fail') {
  const { records, batchSize, nameless, ...submit } = options;
  const scheduler = new VirtualTimeScheduler(undefined, Infinity);
  const world = new JobWorld(given, scheduler);
  const model = defineModel<number>({
    provider: fakeProvider(
      () => undefined,
      () => '',
    ),
    recordContent: String,
    batchSize,
  });
  const entered: number[] = [];
  const outcomes: Outcome<number, unknown>[] = [];
  /** The ids of the jobs in the order in which they were taken to be submitted. */
  const submitted: string[] = [];
  let end: unknown = 'none';
  from(Array.from({ length: records }, (_, at) => at))
    .pipe(
      tap((record) => entered.push(record)),
      mlPredictJob(model, {
        jobs: world.provider(nameless),
        via: 'job',
        failureStrategy,
        submit: { ...submit, maxWaitMs: 5, backoff: { initialMs: 4 }, timeoutMs: Infinity, uploadTimeoutMs: Infinity },
        poll: { intervalMs: 5, timeoutMs: Infinity },
        events: {
          next: (event) => {
            if (event.type === 'job' && event.state === 'submitted') submitted.push(event.jobId);
          },
        },
        scheduler,
        random: () => 0.5,
      }),
    )
    .subscribe({
      next: (outcome) => outcomes.push(outcome),
      error: (error: unknown) => (end = error),
      complete: () => (end = 'complete'),
    });
  scheduler.flush();
  return { world, entered, outcomes: outcomes.map(({ record }) => record), submitted, end };
}

/** Each is a whole run. */
const RUNS = scaled(2000, 50_000);

test('a run by jobs gives each record one outcome, in order, unless it cannot be told what was submitted', () => {
  always(
    [fates, settings],
    (given, options) => {
      const { world, entered, outcomes, end } = run(given, options, 'reask');
      if (end === 'complete' || end instanceof LlmError) expect(outcomes).toEqual(entered);
      else {
        expect(end).toMatchObject({ name: 'JobError', type: 'uncertain' });
        expect(outcomes).toEqual(entered.filter((record) => outcomes.includes(record)));
      }
      expect(world.spools.every(({ isRemoved }) => isRemoved)).toBe(true);
    },
    RUNS,
  );
});

test('no job is taken for two, and no record is in two jobs unless it is asked for again, whatever answers are lost', () => {
  always(
    [fates, settings],
    (given, options) => {
      const { world, submitted } = run(given, options, 'fail');
      expect(submitted).toEqual([...new Set(submitted)]);
      expect(Math.max(...world.timesAsked(options.records))).toBeLessThanOrEqual(1);
    },
    RUNS,
  );
});
