import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import type { SentOptions } from '../../src/testing/main.js';
import { chatLines, createBatch, idsOf, resultLines } from './jobs/openai.js';
import { forkStandIn } from './own-process.js';

async function forked(options: SentOptions = {}) {
  const server = await forkStandIn({ timeScale: 0, jobs: { durationMs: Infinity }, ...options });
  onTestFinished(() => server.close());
  return { server, client: new OpenAI({ baseURL: server.url, apiKey: 'k', maxRetries: 0 }) };
}

test('a stand-in in a process of its own runs jobs, and tells of them', async () => {
  const { server, client } = await forked({ answer: 'same' });
  const { id } = await createBatch(client, chatLines(3));

  expect(await server.ask('jobs')).toEqual([{ id, api: 'openai', status: 'validating' }]);
  expect(await server.ask('finish', id)).toBe('completed');

  const { output_file_id } = await client.batches.retrieve(id);
  const lines = await resultLines(client, output_file_id);
  expect(idsOf(lines).toSorted()).toEqual(['r-1', 'r-2', 'r-3']);
  expect(JSON.stringify(lines[0]?.response?.body)).toContain('same');
  expect(await server.ask('stats')).toMatchObject({ jobs: 1, jobRequests: 3 });
  expect(await server.ask<Map<string, number>>('submissions')).toEqual(new Map([1, 2, 3].map((n) => [`text ${n}`, 1])));
  expect(await server.ask<number>('memory')).toBeGreaterThan(0);
  await expect(server.ask('finish', 'batch_no')).rejects.toThrow('there is no job batch_no');
});

test('a stand-in in a process of its own tells of each request, and spoils each job as it is told to', async () => {
  const { server, client } = await forked({ echo: true, jobs: { fault: { kind: 'noResults' } } });
  const heard: string[] = [];
  const end = server.onCall((called) => heard.push(called));
  const { id } = await createBatch(client, chatLines(1));
  await server.ask('finish', id);
  expect((await client.batches.retrieve(id)).output_file_id ?? null).toBe(null);
  const { choices } = await client.chat.completions.create({
    model: 'm',
    messages: [{ role: 'user', content: 'say this' }],
  });
  expect(choices[0]?.message.content).toContain('"say this"');
  const calls = ['uploadFile', 'createJob', 'retrieveJob', 'ask'];
  expect(await server.ask('calls')).toEqual(calls.map((operation) => ({ operation, status: 200 })));
  expect(heard).toEqual(calls);
  end();
  await client.batches.retrieve(id);
  expect(heard).toHaveLength(4);
});

test('a stand-in in a process of its own is as slow as it is told to be', async () => {
  const { server, client } = await forked({ callDelayMs: 1_000_000 });
  const heard = new Promise((resolve) => void server.onCall(resolve));
  const call = client.batches.retrieve('batch_any').catch(() => 'broken');
  expect(await heard).toBe('retrieveJob');
  expect(await server.ask('calls')).toEqual([{ operation: 'retrieveJob', status: null }]);
  await server.close();
  expect(await call).toBe('broken');
});

test('a stand-in in a process of its own ends with its parent', async () => {
  const { server } = await forked();

  await server.close();

  expect(server.process.exitCode).toBe(0);
  await expect(fetch(server.url)).rejects.toThrow();
});

test('a stand-in that is started by hand says where it is, and stops when it is told to', async () => {
  const main = fileURLToPath(new URL('../../dist/src/testing/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, '{"apiKey": null}'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];

  const { url } = JSON.parse(line.toString()) as { url: string };
  expect((await fetch(`${url}/models`)).status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');

  expect(await ended).toEqual([0, null]);
});
