import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { promptFor } from '../../marbles/prompts.js';
import { submitBatchJob } from '../../operators/submitBatchJob.js';
import { anthropicJobs } from '../../src/job/anthropic/anthropic-jobs.js';
import { openaiJobs } from '../../src/job/openai/openai-jobs.js';
import { folderStore } from '../../src/job/store/folder.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import { collectGarbage } from '../collect-garbage.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';

/** Prompts of a hundred megabytes in all, as fast as they can be made. */
const prompts = new Observable<BatchPrompt<string>>((subscriber) => {
  const text = 'x'.repeat(10_000);
  for (let from = 0; from < 10_000; from++) subscriber.next(promptFor(text, ['a'], { from }));
  subscriber.complete();
});

/** What is live of the bytes that files and sockets pass on. */
function liveBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

/** A server that takes that many bytes of each body and then reads no more: what is sent has to wait where it lies. */
async function reluctantServer(bytes: number) {
  const state = { calls: 0, isFull: false };
  const server = createServer((request) => {
    let taken = 0;
    state.calls++;
    if (bytes > 0)
      request.on('data', (piece: Buffer) => {
        taken += piece.length;
        if (taken < bytes) return;
        state.isFull = true;
        request.pause();
      });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const openai = openaiJobs(new OpenAI({ baseURL, apiKey: 'k' }), { model: 'm' });
  const anthropic = anthropicJobs(new Anthropic({ baseURL, apiKey: 'k' }), { model: 'm' });
  return { state, jobs: { openai, anthropic } };
}

it('keeps names for a store, and no prompts', async () => {
  const { jobs } = await reluctantServer(0);
  const store = folderStore(`${await ownTmpdir()}/store`);
  /** Twenty megabytes of texts, no two of which are the same. */
  const distinct = new Observable<BatchPrompt<string>>((subscriber) => {
    for (let from = 0; from < 2000; from++) subscriber.next(promptFor(String(from).padEnd(10_000), ['a'], { from }));
  });
  const liveHeap = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };

  const before = liveHeap();
  const subscription = distinct.pipe(submitBatchJob(jobs.openai, { store })).subscribe();
  expect(liveHeap() - before).toBeLessThan(10_000_000);
  subscription.unsubscribe();
});

describe.each(['openai', 'anthropic'] as const)('a job of %s', (name) => {
  it('is in memory neither while it is spooled, nor while its upload waits', async () => {
    const { state, jobs } = await reluctantServer(0);

    const before = liveBytes();
    const subscription = prompts.pipe(submitBatchJob(jobs[name])).subscribe();
    expect(liveBytes() - before).toBeLessThan(20_000_000);
    await expect.poll(() => state.calls, { timeout: 20_000 }).toBe(1);
    // Long enough to read the whole file, if anything wanted to.
    await sleep(1000);
    expect(liveBytes() - before).toBeLessThan(40_000_000);
    subscription.unsubscribe();
  });

  it('leaves nothing in memory of what is uploaded', async () => {
    const { state, jobs } = await reluctantServer(80_000_000);

    const before = liveBytes();
    const subscription = prompts.pipe(submitBatchJob(jobs[name])).subscribe();
    await expect.poll(() => state.isFull, { timeout: 20_000 }).toBe(true);
    expect(liveBytes() - before).toBeLessThan(40_000_000);
    subscription.unsubscribe();
  });
});
