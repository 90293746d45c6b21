import { readdirSync, readlinkSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { firstValueFrom, from } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jobResults } from '../../operators/jobResults.js';
import { pollUntilDone } from '../../operators/pollUntilDone.js';
import { submitBatchJob } from '../../operators/submitBatchJob.js';
import { jobMemory } from '../../src/job/prompts/memory.js';
import { openaiJobs } from '../../src/job/openai/openai-jobs.js';
import type { FinishedJob } from '../../src/types/job.js';
import { allOk, APIS, collect, jobsAt, jobServer, POLLS, predicted, promptsOf, texts, verdicts } from './server.js';

/** Descriptors of this process that are open on spools. */
function openSpools(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.includes('rxjs-llm-job-') ? [path] : [];
    } catch {
      return [];
    }
  });
}

describe('a job at OpenAI', () => {
  it('has no error file where its id is empty', async () => {
    const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'emptyFileId' }) } });
    const { outcomes } = await predicted(jobsAt(server, 'chat'), promptsOf(texts(2)));
    expect(verdicts(outcomes)).toEqual(allOk(texts(2)));
    expect(server.jobs.calls.filter(({ operation }) => operation === 'downloadFile')).toHaveLength(1);
  });

  it('may count nothing until its end', async () => {
    const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'lateCounts' }) } });
    const { outcomes } = await predicted(jobsAt(server, 'chat'), promptsOf(texts(2)));
    expect(verdicts(outcomes)).toEqual(allOk(texts(2)));
  });

  it('that is rejected at validation says why to each of its records', async () => {
    const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'reject' }) } });
    const { outcomes } = await predicted(jobsAt(server, 'chat'), promptsOf(texts(2)));
    expect(verdicts(outcomes)).toEqual(['text 1: job_failed', 'text 2: job_failed']);
    expect(outcomes[0]?.error?.message).toContain('token_limit_exceeded');
  });

  it('takes the second result of a request for nothing, whatever it says', async () => {
    const { server } = await jobServer({
      jobs: { fault: () => ({ kind: 'repeatResults', results: 2, rewrite: (line) => ({ ...line, response: null }) }) },
    });
    const { outcomes } = await predicted(jobsAt(server, 'chat'), promptsOf(texts(2)));
    expect(verdicts(outcomes)).toEqual(allOk(texts(2)));
  });

  it('whose results are there no more is lost, and ends no stream', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, 'chat');
    const memory = jobMemory<string>();
    const [handle] = await collect(promptsOf(texts(1)).pipe(submitBatchJob(jobs, { memory })));
    const gone: FinishedJob = { handle: handle!, end: 'completed', files: ['file-gone'], reason: null };
    const [chunk] = await collect(from([gone]).pipe(jobResults(jobs, { prompts: memory })));
    expect(chunk).toMatchObject({ error: { code: 'job_lost' } });
  });

  it('that the provider does not know is lost', async () => {
    const { server } = await jobServer();
    const jobs = jobsAt(server, 'chat');
    const [handle] = await collect(promptsOf(texts(1)).pipe(submitBatchJob(jobs)));
    const unknown = { ...handle!, id: 'batch_unknown' };
    const [finished] = await collect(from([unknown]).pipe(pollUntilDone(jobs, POLLS)));
    expect(finished).toMatchObject({ end: 'lost', files: [] });
  });
});

describe('a message batch', () => {
  it('never sends the key to another host', async () => {
    let visits = 0;
    const other = createServer((_, response) => {
      visits++;
      response.end();
    });
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    onTestFinished(() => void other.close());
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/results`;
    const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'resultsUrl', url }) } });
    const { outcomes } = await predicted(jobsAt(server, 'messages'), promptsOf(texts(2)));
    expect(verdicts(outcomes)).toEqual(allOk(texts(2)));
    expect(visits).toBe(0);
  });

  it('whose answer never came is told from others of the run with as many requests', async () => {
    let creations = 0;
    const { server } = await jobServer({
      jobs: {
        callFault: ({ operation }) =>
          operation === 'createJob' && ++creations === 3 ? { kind: 'lostAnswer' } : undefined,
      },
    });
    const { handles, outcomes } = await predicted(jobsAt(server, 'messages'), promptsOf(texts(8)), { maxRequests: 2 });
    expect(verdicts(outcomes)).toEqual(allOk(texts(8)));
    expect(new Set(handles.map(({ id }) => id)).size).toBe(4);
    expect(server.jobs.all).toHaveLength(4);
  });

  it('that is refused at once ends the stream', async () => {
    const { server, spools } = await jobServer({ jobs: { fault: () => ({ kind: 'reject' }) } });
    await expect(predicted(jobsAt(server, 'messages'), promptsOf(texts(2)))).rejects.toMatchObject({
      name: 'ProviderError',
      status: 400,
    });
    expect(await spools()).toEqual([]);
  });
});

describe.each(APIS)('a job of %s', (api) => {
  it('that is let go while it waits for others leaves nothing on the disk', async () => {
    const { server, spools } = await jobServer();
    const subscription = promptsOf(texts(4))
      .pipe(submitBatchJob(jobsAt(server, api), { maxRequests: 1, concurrency: 1 }))
      .subscribe();
    expect(await spools()).not.toEqual([]);
    subscription.unsubscribe();
    expect(await spools()).toEqual([]);
  });

  it('that is let go while it is uploaded leaves no file, no open descriptor and no connection', async () => {
    const { spools } = await jobServer();
    let upload: IncomingMessage | undefined;
    // It reads nothing, so that the upload does not come to its end.
    const silent = createServer((request) => (upload = request.on('error', () => undefined)));
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    onTestFinished(() => void silent.close());
    const origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const long = texts(200).map((text) => text.padEnd(50_000, ' x'));
    const jobs = jobsAt({ url: `${origin}/v1`, origin }, api);
    const subscription = promptsOf(long).pipe(submitBatchJob(jobs)).subscribe();
    await expect.poll(() => upload !== undefined).toBe(true);
    subscription.unsubscribe();
    expect(await spools()).toEqual([]);
    await expect.poll(openSpools).toEqual([]);
    upload?.resume();
    await expect.poll(() => upload?.destroyed).toBe(true);
    expect(upload?.complete).toBe(false);
  });

  it('that is let go while its results are read ends the download', async () => {
    const { server } = await jobServer({
      jobs: {
        callFault: ({ operation }) =>
          operation.startsWith('download') ? { kind: 'cutBody', bytes: Infinity, pauseMs: 30 } : undefined,
      },
    });
    const jobs = jobsAt(server, api);
    const memory = jobMemory<string>();
    const long = texts(300).map((text) => text.padEnd(2_000, ' x'));
    const answers = promptsOf(long).pipe(
      submitBatchJob(jobs, { memory }),
      pollUntilDone(jobs, POLLS),
      jobResults(jobs, { prompts: memory }),
    );
    await firstValueFrom(answers);
    expect(jobs.gate.inFlight).toBe(0);
  });

  it('is refused with a handle of another provider', async () => {
    const { server } = await jobServer();
    const [handle] = await collect(promptsOf(texts(1)).pipe(submitBatchJob(jobsAt(server, api))));
    const other = openaiJobs(new OpenAI({ baseURL: server.url, apiKey: 'k' }), {
      model: 'm',
      api: api === 'chat' ? 'responses' : 'chat',
    });
    await expect(collect(from([handle!]).pipe(pollUntilDone(other)))).rejects.toMatchObject({ type: 'foreign' });
  });
});
