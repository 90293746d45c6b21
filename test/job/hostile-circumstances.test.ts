import { concat, EMPTY, from, lastValueFrom, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fakeJobs } from '../../marbles/fake-jobs.js';
import { promptFor } from '../../marbles/prompts.js';
import { jobResults } from '../../operators/jobResults.js';
import { parseIndexed } from '../../operators/parseIndexed.js';
import { pollUntilDone } from '../../operators/pollUntilDone.js';
import { submitBatchJob } from '../../operators/submitBatchJob.js';
import { jobMemory } from '../../src/job/prompts/memory.js';
import { promptsOfInput } from '../../src/job/prompts/input.js';
import { promptsOfKeys } from '../../src/job/prompts/keys.js';
import { folderStore } from '../../src/job/store/folder.js';
import type { JobProvider } from '../../src/types/job.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';
import { APIS, collect, FAST, jobsAt, jobServer, POLLS, promptsOf, texts } from './server.js';

const key = (text: string): string => text.replace(/\W/g, '-').slice(-6);
const changed = texts(3).map((text) => `another ${text}`);

describe.each(APIS)('records of %s whose texts have changed under their keys', (api) => {
  it('are not given the answers to the old texts by a run that is taken up again', async () => {
    const { server } = await jobServer();
    const store = folderStore(`${await ownTmpdir()}/store`);
    const jobs = jobsAt(server, api);
    const submit = (records: readonly string[]) =>
      collect(
        promptsOf(records).pipe(submitBatchJob(jobs, { ...FAST, runId: 'r', key, store, memory: jobMemory<string>() })),
      );
    await submit(texts(3));
    await expect(submit(changed)).rejects.toMatchObject({ type: 'input_changed' });
  });

  it('are not given the answers to the old texts by the same input read again', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const handles = await collect(promptsOf(texts(3)).pipe(submitBatchJob(jobs, { ...FAST, key })));
    const reading = from(handles).pipe(
      pollUntilDone(jobs, POLLS),
      jobResults(jobs, { prompts: promptsOfInput(promptsOf(changed), key) }),
      parseIndexed(),
    );
    await expect(collect(reading)).rejects.toMatchObject({ type: 'input_changed' });
  });
});

it('records of one key are as many as they are, also when a run is taken up again', async () => {
  const { server } = await jobServer();
  const store = folderStore(`${await ownTmpdir()}/store`);
  const submit = (records: readonly string[]) =>
    collect(
      promptsOf(records).pipe(
        submitBatchJob(jobsAt(server, 'chat'), { ...FAST, runId: 'r', key: () => 'same', store }),
      ),
    );
  await submit(['text 1']);
  await submit(['text 1', 'text 2']);
  expect([server.jobs.timesSubmitted('text 1'), server.jobs.timesSubmitted('text 2')]).toEqual([1, 1]);
});

describe('a disk that is full', () => {
  /** Its spools can be written to, and not be closed. */
  const full: JobProvider = {
    ...fakeJobs(() => undefined),
    spool: () => ({
      add: () => undefined,
      close: () => {
        throw new Error('no space left');
      },
      remove: () => undefined,
    }),
  };

  it.each([
    ['when the source ends', promptsOf(texts(2))],
    [
      'when the source fails',
      concat(
        promptsOf(texts(2)),
        throwError(() => new Error('the source failed')),
      ),
    ],
  ])('is the error of the stream %s', async (_, prompts) => {
    await expect(collect(prompts.pipe(submitBatchJob(full)))).rejects.toThrow('no space left');
  });
});

it('a store that gives nothing has no list: nothing is lost without a word', async () => {
  const { server } = await jobServer();
  const jobs = jobsAt(server, 'chat');
  const store = folderStore(`${await ownTmpdir()}/store`);
  const handles = await collect(promptsOf(texts(3), 3).pipe(submitBatchJob(jobs, { ...FAST, key, store })));
  for (const read of [() => EMPTY, () => of(undefined as unknown as null), () => of('no list\n')]) {
    const prompts = promptsOfKeys({ store: { ...store, read } });
    const reading = from(handles).pipe(pollUntilDone(jobs, POLLS), jobResults(jobs, { prompts }));
    await expect(lastValueFrom(reading)).rejects.toMatchObject({ name: 'JobError' });
  }
});

it('a list of another job gives no record an answer', async () => {
  const { server } = await jobServer();
  const jobs = jobsAt(server, 'chat');
  const store = folderStore(`${await ownTmpdir()}/store`);
  const submitted = (records: readonly string[], runId: string) =>
    collect(promptsOf(records, 3).pipe(submitBatchJob(jobs, { ...FAST, key, store, runId })));
  const handles = await submitted(texts(3), 'r');
  await submitted(changed, 'other');
  const swapped = { ...store, read: (name: string) => store.read(name.replace('runs/r/', 'runs/other/')) };
  const prompts = promptsOfKeys({ store: swapped });
  const reading = from(handles).pipe(pollUntilDone(jobs, POLLS), jobResults(jobs, { prompts }));
  await expect(lastValueFrom(reading)).rejects.toMatchObject({ type: 'input_changed' });
});

it('records that do not make their prompt any more are not asked for in the places of others', async () => {
  const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'end', as: 'expired', answered: 0 }) } });
  const jobs = jobsAt(server, 'chat');
  const store = folderStore(`${await ownTmpdir()}/store`);
  const handles = await collect(promptsOf(texts(3), 3).pipe(submitBatchJob(jobs, { ...FAST, key, store })));
  // The first of the three has no text any more.
  const prompts = promptsOfKeys<string>({
    store,
    recordOf: (name) => name.replace('-', ' '),
    promptOf: (records) => promptFor('again', records.slice(1)),
  });
  const chunks = await collect(from(handles).pipe(pollUntilDone(jobs, POLLS), jobResults(jobs, { prompts })));
  expect(chunks).toHaveLength(1);
  expect(chunks[0]?.prompt).toMatchObject({ records: texts(3), request: null, error: { code: 'content_error' } });
});

it.each(['read', 'write', 'list'] as const)('a store of one’s own that fails to %s is told as one', async (part) => {
  const { server } = await jobServer();
  const store = folderStore(`${await ownTmpdir()}/store`);
  const broken = {
    ...store,
    [part]: () => {
      throw new Error('the cable is out');
    },
  };
  const jobs = jobsAt(server, 'chat');
  const submit = (into: typeof store) =>
    collect(promptsOf(texts(3), 3).pipe(submitBatchJob(jobs, { ...FAST, key, store: into, runId: 'r' })));
  const told = {
    type: 'store',
    message: expect.stringMatching(new RegExp(`could not ${part} .*the cable is out`)) as string,
  };
  // There is something to be read from the second run on.
  if (part === 'read') await submit(store);
  await expect(submit(broken)).rejects.toMatchObject(told);
});
