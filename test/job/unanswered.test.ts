import { from, lastValueFrom, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { jobResults } from '../../operators/jobResults.js';
import { parseIndexed } from '../../operators/parseIndexed.js';
import { pollUntilDone } from '../../operators/pollUntilDone.js';
import { submitBatchJob } from '../../operators/submitBatchJob.js';
import { journalIn } from '../../src/job/journal.js';
import { jobMemory } from '../../src/job/prompts/memory.js';
import { folderStore } from '../../src/job/store/folder.js';
import type { StandInOptions } from '../../src/testing/server.js';
import type { JobHandle, JobProvider, JobStore } from '../../src/types/job.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';
import { APIS, type Api, collect, FAST, jobsAt, jobServer, POLLS, promptsOf, texts, verdicts } from './server.js';

/** Four jobs, of which none differs from the others in its size. */
const RECORDS = texts(8);

async function run(api: Api, options: StandInOptions = {}) {
  const { server } = await jobServer(options);
  const store = folderStore(`${await ownTmpdir()}/store`);
  const jobs = jobsAt(server, api);
  const entries = () => lastValueFrom(journalIn(store).submissions('run'));
  const expectOnce = () =>
    expect.poll(() => RECORDS.map((text) => server.jobs.timesSubmitted(text))).toEqual(RECORDS.map(() => 1));
  return { server, store, jobs, entries, expectOnce };
}

function submission(jobs: JobProvider, store: JobStore) {
  const settings = { runId: 'run', key: (text: string) => text, maxRequests: 2, concurrency: 1, ...FAST, store };
  return promptsOf(RECORDS).pipe(submitBatchJob(jobs, settings));
}

/** A store whose process is killed when it would write how job `number` ended. */
function killedAt(number: number, store: JobStore): JobStore {
  const isEnd = (key: string, text: string) => key.endsWith(`journal/${number}`) && text.includes('rxjs-llm/job');
  return {
    ...store,
    write: (key, text) => {
      if (isEnd(key, text)) throw new Error('killed');
      return store.write(key, text);
    },
  };
}

const numbersOf = (handles: readonly Pick<JobHandle, 'number'>[]): readonly number[] =>
  handles.map(({ number }) => number).toSorted((one, other) => one - other);

describe.each(APIS)('submissions to %s without an answer, among jobs of one size', (api) => {
  it('are found although jobs that are known look like them', async () => {
    let created = 0;
    const { store, jobs, expectOnce } = await run(api, {
      jobs: {
        callFault: ({ operation }) =>
          operation === 'createJob' && ++created === 3 ? { kind: 'lostAnswer' } : undefined,
      },
    });
    const handles = await collect(submission(jobs, store));
    expect(new Set(handles.map(({ id }) => id)).size).toBe(4);
    await expectOnce();
  });

  it('are found when the run is taken up, and known from then on', async () => {
    const { store, jobs, entries, expectOnce } = await run(api);
    await expect(collect(submission(jobs, killedAt(1, store)))).rejects.toThrow('killed');
    await expect(collect(submission(jobs, killedAt(3, store)))).rejects.toThrow('killed');
    const handles = await collect(submission(jobs, store));
    expect(handles).toHaveLength(4);
    expect((await entries()).every(({ handle }) => handle !== null)).toBe(api === 'messages');
    await expectOnce();
  });

  it('keep their number and their list, whatever became of them', async () => {
    const { server, store, jobs, entries, expectOnce } = await run(api, {
      jobs: { callFault: ({ operation }) => (operation === 'createJob' ? { kind: 'status', status: 400 } : undefined) },
    });
    await expect(collect(submission(jobs, store))).rejects.toThrow();
    const before = await entries();
    expect(before).not.toEqual([]);
    server.jobs.callFault = undefined;
    const handles = await collect(submission(jobs, store));
    const given = numbersOf(before.map(({ info }) => info));
    expect(numbersOf(handles)).toEqual([1, 2, 3, 4].map((number) => number + given.length));
    expect((await entries()).filter(({ handle }) => handle === null)).toEqual(before);
    await expectOnce();
  });
});

it('takes the newest of two submissions that are alike for the one that was carried out', async () => {
  const { server, store, jobs, expectOnce } = await run('messages', {
    jobs: { callFault: ({ operation }) => (operation === 'createJob' ? { kind: 'status', status: 400 } : undefined) },
  });
  await expect(collect(submission(jobs, store))).rejects.toThrow();
  server.jobs.callFault = undefined;
  await collect(submission(jobs, store).pipe(take(1)));
  await expect(collect(submission(jobs, killedAt(3, store)))).rejects.toThrow('killed');
  const handles = await collect(submission(jobs, store));
  expect(numbersOf(handles)).toEqual([2, 3, 4, 5]);
  await expectOnce();
});

it('never read the results of a job of others that was taken for one of theirs', async () => {
  // The other run has as many requests, at the same places, and nobody here knows of it.
  const { server, store, jobs } = await run('messages');
  const others = texts(2).map((text) => `other ${text}`);
  const memory = jobMemory<string>();
  await collect(promptsOf(others).pipe(submitBatchJob(jobsAt(server, 'messages'), FAST)));
  server.jobs.callFault = ({ operation }) => (operation === 'createJob' ? { kind: 'reset' } : undefined);
  const records = texts(2);
  const handles = await collect(promptsOf(records).pipe(submitBatchJob(jobs, { ...FAST, memory, store })));
  expect(handles.map(({ id }) => id)).toEqual([server.jobs.all[0]?.id]);
  const outcomes = await collect(
    from(handles).pipe(pollUntilDone(jobs, POLLS), jobResults(jobs, { prompts: memory, ...FAST }), parseIndexed()),
  );
  expect(verdicts(outcomes)).toEqual(records.map((record) => `${record}: result_missing`));
});
