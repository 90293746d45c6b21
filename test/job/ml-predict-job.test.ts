import { from, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mlPredictJob, type MlPredictJobOptions } from '../../operators/mlPredictJob.js';
import { defineModel } from '../../src/model/define-model.js';
import { anthropic } from '../../src/provider/anthropic.js';
import { openai } from '../../src/provider/openai.js';
import { openaiResponses } from '../../src/provider/openai-responses.js';
import type { Provider } from '../../src/types/provider.js';
import { fakeJobs } from '../../src/testing/kit/fake-jobs.js';
import { fakeProvider } from '../../src/testing/kit/fake-provider.js';
import type { StandInServer } from '../../src/testing/server.js';
import { anthropicClient } from '../testing/jobs/anthropic.js';
import { openaiClient } from '../testing/jobs/openai.js';
import { allOk, type Api, APIS, collect, FAST, jobsAt, jobServer, POLLS, texts, verdicts } from './server.js';

function liveAt(server: StandInServer, api: Api): Provider {
  if (api === 'messages') return anthropic(anthropicClient(server), { model: 'm' });
  return (api === 'chat' ? openai : openaiResponses)(openaiClient(server), { model: 'm' });
}

async function predicted(
  server: StandInServer,
  api: Api,
  options: Partial<MlPredictJobOptions<string>> = {},
  records = texts(10),
) {
  const model = defineModel<string>({ provider: liveAt(server, api), batchSize: 3, recordContent: (text) => text });
  const jobs = jobsAt(server, api);
  const submit = { ...FAST, maxRequests: 2, maxWaitMs: 10 };
  return collect(from(records).pipe(mlPredictJob(model, { jobs, poll: POLLS, submit, ...options })));
}

describe.each(APIS)('mlPredictJob with %s', (api) => {
  it('gives one outcome a record, in order', async () => {
    const { server, spools } = await jobServer();
    const outcomes = await predicted(server, api);
    expect(outcomes.map(({ record }) => record)).toEqual(texts(10));
    expect(verdicts(outcomes)).toEqual(allOk(texts(10)));
    expect(server.jobs.all).toHaveLength(2);
    expect(await spools()).toEqual([]);
  });

  it.each(['live', 'job'] as const)('asks again what a job did not answer: %s', async (via) => {
    const { server } = await jobServer({
      jobs: { fault: ({ number }) => (number < 3 ? { kind: 'end', as: 'expired', answered: 1 } : undefined) },
    });
    const outcomes = await predicted(server, api, { via });
    expect(verdicts(outcomes)).toEqual(allOk(texts(10)));
    const live = server.requests.filter(({ path }) => /(completions|responses|messages)$/.test(path));
    expect(live.length > 0).toBe(via === 'live');
    expect(server.jobs.all.length > 2).toBe(via === 'job');
  });

  it.each(['live', 'job'] as const)('asks for the records of a job that could not be submitted: %s', async (via) => {
    let refusals = 0;
    const { server, spools } = await jobServer({
      jobs: {
        callFault: ({ operation }) =>
          operation === 'createJob' && refusals++ < 2 ? { kind: 'status', status: 503 } : undefined,
      },
    });
    const submit = { ...FAST, maxRequests: 2, maxWaitMs: 10, concurrency: 1, maxRetries: 1 };
    const outcomes = await predicted(server, api, { via, submit });
    expect(verdicts(outcomes)).toEqual(allOk(texts(10)));
    expect(refusals).toBeGreaterThan(2);
    expect(await spools()).toEqual([]);
  });

  it('ends with a fatal answer to a submission, after an outcome for each record', async () => {
    let creations = 0;
    const { server, spools } = await jobServer({
      jobs: {
        callFault: ({ operation }) =>
          operation === 'createJob' && creations++ > 0 ? { kind: 'status', status: 401 } : undefined,
      },
    });
    const codes: string[] = [];
    const model = defineModel<string>({ provider: liveAt(server, api), batchSize: 3 });
    const options = { jobs: jobsAt(server, api), poll: POLLS, submit: { ...FAST, maxRequests: 2, concurrency: 1 } };
    const run = from(texts(10)).pipe(
      mlPredictJob(model, options),
      tap(({ error }) => codes.push(error?.code ?? 'ok')),
    );
    await expect(collect(run)).rejects.toMatchObject({ name: 'LlmError', type: 'fatal_answer' });
    expect(codes).toEqual([...texts(6).map(() => 'ok'), ...texts(4).map(() => 'unauthorized')]);
    expect(await spools()).toEqual([]);
  });

  it('gives an error to records that have no content, and answers the others', async () => {
    const { server } = await jobServer();
    const outcomes = await predicted(server, api, {}, ['text 1', ' ', 'text 2']);
    expect(verdicts(outcomes)).toEqual(['text 1: ok', ' : content_error', 'text 2: ok']);
  });
});

it.each([
  ['excerpt', '"cannot tell"'],
  ['none', undefined],
] as const)('quotes what a job answered in errors as it is told to: %s', async (evidence, quoted) => {
  const model = defineModel<string, number>({
    provider: fakeProvider('|'),
    batchSize: 2,
    recordContent: (text) => text,
    responseSchema: z.number(),
    failureStrategy: 'fail',
  });
  const jobs = fakeJobs(() => 'cannot tell', { durationMs: 1 });
  const outcomes = await collect(
    from(texts(2)).pipe(mlPredictJob(model, { jobs, poll: POLLS, submit: FAST, evidence })),
  );
  expect(outcomes.map(({ error }) => [error?.code, error?.evidence])).toEqual([
    ['schema_mismatch', quoted],
    ['schema_mismatch', quoted],
  ]);
});
