import { describe, expect, it } from 'vitest';
import type { Fault, JobFault } from '../../../src/testing/server.js';
import { standIn } from '../../testing/chat.js';
import { jsonLines, modelBy, reviews, runCli } from '../cli.js';
import { answersIn, JOB_PROVIDERS, jobPlace, lexiconAnswers, openaiPlace } from './place.js';

const FAIL = ['--set', 'failure.strategy=fail'];
const BY_TWO = ['--records-per-request', '2'];

/** What goes wrong with a job, and the code of the records that it leaves without an answer. */
const ENDS: readonly (readonly [what: string, fault: JobFault, code: string, left: number])[] = [
  ['expires', { kind: 'end', as: 'expired', answered: 3 }, 'job_expired', 4],
  ['is cancelled', { kind: 'end', as: 'cancelled', answered: 1 }, 'job_cancelled', 8],
  ['loses lines of its results', { kind: 'loseResults', results: 2 }, 'result_missing', 4],
  ['has results that break off', { kind: 'truncateResults', bytes: 20 }, 'result_missing', 2],
  ['has no results', { kind: 'noResults' }, 'result_missing', 10],
];

describe.each(JOB_PROVIDERS)('a job of %s', (provider) => {
  it.each(ENDS)('that %s: what is left is asked by live calls', async (_, fault, __, left) => {
    const server = await standIn({ jobs: { fault: () => fault } });
    const records = reviews(10);
    const place = await jobPlace(modelBy(provider, server), jsonLines(records));
    await runCli({ args: place.submit(...BY_TWO) });

    expect((await runCli({ args: place.collect() })).status).toBe(0);

    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
    expect(server.stats().records).toBe(left);
  });

  it.each(ENDS)('that %s: what is left has error lines, if failure.strategy is fail', async (_, fault, code, left) => {
    const server = await standIn({ jobs: { fault: () => fault } });
    const records = reviews(10);
    const place = await jobPlace(modelBy(provider, server), jsonLines(records));
    await runCli({ args: place.submit(...BY_TWO) });

    const { status, stderr } = await runCli({ args: place.collect(...FAIL) });

    expect(status).toBe(3);
    expect(stderr).toContain(`\n  ${left} ${code}, the first: `);
    const answers = await answersIn(place);
    expect(answers.map(([key]) => key)).toEqual(records.map(({ id }) => id));
    expect(answers.filter(([, answer]) => answer === code)).toHaveLength(left);
    const right = new Map(lexiconAnswers(records));
    for (const [key, answer] of answers) expect([right.get(String(key)), code]).toContain(answer);
    expect(server.stats().requests).toBe(0);
  });
});

describe('collect', () => {
  it('asks again for lines with errors, and for answers that cannot be used', async () => {
    const faults: Readonly<Record<number, Fault>> = {
      1: { kind: 'status', status: 500 },
      2: { kind: 'reset' },
      3: { kind: 'reply', rewrite: () => 'No JSON.' },
      4: { kind: 'refusal', message: 'No.' },
    };
    const server = await standIn({ fault: ({ job, number }) => (job === null ? undefined : faults[number]) });
    const records = reviews(12);
    const place = await openaiPlace(server, jsonLines(records));
    await runCli({ args: place.submit(...BY_TWO) });

    const failed = await runCli({ args: place.collect(...FAIL) });
    expect(failed.status).toBe(3);
    expect((await answersIn(place)).filter(([, answer]) => /^(positive|negative)$/.test(String(answer)))).toHaveLength(
      4,
    );
    const { status, stderr } = await runCli({ args: place.collect('--resume') });

    expect(status).toBe(0);
    expect(stderr).toContain('; 4 skipped, they have a value\n');
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
    expect(server.stats().records).toBe(8);
  });

  it('gives error lines of a job that the provider did not take, which nobody asks again', async () => {
    const server = await standIn({ jobs: { fault: () => ({ kind: 'reject' }) } });
    const place = await openaiPlace(server, jsonLines(reviews(3)));
    await runCli({ args: place.submit() });

    const { status, stderr } = await runCli({ args: place.collect() });

    expect(status).toBe(3);
    expect(stderr).toMatch(
      /\n {2}3 job_failed, the first: the job batch_\w+ ended as failed: token_limit_exceeded: .*\n/,
    );
    expect(stderr).toContain('\n  jobs    1 (1 failed)\n  results 0\n  calls   0 (0 to try again)\n');
    expect(server.stats().requests).toBe(0);
  });

  it('takes a job that the provider does not know for lost, and goes on with the others', async () => {
    const server = await standIn();
    const records = reviews(8);
    const place = await openaiPlace(server, jsonLines(records));
    for (const limit of ['4', '8']) await runCli({ args: place.submit('--resume', '--limit', limit) });
    const [lost] = await place.written();
    server.jobs.callFault = ({ id, operation }) =>
      operation === 'retrieveJob' && id === lost?.id ? { kind: 'status', status: 404 } : undefined;

    const { status, stderr } = await runCli({ args: place.collect(...FAIL) });

    expect(status).toBe(3);
    expect(stderr).toContain('\n  jobs    2 (1 lost, 1 completed)\n');
    expect(await answersIn(place)).toEqual([
      ...records.slice(0, 4).map(({ id }) => [id, 'job_lost']),
      ...lexiconAnswers(records.slice(4)),
    ]);
  });

  it('is ended by a fatal answer to a live call; what that leaves has no line, and is asked by --resume', async () => {
    const server = await standIn({ jobs: { fault: () => ({ kind: 'end', as: 'expired', answered: 3 }) } });
    const records = reviews(10);
    const place = await openaiPlace(server, jsonLines(records));
    await runCli({ args: place.submit(...BY_TWO) });
    server.fault = () => ({ kind: 'status', status: 403 });

    const { status, stderr } = await runCli({ args: place.collect() });

    expect(status).toBe(2);
    expect(stderr).toMatch(/\n {2}4 records without a line: --resume carries on\nrxjs-llm: .* \(forbidden\)\n$/);
    expect((await place.outcomes()).map(({ error }) => error)).toEqual(Array.from({ length: 6 }, () => null));
    server.fault = undefined;
    expect((await runCli({ args: place.collect('--resume') })).status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
  });

  it('keeps to a budget when it asks again', async () => {
    const server = await standIn({ jobs: { fault: () => ({ kind: 'end', as: 'expired', answered: 2 }) } });
    const model = { ...modelBy('openai', server), 'price.input.per.million': '1', 'price.output.per.million': '1' };
    const records = reviews(10);
    const place = await jobPlace(model, jsonLines(records));
    await runCli({ args: place.submit() });

    const { status } = await runCli({ args: place.collect('--set', 'budget.max.cost=0.000001') });

    expect(status).toBe(3);
    const answers = (await answersIn(place)).map(([, answer]) => answer);
    expect(answers.filter((answer) => answer === 'budget_exhausted').length).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer === 'positive' || answer === 'negative')).toHaveLength(2);
    expect(server.stats().requests).toBe(0);
    expect((await runCli({ args: place.collect('--resume') })).status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
  });

  it('counts what jobs cost at half the price, and says what was asked live', async () => {
    const server = await standIn({ jobs: { fault: () => ({ kind: 'loseResults', results: 1 }) } });
    const model = { ...modelBy('openai', server), 'price.input.per.million': '2', 'price.output.per.million': '8' };
    const place = await jobPlace(model, jsonLines(reviews(10)));
    await runCli({ args: place.submit(...BY_TWO) });
    const { stderr } = await runCli({ args: place.collect('--progress', 'json') });

    const summary = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as {
      readonly results: number;
      readonly calls: number;
      readonly recoveries: number;
      readonly cost: number;
      readonly tokens: { readonly input: number; readonly output: number };
    };

    const { inputTokens, outputTokens, requests } = server.stats();
    expect(summary).toMatchObject({ results: 4, calls: requests, recoveries: requests });
    const live = (inputTokens * 2 + outputTokens * 8) / 1e6;
    const ofJobs = ((summary.tokens.input - inputTokens) * 1 + (summary.tokens.output - outputTokens) * 4) / 1e6;
    expect(summary.cost).toBeCloseTo(live + ofJobs, 12);
    expect(ofJobs).toBeGreaterThan(live);
  });
});
