import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { defineModel } from '../../src/model/index.js';
import { http } from '../../src/provider/http.js';
import { standIn } from '../testing/chat.js';
import { serve } from './server.js';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** The server of the docs, in front of the stand-in. */
async function start(options: Parameters<typeof standIn>[0] = {}) {
  const llm = await standIn(options);
  const server = serve(defineModel({ provider: http({ baseUrl: llm.url, model: 'any', apiKey: 'any' }) })).listen(
    0,
    '127.0.0.1',
  );
  closers.push(() => {
    server.closeAllConnections();
    server.close();
    process.removeAllListeners('SIGTERM');
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = (body: string, signal?: AbortSignal) => fetch(url, { method: 'POST', body, signal: signal ?? null });
  return { llm, post };
}

test('many clients share few calls, and each gets its own answer', async () => {
  const { llm, post } = await start();
  const reviews = Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? `good ${at}` : `bad ${at}`));

  const answers = await Promise.all(
    reviews.map(async (review) => JSON.parse(await (await post(review)).text()) as unknown),
  );

  expect(answers).toEqual(reviews.map((review) => (review.startsWith('good') ? 'positive' : 'negative')));
  expect(llm.requests.length).toBeLessThan(60);
  expect(llm.requests.flatMap(({ records }) => records)).toHaveLength(60);
});

test('a call that all its clients have left is aborted', async () => {
  const { llm, post } = await start({ fault: () => ({ kind: 'hang' }) });
  const leaving = new AbortController();
  const clients = Promise.allSettled([post('good', leaving.signal), post('bad', leaving.signal)]);
  await llm.whenReceived(1);

  leaving.abort();

  await llm.whenAborted(1);
  expect((await clients).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('the server in the docs is this one', async () => {
  const [docs, own] = await Promise.all(
    ['../../docs/predictor.md', 'server.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );

  const block = /## A server\n[^]*?```ts\n([^]*?)```/.exec(docs!)?.[1];

  expect(block).toBe(
    own!
      .replace('../../src/index.js', 'rxjs-llm')
      .replace('../../operators/createPredictor.js', 'rxjs-llm/predictor')
      .replace('../../src/model/index.js', 'rxjs-llm/model'),
  );
});
