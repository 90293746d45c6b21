import { concatMap, firstValueFrom, from, of, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { submitBatchJob, type SubmitBatchJobOptions } from '../../operators/submitBatchJob.js';
import { jobMemory } from '../../src/job/prompts/memory.js';
import { folderStore } from '../../src/job/store/folder.js';
import type { StandInServer } from '../../src/testing/server.js';
import type { JobHandle, JobInfo, JobProvider, JobStore } from '../../src/types/job.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';
import { APIS, collect, FAST, jobsAt, jobServer, promptsOf, texts } from './server.js';

async function submitted(
  jobs: JobProvider,
  records: readonly string[],
  options: SubmitBatchJobOptions<string>,
  batchSize = 1,
): Promise<readonly JobHandle[]> {
  return collect(promptsOf(records, batchSize).pipe(submitBatchJob(jobs, { maxRequests: 2, ...FAST, ...options })));
}

function timesSubmitted(server: StandInServer): readonly number[] {
  return texts(7).map((text) => server.jobs.timesSubmitted(text));
}

const once = texts(7).map(() => 1);

/** A process that ends after so many of its jobs were submitted. */
async function dies(jobs: JobProvider, after: number, options: SubmitBatchJobOptions<string>): Promise<void> {
  const run = submitBatchJob<string>(jobs, { maxRequests: 2, concurrency: 1, ...FAST, ...options });
  await collect(promptsOf(texts(7)).pipe(run, take(after)));
}

/** A store that forgets what a crash would have kept from it: the ends of submissions, of all jobs or of these. */
function forgetful(store: JobStore, ...numbers: readonly number[]): JobStore {
  const isLost = (key: string): boolean => numbers.length === 0 || numbers.some((number) => key.endsWith(`/${number}`));
  return {
    ...store,
    write: (key, text) => (text.includes('rxjs-llm/job') && isLost(key) ? of(undefined) : store.write(key, text)),
  };
}

describe.each(APIS)('a run with jobs of %s that is taken up again', (api) => {
  const options = async () => ({ runId: 'run-1', store: folderStore(`${await ownTmpdir()}/store`) });

  it('submits only what no job holds, and gives all handles', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const run = await options();
    await dies(jobs, 2, run);
    const handles = (await submitted(jobs, texts(7), run)).toSorted((one, other) => one.first - other.first);
    expect(handles.map(({ first, prompts }) => [first, prompts])).toEqual([
      [1, 2],
      [3, 2],
      [5, 2],
      [7, 1],
    ]);
    expect(handles.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    await expect.poll(() => timesSubmitted(server)).toEqual(once);
  });

  it('finds a job whose submission the journal does not know the end of', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const run = await options();
    await dies(jobs, 1, { ...run, store: forgetful(run.store) });
    expect(await submitted(jobs, texts(7), run)).toHaveLength(4);
    await expect.poll(() => timesSubmitted(server)).toEqual(once);
  });

  it('takes no job for another one of the run that has as many requests', async () => {
    const { server } = await jobServer();
    const run = await options();
    await dies(jobsAt(server, api), 3, { ...run, store: forgetful(run.store, 2) });
    const handles = await submitted(jobsAt(server, api), texts(7), run);
    expect(new Set(handles.map(({ id }) => id)).size).toBe(4);
    await expect.poll(() => timesSubmitted(server)).toEqual(once);
  });

  it('submits again what never reached the provider', async () => {
    const { server } = await jobServer({
      jobs: { callFault: ({ operation }) => (operation === 'createJob' ? { kind: 'status', status: 503 } : undefined) },
    });
    const jobs = jobsAt(server, api);
    const run = await options();
    await expect(submitted(jobs, texts(7), { ...run, maxRetries: 1 })).rejects.toThrow(/503/);
    server.jobs.callFault = undefined;
    await submitted(jobs, texts(7), run);
    await expect.poll(() => timesSubmitted(server)).toEqual(once);
  });

  it('refuses other records in the place of those that were submitted', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const run = await options();
    await dies(jobs, 1, run);
    const others = ['other', ...texts(6)];
    await expect(submitted(jobs, others, run)).rejects.toMatchObject({ type: 'input_changed' });
    await expect(submitted(jobs, texts(1), run)).rejects.toMatchObject({ type: 'input_changed' });
    expect(server.jobs.timesSubmitted('other')).toBe(0);
  });

  it('knows records by their keys in another order and in other batches', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const run = { ...(await options()), key: (record: string) => record };
    await dies(jobs, 2, run);
    const handles = await submitted(jobs, texts(7).toReversed(), run, 3);
    expect(handles.reduce((sum, { records }) => sum + records, 0)).toBe(7);
    await expect.poll(() => timesSubmitted(server)).toEqual(once);
  });
});

describe('submissions to Anthropic whose answers never came', () => {
  const run = async () => ({ runId: 'run-1', store: folderStore(`${await ownTmpdir()}/store`) });

  /** Adds a submission to the journal that is like its first one, and has no answer. */
  async function addUnknown({ read, write }: JobStore, info: Partial<JobInfo>): Promise<void> {
    const text = (await firstValueFrom(read('runs/run-1/journal/1'))) ?? '';
    const first = JSON.parse(text) as { readonly info: JobInfo };
    const entry = { version: 1, info: { ...first.info, ...info }, handle: null };
    await firstValueFrom(write(`runs/run-1/journal/${entry.info.number}`, JSON.stringify(entry)));
  }

  it('are one where they asked the same', async () => {
    const { server } = await jobServer();
    const { runId, store } = await run();
    await dies(jobsAt(server, 'messages'), 1, { runId, store: forgetful(store) });
    await addUnknown(store, { number: 2 });
    const handles = await submitted(jobsAt(server, 'messages'), texts(7), { runId, store });
    expect(handles.map(({ number }) => number).toSorted()).toEqual([2, 3, 4, 5]);
    await expect.poll(() => timesSubmitted(server)).toEqual(once);
  });

  it('are not looked for where the same was submitted under another number', async () => {
    const { server } = await jobServer();
    const { runId, store } = await run();
    await dies(jobsAt(server, 'messages'), 1, { runId, store });
    await dies(jobsAt(server, 'messages'), 1, {});
    await addUnknown(store, { number: 9 });
    const handles = await submitted(jobsAt(server, 'messages'), texts(7), { runId, store });
    expect(handles.map(({ number }) => number).toSorted((one, other) => one - other)).toEqual([1, 10, 11, 12]);
  });

  it('are told from those of another run in the same process, which has as many requests', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, 'messages');
    const { runId, store } = await run();
    await dies(jobs, 1, { runId, store: forgetful(store) });
    await dies(jobs, 1, {});
    expect(await submitted(jobs, texts(7), { runId, store })).toHaveLength(4);
    await expect.poll(() => timesSubmitted(server)).toEqual([2, 2, 1, 1, 1, 1, 1]);
  });
});

it('needs no store at OpenAI, whose jobs carry the name of their run', async () => {
  const { server } = await jobServer();
  const jobs = jobsAt(server, 'chat');
  await dies(jobs, 2, { runId: 'mine' });
  await submitted(jobs, texts(7), { runId: 'other' });
  const memory = jobMemory<string>();
  const handles = await submitted(jobs, texts(7), { runId: 'mine', memory });
  expect(handles).toHaveLength(4);
  await expect.poll(() => timesSubmitted(server)).toEqual(texts(7).map(() => 2));
});

it('submits what it has before an error of its source', async () => {
  const { server } = await jobServer();
  const prompts = promptsOf(texts(3)).pipe(
    concatMap((prompt: BatchPrompt<string>) =>
      prompt.number < 3 ? of(prompt) : throwError(() => new Error('source')),
    ),
  );
  await expect(collect(from(prompts).pipe(submitBatchJob(jobsAt(server, 'chat'))))).rejects.toThrow('source');
  await expect.poll(() => timesSubmitted(server).slice(0, 3)).toEqual([1, 1, 0]);
});
