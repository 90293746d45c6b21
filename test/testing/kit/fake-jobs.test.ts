import { from, map, mergeMap, type Observable, tap, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mlPredictJob, type MlPredictJobOptions } from '../../../operators/mlPredictJob.js';
import { defineModel } from '../../../src/model/define-model.js';
import {
  failing,
  fakeError,
  type FakeJobFault,
  type FakeJobs,
  fakeJobs,
  fakeProvider,
  outcomeLabel,
} from '../../../src/testing/index.js';
import type { LlmEvent } from '../../../src/types/events.js';
import type { JobHandle } from '../../../src/types/job.js';
import { rowsOf, virtually } from './virtual.js';

const HOUR = 3_600_000;
const RECORDS = ['a', 'b', 'c', 'd'];

const upper = (text: string): string => text.toUpperCase();

/** Asks by jobs, with a request for each record, and nothing that is asked again. */
function byJob(
  jobs: FakeJobs,
  options: Partial<MlPredictJobOptions<string>> = {},
  records = RECORDS,
): Observable<string> {
  const model = defineModel<string, string>({
    provider: fakeProvider(failing('unauthorized')),
    recordContent: (text) => text,
    batchSize: 1,
    order: 'arrival',
    failureStrategy: 'fail',
  });
  const poll = { jitter: 0, ...options.poll };
  return from(records).pipe(mlPredictJob(model, { jobs, random: () => 0, ...options, poll }), map(outcomeLabel()));
}

function rows(jobs: FakeJobs, options: Partial<MlPredictJobOptions<string>> = {}): readonly string[] {
  return rowsOf(() => byJob(jobs, options), String);
}

/** The handle of the first job. */
function handleOf({ jobs: [job] }: FakeJobs): JobHandle {
  return { ...job!.info, type: 'rxjs-llm/job', version: 1, provider: 'fake', api: '/fake', id: job!.id };
}

/** What comes of each record when this goes wrong with its job, and what is warned of. */
function withFault(fault: FakeJobFault) {
  const warnings: string[] = [];
  const events = {
    next: (event: LlmEvent) => {
      if (event.type === 'warning') warnings.push(event.code);
    },
  };
  const jobs = fakeJobs(upper, { durationMs: 0, fault: () => fault });
  return { outcomes: rows(jobs, { events }), warnings };
}

describe('jobs of the fake', () => {
  test('end when their time has passed, and are read from the last request to the first', () => {
    const jobs = fakeJobs(upper, { durationMs: 3 * 60_000 });
    const polls: string[] = [];
    const events = {
      next: (event: LlmEvent) => {
        if (event.type === 'job' && event.state === 'polled') polls.push(`${event.answered} of ${event.requests}`);
      },
    };

    expect(rows(jobs, { events, poll: { intervalMs: 60_000, growth: 1 } })).toEqual([
      ...['180000 d=D', '180000 c=C', '180000 b=B', '180000 a=A', '180000 |'],
    ]);
    expect(polls).toEqual(['0 of 4', '1 of 4', '2 of 4', '4 of 4']);
  });

  test('take an hour, or as long as each is worth', () => {
    const poll = { intervalMs: 60_000, growth: 1 };
    expect(rows(fakeJobs(upper), { poll })[0]).toBe(`${HOUR} d=D`);
    const durationMs = ({ requests }: { readonly requests: readonly unknown[] }) => requests.length * 60_000;
    expect(rows(fakeJobs(upper, { durationMs }), { poll })[0]).toBe('240000 d=D');
  });

  test('hold what was submitted, and when, and which calls there were', () => {
    const jobs = fakeJobs(upper, { durationMs: 0, limits: { maxRequests: 3 } });
    rows(jobs);

    expect(jobs.jobs.map(({ id, requests, at }) => [id, requests.flatMap(({ records }) => records), at])).toEqual([
      ['job-1', ['a', 'b', 'c'], 0],
      ['job-2', ['d'], 0],
    ]);
    expect(jobs.calls.filter(({ jobId }) => jobId !== null)).toEqual([
      { operation: 'poll', jobId: 'job-1', nth: 1, at: 0 },
      { operation: 'results', jobId: 'job-1', nth: 1, at: 0 },
      { operation: 'poll', jobId: 'job-2', nth: 1, at: 0 },
      { operation: 'results', jobId: 'job-2', nth: 1, at: 0 },
    ]);
    expect(jobs.calls.filter(({ operation }) => operation === 'create').map(({ nth }) => nth)).toEqual([1, 2]);
  });

  test('are split over their bytes, too', () => {
    const [line = 0] = [fakeJobs(upper)].map((jobs) => {
      rows(jobs);
      return Math.max(
        ...(jobs.jobs[0]?.requests ?? []).map(({ customId, request }) => jobs.line(customId, request).bytes),
      );
    });
    const small = fakeJobs(upper, { durationMs: 0, limits: { maxBytes: 2 * line } });
    rows(small);

    expect(small.jobs.map(({ requests }) => requests.length)).toEqual([2, 2]);
  });

  test('say what they cost, by an estimate', () => {
    const costs: (number | null)[] = [];
    const events = {
      next: (event: LlmEvent) => {
        if (event.type === 'result') costs.push(event.usage?.outputTokens ?? null);
      },
    };
    rows(fakeJobs(upper, { durationMs: 0 }), { events });

    expect(costs).toEqual(RECORDS.map(() => Math.ceil('{"value": "A"}'.length / 4)));
  });

  test('are cancelled with what was answered by then', () => {
    const jobs = fakeJobs(upper, { durationMs: 4 * 60_000 });
    const states: unknown[] = [];
    virtually(() => {
      const following = byJob(jobs, { poll: { cancelJob: true } }).subscribe();
      timer(3 * 60_000).subscribe(() => {
        following.unsubscribe();
      });
      timer(10 * 60_000)
        .pipe(mergeMap(() => jobs.poll(handleOf(jobs))))
        .subscribe((state) => states.push(state));
    });

    expect(jobs.jobs[0]?.cancelledAt).toBe(3 * 60_000);
    expect(states).toEqual([{ end: 'cancelled', files: ['results'], answered: 3, reason: null }]);
  });

  test('are as they ended, whoever cancels them later', () => {
    const jobs = fakeJobs(upper, { durationMs: 0, fault: () => ({ kind: 'end', as: 'expired', answered: 0 }) });
    rows(jobs);
    const states: unknown[] = [];
    virtually(() => {
      timer(1)
        .pipe(
          mergeMap(() => jobs.cancel(handleOf(jobs))),
          mergeMap(() => jobs.poll(handleOf(jobs))),
        )
        .subscribe((state) => states.push(state));
    });

    expect(jobs.jobs[0]?.cancelledAt).toBe(null);
    expect(states).toEqual([{ end: 'expired', files: [], answered: 0, reason: null }]);
  });

  test('of a run that is taken up again are found, and not submitted twice', () => {
    const jobs = fakeJobs(upper, { durationMs: 0 });
    const submit = { runId: 'reviews' };
    const first = rows(jobs, { submit });

    expect(rows(jobs, { submit })).toEqual(first);
    expect(jobs.jobs).toHaveLength(1);
    expect(() => byJob(fakeJobs(upper, { listed: false }), { submit })).toThrow(TypeError);
  });
});

describe('what goes wrong with a job', () => {
  test.each<[FakeJobFault, readonly string[], readonly string[]]>([
    [{ kind: 'end', as: 'expired', answered: 3 }, ['c=C', 'b=B', 'a=A', 'd!job_expired'], []],
    [{ kind: 'end', as: 'cancelled', answered: 0 }, ['a', 'b', 'c', 'd'].map((name) => `${name}!job_cancelled`), []],
    [{ kind: 'reject' }, ['a', 'b', 'c', 'd'].map((name) => `${name}!job_failed`), []],
    [{ kind: 'lost' }, ['a', 'b', 'c', 'd'].map((name) => `${name}!job_lost`), []],
    [{ kind: 'loseResults', results: 2 }, ['d=D', 'c=C', 'a!result_missing', 'b!result_missing'], []],
    [{ kind: 'repeatResults', results: 1 }, ['d=D', 'c=C', 'b=B', 'a=A'], ['repeated_result']],
    [{ kind: 'strayResults', results: 2 }, ['d=D', 'c=C', 'b=B', 'a=A'], ['unknown_result', 'unknown_result']],
    [{ kind: 'truncateResults' }, ['d=D', 'c=C', 'b=B', 'a!result_missing'], ['unreadable_result']],
  ])('%o', (fault, expected, warned) => {
    const { outcomes, warnings } = withFault(fault);

    expect(outcomes).toEqual([...expected.map((label) => `0 ${label}`), '0 |']);
    expect(warnings).toEqual(warned);
  });

  test('says why it was rejected', () => {
    const reasons: unknown[] = [];
    const jobs = fakeJobs(upper, { durationMs: 0, fault: () => [{ kind: 'reject', reason: 'too many tokens' }] });
    virtually(() => {
      const model = defineModel<string>({
        provider: fakeProvider('|'),
        recordContent: (text) => text,
        failureStrategy: 'fail',
      });
      from(['a'])
        .pipe(mlPredictJob(model, { jobs }))
        .subscribe(({ error }) => reasons.push(error?.message));
    });

    expect(reasons).toEqual([expect.stringContaining('too many tokens')]);
  });

  test('is an error of its line where the answer throws one of a provider', () => {
    const jobs = fakeJobs(
      (text) => {
        if (text === 'b') throw fakeError('input_filtered');
        return upper(text);
      },
      { durationMs: 0 },
    );

    expect(rows(jobs)).toEqual(['0 d=D', '0 c=C', '0 b!input_filtered', '0 a=A', '0 |']);
  });

  test('ends the stream where the answer itself is wrong', () => {
    const jobs = fakeJobs(
      () => {
        throw new Error('a wrong expectation');
      },
      { durationMs: 0 },
    );

    expect(rows(jobs).at(-1)).toBe('0 # LlmError: the answer of the fake threw: a wrong expectation');
  });
});

describe('what goes wrong with a call', () => {
  test('is an error of that call alone', () => {
    const jobs = fakeJobs(upper, {
      durationMs: 0,
      callFault: ({ operation, nth }) =>
        (operation === 'poll' || operation === 'results') && nth === 1 ? fakeError('server_error') : undefined,
    });

    expect(rows(jobs, { poll: { intervalMs: 1000 } })[0]).toBe('1000 d=D');
    expect(jobs.calls.map(({ operation }) => operation)).toEqual([
      'upload',
      'create',
      'poll',
      'poll',
      'results',
      'results',
    ]);
  });

  test('may be that its answer is lost: the job is there, and is found', () => {
    const told: string[] = [];
    const jobs = fakeJobs(upper, {
      durationMs: 0,
      callFault: ({ operation, nth }) => (operation === 'create' && nth === 1 ? 'lostAnswer' : undefined),
    });
    const events = {
      next: (event: LlmEvent) => {
        if (event.type === 'job') told.push(event.state);
      },
    };
    const labels: string[] = [];
    virtually(() => {
      byJob(jobs, { events })
        .pipe(tap((label) => labels.push(label)))
        .subscribe();
    });

    expect(labels).toEqual(['d=D', 'c=C', 'b=B', 'a=A']);
    expect(jobs.jobs).toHaveLength(1);
    expect(jobs.calls.map(({ operation }) => operation)).toContain('match');
    expect(told).toEqual(['call_failed', 'submitted', 'polled', 'ended']);
  });
});
