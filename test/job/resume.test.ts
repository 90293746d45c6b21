import { concatMap, from, of, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { submitBatchJob, type SubmitBatchJobOptions } from '../../operators/submitBatchJob.js';
import { jobMemory } from '../../src/job/prompts/memory.js';
import { folderStore } from '../../src/job/store/folder.js';
import type { StandInServer } from '../../src/testing/index.js';
import type { JobHandle, JobProvider, JobStore } from '../../src/types/job.js';
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

/** A store that forgets what a crash would have kept from it: the ends of submissions. */
function forgetful(store: JobStore): JobStore {
  return { ...store, write: (key, text) => (text.includes('rxjs-llm/job') ? of(undefined) : store.write(key, text)) };
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
