import { from, map, Subject, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { jobResults } from '../../../operators/jobResults.js';
import { parseIndexed } from '../../../operators/parseIndexed.js';
import { pollUntilDone } from '../../../operators/pollUntilDone.js';
import { submitBatchJob, type SubmitBatchJobOptions } from '../../../operators/submitBatchJob.js';
import { readHandle } from '../../../src/job/handle.js';
import { promptsOfKeys } from '../../../src/job/prompts/keys.js';
import { unstorageStore } from '../../../src/job/store/unstorage.js';
import { JobError, type JobHandle, type JobProvider, type JobStore } from '../../../src/types/job.js';
import type { StandInServer } from '../../../src/testing/server.js';
import type { BatchPrompt } from '../../../src/types/prompt.js';
import { ownTmpdir } from '../../testing/jobs/own-tmpdir.js';
import { APIS, type Api, collect, FAST, jobsAt, jobServer, POLLS, promptsOf, texts } from '../server.js';
import { redisServer } from './redis.js';
import { redisStorage } from './storages.js';

/** Options of a run as a process of its own would make them: with its own connection. */
interface Run extends SubmitBatchJobOptions<string> {
  readonly store: JobStore;
}

const key = (record: string): string => `the key of ${record}`;

function runAt(url: string): Run {
  return { runId: 'run-1', store: unstorageStore(redisStorage(url)), key, maxRequests: 2, concurrency: 1, ...FAST };
}

async function submitted(
  jobs: JobProvider,
  run: Run,
  { records = texts(14), after = Infinity }: { readonly records?: readonly string[]; readonly after?: number } = {},
): Promise<readonly string[]> {
  const handles = promptsOf(records, 2, { ids: 'nonce' }).pipe(submitBatchJob(jobs, run), take(after));
  return (await collect(handles)).map((handle) => JSON.stringify(handle));
}

async function received(jobs: JobProvider, lines: readonly string[], store: JobStore): Promise<readonly string[]> {
  const outcomes = await collect(
    from(lines).pipe(
      map((line): JobHandle => readHandle(line)),
      pollUntilDone(jobs, POLLS),
      jobResults(jobs, { prompts: promptsOfKeys({ store }), ...FAST }),
      parseIndexed(),
    ),
  );
  return outcomes.map(({ record, error }) => `${record.key}: ${error?.code ?? 'ok'}`).toSorted();
}

const allKeys = texts(14)
  .map((text) => `${key(text)}: ok`)
  .toSorted();

const timesSubmitted = (server: StandInServer) => texts(14).map((text) => server.jobs.timesSubmitted(text));

const once = texts(14).map(() => 1);

async function redis(settings: readonly string[] = []) {
  const folder = await ownTmpdir();
  return { folder, ...(await redisServer(folder, settings)) };
}

describe.each(APIS)('processes that share a Redis, with jobs of %s', (api: Api) => {
  it('submit in one, and read the results of keys in the other', async () => {
    const { url } = await redis();
    const { server } = await jobServer();
    const lines = await submitted(jobsAt(server, api), runAt(url));
    expect(lines).toHaveLength(4);
    expect(await received(jobsAt(server, api), lines, runAt(url).store)).toEqual(allKeys);
  });

  it('take up a run that another one began, in another order', async () => {
    const { url } = await redis();
    const { server } = await jobServer();
    await submitted(jobsAt(server, api), runAt(url), { after: 2 });
    const lines = await submitted(jobsAt(server, api), runAt(url), { records: texts(14).toReversed() });
    expect(await received(jobsAt(server, api), lines, runAt(url).store)).toEqual(allKeys);
    expect(timesSubmitted(server)).toEqual(once);
  });

  it('take up a run that failed at the provider', async () => {
    const { url } = await redis();
    const { server } = await jobServer({
      jobs: { callFault: ({ operation }) => (operation === 'createJob' ? { kind: 'status', status: 503 } : undefined) },
    });
    await expect(submitted(jobsAt(server, api), { ...runAt(url), maxRetries: 1 })).rejects.toThrow(/503/);
    server.jobs.callFault = undefined;
    const lines = await submitted(jobsAt(server, api), runAt(url));
    expect(await received(jobsAt(server, api), lines, runAt(url).store)).toEqual(allKeys);
    expect(timesSubmitted(server)).toEqual(once);
  });

  it('submit nothing that Redis has not written down, and go on when it is back', async () => {
    const { url, folder, crash } = await redis(['--appendonly', 'yes', '--appendfsync', 'always']);
    const { server } = await jobServer();
    const prompts = new Subject<BatchPrompt<string>>();
    const handles: JobHandle[] = [];
    const ended = new Promise<unknown>((resolve) => {
      prompts.pipe(submitBatchJob(jobsAt(server, api), runAt(url))).subscribe({
        next: (handle) => handles.push(handle),
        error: resolve,
        complete: () => resolve('without an error'),
      });
    });
    const all = await collect(promptsOf(texts(14), 2, { ids: 'nonce' }));
    // The run looks for its earlier jobs before it subscribes to its source.
    await expect.poll(() => prompts.observed).toBe(true);
    for (const prompt of all.slice(0, 2)) prompts.next(prompt);
    await expect.poll(() => handles).toHaveLength(1);
    await crash();
    for (const prompt of all.slice(2)) prompts.next(prompt);
    prompts.complete();

    const error = await ended;
    expect(error).toBeInstanceOf(JobError);
    expect(error).toMatchObject({
      type: 'store',
      message: expect.stringMatching(/^the store could not write runs\/run-1\/manifests\/2: ./) as string,
    });
    // The server counts a job's requests as it reads them, after its answer.
    await expect.poll(() => timesSubmitted(server)).toEqual(texts(14).map((_, at) => (at < 4 ? 1 : 0)));

    const again = await redisServer(folder, ['--appendonly', 'yes', '--appendfsync', 'always']);
    const lines = await submitted(jobsAt(server, api), runAt(again.url));
    expect(await received(jobsAt(server, api), lines, runAt(again.url).store)).toEqual(allKeys);
    expect(timesSubmitted(server)).toEqual(once);
  });

  it('submit nothing, and give no results, without Redis', async () => {
    const { url, crash } = await redis();
    const { server } = await jobServer();
    const lines = await submitted(jobsAt(server, api), runAt(url), { records: texts(4) });
    await crash();
    await expect(submitted(jobsAt(server, api), { ...runAt(url), runId: 'run-2' })).rejects.toMatchObject({
      type: 'store',
      message: expect.stringContaining('could not list runs/run-2/journal/') as string,
    });
    expect(timesSubmitted(server).slice(4)).toEqual(once.slice(4).map(() => 0));
    await expect(received(jobsAt(server, api), lines, runAt(url).store)).rejects.toMatchObject({
      type: 'store',
      message: expect.stringContaining('could not read runs/run-1/manifests/1') as string,
    });
  });
});
