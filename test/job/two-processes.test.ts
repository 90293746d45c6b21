import { from, map, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { callLLM } from '../../operators/callLLM.js';
import { jobResults } from '../../operators/jobResults.js';
import { parseIndexed } from '../../operators/parseIndexed.js';
import { pollUntilDone } from '../../operators/pollUntilDone.js';
import { recoverFailed } from '../../operators/recoverFailed.js';
import { submitBatchJob, type SubmitBatchJobOptions } from '../../operators/submitBatchJob.js';
import { toBatchPrompt, type ToBatchPromptOptions } from '../../operators/toBatchPrompt.js';
import { readHandle } from '../../src/job/handle.js';
import { promptsOfInput } from '../../src/job/prompts/input.js';
import { promptsOfKeys } from '../../src/job/prompts/keys.js';
import { folderStore } from '../../src/job/store/folder.js';
import { openai } from '../../src/provider/openai.js';
import type { JobHandle, JobPrompts, JobProvider } from '../../src/types/job.js';
import type { LlmEvent } from '../../src/types/events.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { Outcome } from '../../src/types/outcome.js';
import { openaiClient } from '../testing/jobs/openai.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';
import { APIS, collect, FAST, jobsAt, jobServer, POLLS, promptsOf, texts } from './server.js';

const key = (record: string): string => record.replace(' ', '-');

/** What one process sends to the other. */
async function sent(
  jobs: JobProvider,
  options: SubmitBatchJobOptions<string>,
  { batchSize = 1, ...prompt }: ToBatchPromptOptions<string> & { readonly batchSize?: number } = {},
): Promise<readonly string[]> {
  const handles = promptsOf(texts(7), batchSize, prompt).pipe(submitBatchJob(jobs, { ...FAST, ...options }));
  return (await collect(handles)).map((handle) => JSON.stringify(handle)).toReversed();
}

async function received<T>(
  jobs: JobProvider,
  lines: readonly string[],
  prompts: JobPrompts<T>,
  events: LlmEvent[] = [],
): Promise<readonly Outcome<T, unknown>[]> {
  return collect(
    from(lines).pipe(
      map((line): JobHandle => readHandle(line)),
      pollUntilDone(jobs, POLLS),
      jobResults(jobs, { prompts, ...FAST, events: { next: (event) => events.push(event) } }),
      parseIndexed(),
    ),
  );
}

const keysOf = (outcomes: readonly Outcome<{ readonly key: string }, unknown>[]) =>
  outcomes.map(({ record, error }) => `${record.key}: ${error?.code ?? 'ok'}`).toSorted();

const allKeys = texts(7).map((text) => `${key(text)}: ok`);

describe.each(APIS)('two processes with jobs of %s', (api) => {
  it('need nothing but handles where single records have keys that fit', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const lines = await sent(jobs, { key, maxRequests: 3 });
    expect(lines).toHaveLength(3);
    expect(keysOf(await received(jobs, lines, promptsOfKeys()))).toEqual(allKeys);
  });

  it('know records by their position where they have no keys', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const outcomes = await received(jobs, await sent(jobs, {}, { batchSize: 3 }), promptsOfKeys());
    expect(keysOf(outcomes)).toEqual(texts(7).map((_, index) => `${index}: ok`));
    expect(outcomes.map(({ index }) => index).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('share keys of many records, and nonces, by a store', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const store = folderStore(`${await ownTmpdir()}/store`);
    const lines = await sent(jobs, { key, store }, { batchSize: 3, ids: 'nonce' });
    const prompts = promptsOfKeys({ store: folderStore(`${process.env.TMPDIR ?? ''}/store`) });
    expect(keysOf(await received(jobs, lines, prompts))).toEqual(allKeys);
  });

  it('may read the same input again', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const lines = await sent(jobs, { maxRequests: 2 }, { batchSize: 2 });
    const outcomes = await received(jobs, lines, promptsOfInput(promptsOf(texts(7), 2)));
    expect(outcomes.map(({ record }) => record).toSorted()).toEqual(texts(7));
    expect(outcomes.every(({ error }) => error === null)).toBe(true);
  });

  it('see that the input is another one', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    const lines = await sent(jobs, {});
    const others = promptsOfInput(promptsOf(texts(6)));
    await expect(received(jobs, lines, others)).rejects.toMatchObject({ type: 'input_changed' });
  });

  it('refuse keys that cannot come back, before anything is submitted', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, api);
    await expect(sent(jobs, { key }, { batchSize: 2 })).rejects.toMatchObject({ type: 'refused' });
    await expect(sent(jobs, {}, { batchSize: 2, ids: 'nonce' })).rejects.toMatchObject({ type: 'refused' });
    await expect(sent(jobs, { key: () => 'same' })).rejects.toMatchObject({ type: 'refused' });
    expect(server.jobs.submissions().has('text 2')).toBe(false);
  });

  it('count results that are missing where nothing else tells of them', async () => {
    const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'loseResults', results: 2 }) } });
    const jobs = jobsAt(server, api);
    const events: LlmEvent[] = [];
    expect(await received(jobs, await sent(jobs, { key }), promptsOfKeys(), events)).toHaveLength(5);
    expect(events).toContainEqual(expect.objectContaining({ code: 'missing_result' }));
  });
});

it('asks live for what a job has no answer to, given the records of keys', async () => {
  const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'end', as: 'expired', answered: 1 }) } });
  const jobs = jobsAt(server, 'chat');
  const store = folderStore(`${await ownTmpdir()}/store`);
  const lines = await sent(jobs, { key, store }, { batchSize: 3 });
  const live = openai(openaiClient(server), { model: 'm' });
  const prompts = promptsOfKeys<string>({
    store,
    recordOf: (one) => one.replace('-', ' '),
    promptOf: (records) => {
      const made: BatchPrompt<string>[] = [];
      of(records)
        .pipe(toBatchPrompt())
        .subscribe((prompt) => made.push(prompt));
      return made[0]!;
    },
  });
  const outcomes = await collect(
    from(lines).pipe(
      map((line) => readHandle(line)),
      pollUntilDone(jobs, POLLS),
      jobResults(jobs, { prompts }),
      parseIndexed(),
      recoverFailed({ attempt: (prompt) => of(prompt).pipe(callLLM(live), parseIndexed()) }),
    ),
  );
  const inOrder = outcomes.toSorted((one, other) => one.index - other.index);
  expect(inOrder.map(({ record }) => record)).toEqual(texts(7));
  expect(inOrder.every(({ error }) => error === null)).toBe(true);
});
