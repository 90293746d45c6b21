import { describe, expect, it } from 'vitest';
import { JobBoard } from '../../../src/cli/job/board.js';
import { Collection } from '../../../src/cli/job/collection.js';
import { Submission } from '../../../src/cli/job/submission.js';
import type { JobEvent } from '../../../src/types/events.js';
import type { JobHandle } from '../../../src/types/job.js';
import { standIn } from '../../testing/chat.js';
import { jsonLines, parseLines, reviews, runCli } from '../cli.js';
import { openaiPlace } from './place.js';

function event(number: number, state: JobEvent['state'], more: Partial<JobEvent> = {}): JobEvent {
  const base = { type: 'job', provider: 'openai', requests: 50, answered: 0, detail: '' } as const;
  return { ...base, jobId: `job-${number}`, number, state, ...more };
}

function handle(number: number): JobHandle {
  const base = { type: 'rxjs-llm/job', version: 1, provider: 'openai', api: '/v1/chat/completions' } as const;
  const parts = { runId: 'run', number, first: 1, prompts: 50, records: 1000, digest: '0'.repeat(64), submittedAt: 0 };
  return { ...base, id: `job-${number}`, ...parts };
}

const record = { line: 1, bytes: 50, key: 1, record: {}, json: '{}', problem: null, contentCharacters: 0 };

describe('the board of jobs', () => {
  it('shows each with its state, its counts, and what the last call failed with', () => {
    const board = new JobBoard();
    board.expect(handle(1));
    board.expect(handle(2));
    expect(board.text()).toBe(
      '  job 1  job-1  submitted  0 of 50 requests\n  job 2  job-2  submitted  0 of 50 requests',
    );
    board.next(event(1, 'polled', { answered: 20 }));
    board.next(event(2, 'polled'));
    board.next(event(1, 'call_failed', { detail: 'the provider answered 500' }));
    board.next(event(2, 'polled', { answered: 50 }));
    board.next(event(2, 'ended', { answered: 50, detail: 'completed' }));
    expect(board.text()).toBe(
      '  job 1  job-1  in progress  20 of 50 requests  the provider answered 500\n' +
        '  job 2  job-2  completed  50 of 50 requests',
    );
    expect(board.rows).toEqual([
      {
        id: 'job-1',
        number: 1,
        state: 'in_progress',
        requests: 50,
        answered: 20,
        problem: 'the provider answered 500',
      },
      { id: 'job-2', number: 2, state: 'completed', requests: 50, answered: 50, problem: null },
    ]);
    board.next(event(1, 'polled', { answered: 30 }));
    expect(board.rows[0]).toMatchObject({ answered: 30, problem: null });
  });

  it('forgets a problem with the results once they come', () => {
    const board = new JobBoard();
    board.next(event(1, 'ended', { answered: 50, detail: 'completed' }));
    board.next(event(1, 'call_failed', { detail: 'the connection broke' }));
    expect(board.rows).toMatchObject([{ state: 'completed', answered: 50, problem: 'the connection broke' }]);
    const result = { batchId: 'b', records: 20, error: null, usage: null, cost: undefined };
    board.next({ type: 'result', provider: 'openai', jobId: 'job-1', ...result });
    expect(board.rows).toMatchObject([{ state: 'completed', answered: 50, problem: null }]);
  });

  it('shows eight, those that go on first, and counts the others', () => {
    const board = new JobBoard();
    for (let number = 1; number <= 1011; number++) board.expect(handle(number));
    for (let number = 1; number <= 1005; number++) board.next(event(number, 'ended', { detail: 'expired' }));
    const lines = board.text().split('\n');
    expect(lines.map((line) => line.split('  ')[1])).toEqual([
      'job 1006',
      'job 1007',
      'job 1008',
      'job 1009',
      'job 1010',
      'job 1011',
      'job 1',
      'job 2',
      'and 1,003 more jobs',
    ]);
    expect(board.rows).toHaveLength(1011);
  });

  it('shows what a call about no job yet failed with, until a job is submitted', () => {
    const board = new JobBoard();
    board.next(event(1, 'call_failed', { jobId: '', detail: 'the upload timed out' }));
    expect(board.text()).toBe('  the upload timed out');
    board.next(event(1, 'submitted'));
    expect(board.text()).toBe('  job 1  job-1  submitted  0 of 50 requests');
  });
});

describe('a submission', () => {
  it('shows a bar, records, jobs and refusals', () => {
    const submission = new Submission(200);
    expect(submission.text()).toBe('░░░░░░░░░░░░░░░░░░░░   0% 0 records · 0 jobs submitted');
    submission.read(record);
    submission.refuse({ name: '0-0', code: 'content_error', message: 'blank' });
    submission.next(event(1, 'submitted'));
    submission.written(handle(1));
    expect(submission.text()).toBe(
      '█████░░░░░░░░░░░░░░░  25% 1 record · 1 job submitted · 1 refused\n  job 1  job-1  submitted  0 of 50 requests',
    );
    expect(new Submission(undefined).text()).toBe('0 records · 0 jobs submitted');
  });

  it('tells jobs of before from new ones at its end, and why records were refused', () => {
    const submission = new Submission(undefined);
    submission.next(event(1, 'resumed'));
    submission.next(event(2, 'submitted'));
    for (const number of [1, 2]) submission.written(handle(number));
    for (const message of ['blank', 'no text']) submission.refuse({ name: '0-0', code: 'content_error', message });
    expect(submission.closing(true, 'h').text).toMatch(
      /^done in \d+\.\d s: 0 records read, handles to h\n {2}submitted {2}1 job, 50 requests, 1,000 records\n {2}of before {2}1 job, 50 requests, 1,000 records\n {2}refused {4}2 records, which collect writes as errors\n {4}2 content_error, the first: blank\n$/,
    );
    expect(submission.closing(false, 'h').text).toMatch(/^stopped early in /);
  });
});

describe('a collection', () => {
  it('shows the bar of a run, by the records in its jobs, and a line a job', () => {
    const collection = new Collection([handle(1), handle(2)]);
    for (let slot = 0; slot < 500; slot++) collection.totals.written({ record, attempts: 1 }, null);
    expect(collection.text()).toMatch(
      /^█{5}░{15} {2}25% 500 records · 0 calls · 0 tokens · [\d,.]+\/s · \d+:\d\d left · 0 failed\n {2}job 1 {2}job-1 {2}submitted {2}0 of 50 requests\n {2}job 2 {2}/,
    );
  });

  it('says at its end what became of the jobs, and what has no line', () => {
    const collection = new Collection([handle(1), handle(2), handle(3)]);
    for (const [number, detail] of [
      [1, 'completed'],
      [2, 'expired'],
      [3, 'completed'],
    ] as const)
      collection.next(event(number, 'ended', { detail }));
    const { text } = collection.closing({ finished: false, output: 'o', left: 2000 });
    expect(text).toMatch(
      /^stopped early in \d+\.\d s: 0 records to o, 0 values, 0 errors\n {2}jobs {4}3 \(2 completed, 1 expired\)\n {2}results 0\n/,
    );
    expect(text).toMatch(/\n {2}2,000 records without a line: --resume carries on\n$/);
  });
});

describe('--progress json', () => {
  const number = expect.any(Number) as number;
  const id = expect.stringMatching(/^batch_/) as string;

  it('of submit has records, what was refused and submitted, and the jobs', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, `${jsonLines(reviews(5))}oops\n`);

    const { stderr } = await runCli({ args: place.submit('--progress', 'json', '--records-per-request', '2') });

    const lines = parseLines(stderr) as { readonly type: string }[];
    const fields = {
      records: 6,
      refused: 1,
      submitted: { jobs: 1, requests: 3, records: 5 },
      resumed: { jobs: 0, requests: 0, records: 0 },
      seconds: number,
      jobs: [{ id, number: 1, state: 'submitted', requests: 3, answered: 0, problem: null }],
    };
    expect(lines.at(-2)).toEqual({ type: 'progress', ...fields, share: 1 });
    expect(lines.at(-1)).toEqual({ type: 'summary', finished: true, ...fields, errors: { input_malformed: 1 } });
    expect(lines[0]).toMatchObject({ type: 'progress', records: 0, share: 0, jobs: [] });
  });

  it('of collect has the fields of a run, results, and the jobs', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, `${jsonLines(reviews(5))}oops\n`);
    await runCli({ args: place.submit('--records-per-request', '2') });

    const { stderr } = await runCli({ args: place.collect('--progress', 'json') });

    const lines = parseLines(stderr) as { readonly type: string }[];
    const jobs = [{ id, number: 1, state: 'completed', requests: 3, answered: 3, problem: null }];
    const tokens = { input: number, cachedInput: number, output: number };
    const fields = {
      ...{ records: 6, values: 5, failures: 1, skipped: 0, calls: 0, retries: 0, recoveries: 0, tokens, cost: null },
      ...{ concurrency: null, recordsPerSecond: number, seconds: number, results: 3, jobs },
    };
    expect(lines[0]).toMatchObject({ type: 'progress', records: 0, jobs: [{ id, state: 'submitted', requests: 3 }] });
    expect(lines.at(-2)).toEqual({
      type: 'progress',
      ...fields,
      ...{ circuit: 'closed', heldSeconds: null, share: 1, secondsLeft: 0 },
    });
    expect(lines.at(-1)).toEqual({
      type: 'summary',
      finished: true,
      ...fields,
      ...{ errors: { input_malformed: 1 }, warnings: 0, left: 0 },
    });
  });
});
