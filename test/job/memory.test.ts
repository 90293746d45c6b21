import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { Observable } from 'rxjs';
import { expect, it, onTestFinished } from 'vitest';
import { promptFor } from '../../marbles/prompts.js';
import { submitBatchJob } from '../../operators/submitBatchJob.js';
import { anthropicJobs } from '../../src/job/anthropic/anthropic-jobs.js';
import { openaiJobs } from '../../src/job/openai/openai-jobs.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import { collectGarbage } from '../collect-garbage.js';

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

it.each(['openai', 'anthropic'])('holds neither what it spools nor what it uploads in memory: %s', async (name) => {
  let calls = 0;
  // It takes the connection, and reads nothing: what is sent then has to wait where it lies.
  const server = createServer(() => calls++);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const jobs =
    name === 'openai'
      ? openaiJobs(new OpenAI({ baseURL, apiKey: 'k' }), { model: 'm' })
      : anthropicJobs(new Anthropic({ baseURL, apiKey: 'k' }), { model: 'm' });

  const before = liveBytes();
  const subscription = prompts.pipe(submitBatchJob(jobs)).subscribe();
  expect(liveBytes() - before).toBeLessThan(20_000_000);
  await expect.poll(() => calls, { timeout: 20_000 }).toBe(1);
  // Long enough to read the whole file, if anything wanted to.
  await sleep(1000);
  expect(liveBytes() - before).toBeLessThan(40_000_000);
  subscription.unsubscribe();
});
