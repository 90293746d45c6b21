/**
 * Runs the service: `npx node examples/service/main.ts`, after `npm run build`. It asks OpenAI where there is an `OPENAI_API_KEY`, else a
 * server that stands in for a model. `PORT` (3000) and `BATCH_SIZE` (20) may be set.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { defineModel } from 'rxjs-llm/model';
import { openai } from 'rxjs-llm/openai';
import { z } from 'zod';
import { createService } from './service.ts';

const { OPENAI_API_KEY, PORT = '3000', BATCH_SIZE = '20' } = process.env;

const standIn = OPENAI_API_KEY === undefined ? await startStandIn() : undefined;
const client = standIn === undefined ? new OpenAI() : new OpenAI({ apiKey: 'none', baseURL: standIn.url });

const sentiment = defineModel<{ readonly text: string }, string>({
  provider: openai(client, { model: 'gpt-4.1-mini' }),
  systemPrompt: 'Classify the sentiment of each review as positive or negative.',
  responseSchema: z.enum(['positive', 'negative']),
  batchSize: Number(BATCH_SIZE),
  batchTimeoutMs: 20,
  concurrency: 16,
  // Who waits for an answer over HTTP does not wait for long, and not for a provider that is down.
  recordDeadlineMs: 15_000,
  failureWhenOpen: 'fail',
});
const service = createService(sentiment);

service.server.listen(Number(PORT), '127.0.0.1');
await once(service.server, 'listening');
const { port } = service.server.address() as AddressInfo;
console.log(`listens on http://127.0.0.1:${port}`);

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void end());

async function end(): Promise<void> {
  await service.close();
  await standIn?.close();
  const { answered, failed, left, calls } = service.counts;
  console.log(`ended: ${answered} answered, ${failed} failed, ${left} left, ${calls} calls`);
}

async function startStandIn() {
  const { createStandInServer } = await import('rxjs-llm/testing/server');
  return createStandInServer();
}
