import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { defineModel, type ModelOptions } from 'rxjs-llm/model';
import { http, type HttpOptions } from 'rxjs-llm/http';
import { createStandInServer, type Fault, type StandInOptions } from 'rxjs-llm/testing/server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createService, type ServiceOptions } from './service.js';

interface Review {
  readonly text: string;
}

interface Given extends ServiceOptions {
  readonly server?: StandInOptions;
  readonly model?: Partial<ModelOptions<Review, string>>;
  readonly provider?: Partial<HttpOptions>;
}

/** A service in front of a server that answers each text with itself in capitals, at once. */
async function start({ server = {}, model = {}, provider = {}, ...options }: Given = {}) {
  const llm = await createStandInServer({
    timeScale: 0,
    apiKey: null,
    answer: (text) => text.toUpperCase(),
    ...server,
  });
  const asked = http({ baseUrl: llm.url, model: 'any', ...provider });
  const service = createService(defineModel<Review, string>({ provider: asked, ...model }), options);
  service.server.listen(0, '127.0.0.1');
  await once(service.server, 'listening');
  onTestFinished(async () => {
    service.server.closeAllConnections();
    await Promise.all([service.close(), llm.close()]);
  });
  const { port } = service.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const post = (body: string, signal: AbortSignal | null = null) =>
    fetch(`${url}/predict`, { method: 'POST', body, signal });
  const predict = async (text: string, signal?: AbortSignal) => {
    const response = await post(JSON.stringify({ text }), signal);
    return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
  };
  const whenOpen = (count: number) => vi.waitFor(() => expect(service.counts.open).toBe(count));
  return { service, llm, url, port, post, predict, whenOpen };
}

describe('clients of a service', () => {
  test('share calls, and each gets its own answer', async () => {
    const { llm, predict, service } = await start({ model: { batchSize: 20, batchTimeoutMs: 10_000 } });
    const texts = Array.from({ length: 200 }, (_, at) => `review ${at}`);

    const answers = await Promise.all(texts.map((text) => predict(text)));

    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      texts.map((text) => [200, { value: text.toUpperCase() }]),
    );
    expect(llm.stats()).toMatchObject({ requests: 10, records: 200 });
    expect(service.counts).toEqual({ open: 0, answered: 200, failed: 0, left: 0, calls: 10 });
  });

  test('that leave before their batch give their place back: their records are not sent', async () => {
    const { llm, predict, whenOpen, service } = await start({ model: { batchSize: 3, batchTimeoutMs: 10_000 } });
    const leaving = new AbortController();
    const first = predict('a');
    await whenOpen(1);
    const left = predict('b', leaving.signal);
    await whenOpen(2);
    leaving.abort();
    await expect(left).rejects.toThrow();
    await whenOpen(1);

    await Promise.all([first, predict('c'), predict('d')]);

    const asked = llm.requests.map(({ records }) => records.map(({ text }) => text).toSorted());
    expect(asked).toEqual([['a', 'c', 'd']]);
    expect(service.counts).toMatchObject({ answered: 3, left: 1, calls: 1 });
  });

  test('have their call aborted on the wire once all of them have left', async () => {
    const { llm, predict } = await start({ server: { fault: () => ({ kind: 'hang' }) }, model: { batchSize: 2 } });
    const [one, other] = [new AbortController(), new AbortController()];
    const clients = Promise.allSettled([predict('a', one.signal), predict('b', other.signal)]);
    await llm.whenReceived(1);

    one.abort();
    other.abort();

    await llm.whenAborted(1);
    expect((await clients).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(llm.stats()).toMatchObject({ requests: 1, inFlight: 0 });
  });

  test('are answered when the service closes, and no others are taken', async () => {
    const { predict, whenOpen, service, llm } = await start({ server: { timeScale: 1 }, model: { batchSize: 2 } });
    const clients = Promise.all([predict('a'), predict('b')]);
    await llm.whenReceived(1);
    await whenOpen(2);

    const closed = service.close();

    await expect(predict('c')).rejects.toThrow('fetch failed');
    const answers = await clients;
    await closed;
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, { value: 'A' }],
      [200, { value: 'B' }],
    ]);
    expect(answers.map(({ headers }) => headers.get('connection'))).toEqual(['close', 'close']);
    expect(service.counts).toMatchObject({ open: 0, answered: 2, failed: 0 });
  });
});

test('a service that is full tells who comes to come back later, and takes the next once one has left', async () => {
  const { predict, whenOpen, llm } = await start({
    maxOpen: 1,
    server: { fault: ({ number }) => (number === 1 ? { kind: 'hang' } : undefined) },
  });
  const leaving = new AbortController();
  const first = predict('a', leaving.signal);
  await llm.whenReceived(1);

  const { status, headers, body } = await predict('b');

  expect([status, headers.get('retry-after'), body]).toEqual([503, '1', { error: 'overloaded' }]);
  leaving.abort();
  await expect(first).rejects.toThrow();
  await whenOpen(0);
  expect(await predict('c')).toMatchObject({ status: 200, body: { value: 'C' } });
});

describe('a request that is no review', () => {
  test.each([
    ['no JSON', 'text', 400, 'no_text'],
    ['no text', '{"text": 1}', 400, 'no_text'],
    ['null', 'null', 400, 'no_text'],
    ['a blank text', '{"text": " "}', 422, 'content_error'],
    ['a body of more bytes than allowed', `{"text": "${'x'.repeat(200)}"}`, 413, 'body_too_large'],
  ])('%s', async (_, body, status, error) => {
    const { post, llm } = await start({ maxBytes: 100 });

    const response = await post(body);

    expect([response.status, await response.json()]).toEqual([status, { error }]);
    expect(llm.stats().requests).toBe(0);
  });

  test.each(['GET /predict', 'POST /', 'POST /health'])('%s', async (line) => {
    const { url } = await start();
    const [method = '', path = ''] = line.split(' ');

    expect((await fetch(url + path, { method })).status).toBe(404);
  });
});

describe('a client that sends its request only by half', () => {
  const half = async (options: Given) => {
    const started = await start(options);
    const socket = connect(started.port, '127.0.0.1').setEncoding('utf8');
    socket.write('POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{"');
    await started.whenOpen(1);
    return { ...started, socket };
  };

  test('is cut off when its time is over', async () => {
    const { socket, whenOpen } = await half({ maxReadMs: 100 });

    expect(await once(socket, 'data')).toEqual([expect.stringMatching(/^HTTP\/1.1 408 /)]);
    await whenOpen(0);
  });

  test('does not keep a service open that closes', async () => {
    const { socket, service, whenOpen } = await half({ maxDrainMs: 50 });

    await Promise.all([service.close(), once(socket, 'close')]);

    await whenOpen(0);
    expect(service.counts).toMatchObject({ answered: 0, left: 1 });
  });

  test('takes no place of those who have sent theirs', async () => {
    const { predict, service } = await half({ maxOpen: 1 });

    expect(await predict('a')).toMatchObject({ status: 200, body: { value: 'A' } });
    expect(service.counts).toMatchObject({ open: 1, answered: 1 });
  });

  test('and hangs up, has left', async () => {
    const { socket, service, whenOpen } = await half({});

    socket.destroy();

    await whenOpen(0);
    expect(service.counts).toMatchObject({ left: 1, failed: 0 });
  });
});

describe('a model that fails', () => {
  const failing = (fault: Fault, model: Partial<ModelOptions<Review, string>> = {}) =>
    start({ server: { fault: () => fault }, model: { maxRetries: 0, failureStrategy: 'fail', ...model } });

  test.each<readonly [string, Fault, number]>([
    ['server_error', { kind: 'status', status: 500 }, 502],
    ['rate_limited', { kind: 'status', status: 429 }, 503],
    ['request_timeout', { kind: 'hang' }, 504],
    ['content_filter', { kind: 'finish', reason: 'content_filter', characters: 0 }, 422],
    ['connection_error', { kind: 'reset' }, 502],
  ])('%s', async (error, fault, status) => {
    const { predict } = await failing(fault, { requestTimeoutMs: 100 });

    const { headers, ...said } = await predict('a');

    expect(said).toEqual({ status, body: { error } });
    expect(headers.get('retry-after')).toBe(status === 503 ? '1' : null);
  });

  test('is not waited for where it asks to be left alone for longer than a client would wait', async () => {
    const { predict, llm } = await start({
      server: { fault: () => ({ kind: 'status', status: 429, headers: { 'retry-after': '60' } }) },
      model: { maxRetries: 0, failureStrategy: 'fail', recordDeadlineMs: 5000 },
    });
    await predict('a');

    const { status, headers, body } = await predict('b');

    expect([status, body]).toEqual([503, { error: 'rate_limited' }]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect(llm.stats().requests).toBe(1);
  });

  test('is not asked while its circuit is open, for as long as retry-after says', async () => {
    const { predict, llm } = await start({
      server: { fault: () => ({ kind: 'status', status: 500 }) },
      provider: { circuit: { minimumVolume: 2, resetMs: 60_000 } },
      model: { maxRetries: 0, failureStrategy: 'fail', failureWhenOpen: 'fail' },
    });
    await predict('a');
    await predict('b');

    const { status, headers, body } = await predict('c');

    expect([status, body]).toEqual([503, { error: 'circuit_open' }]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(1);
    expect(llm.stats().requests).toBe(2);
  });

  test('that refuses all requests makes the service unhealthy', async () => {
    const { predict, url, llm } = await failing({ kind: 'status', status: 401 });
    const healthy = await fetch(`${url}/health`);

    const refused = await Promise.all([predict('a'), predict('b')]);

    const ill = await fetch(`${url}/health`);
    expect([healthy.status, ill.status, await ill.json()]).toEqual([200, 503, { error: 'refused' }]);
    expect(refused.map(({ status, body }) => [status, body])).toEqual(Array(2).fill([502, { error: 'unauthorized' }]));
    await predict('c');
    expect(llm.stats().requests).toBeLessThanOrEqual(2);
  });
});

test('the demo: 200 clients share calls, and one that asks before SIGTERM has its answer', async () => {
  const demo = fileURLToPath(new URL('demo.ts', import.meta.url));

  const { stdout, stderr } = await promisify(execFile)(process.execPath, [demo, '20']);

  expect(stderr).toBe('');
  expect(stdout).toContain('batches of 20: 200 clients have their answers');
  const [, calls] = /ended: 201 answered, 0 failed, 0 left, (\d+) calls/.exec(stdout) ?? [];
  expect(Number(calls)).toBeLessThan(100);
});
