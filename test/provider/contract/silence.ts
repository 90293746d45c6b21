import { filter, firstValueFrom, take, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { standIn } from '../../testing/chat.js';
import { failures, HandClock, overheard, results, start } from '../ask.js';
import { type Answer, openStream, rawServer, sse } from '../raw-server.js';
import type { Subject } from '../subject.js';

const upper = { answer: (text: string) => text.toUpperCase() };
const FIRST = '{"results": [{"index": 1, "value": "A"}';

/** Servers that fall silent, and what ends a silence. */
export function silence({ connect, wire }: Subject): void {
  const call = (clock: HandClock) => ({ scheduler: clock, timeoutMs: 1000, totalTimeoutMs: 5000, maxRetries: 1 });

  test('before the headers is retried, and the request is aborted on the wire', async () => {
    const clock = new HandClock();
    const server = await standIn({ ...upper, fault: ({ number }) => (number === 1 ? { kind: 'hang' } : undefined) });
    const asking = start(connect(server), [['a']], { call: call(clock) });
    await server.whenReceived();

    clock.advance(999);
    expect(asking.events).toEqual([]);
    clock.advance(1);
    await server.whenAborted();
    await asking.ended;

    expect(results(asking)).toEqual(['A']);
    expect(asking.events).toMatchObject([
      { type: 'attempt', error: 'request_timeout', status: undefined, latencyMs: 1000 },
      { type: 'retry', error: 'request_timeout' },
      { type: 'attempt', error: null },
    ]);
    expect(server.requests.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test('after text is not replayed, and what closed is kept', async () => {
    const clock = new HandClock();
    const server = await standIn({ ...upper, fault: () => ({ kind: 'stall', characters: FIRST.length }) });
    const asking = start(connect(server), [['a', 'b']], { call: call(clock) });
    await asking.reached(FIRST.length);

    clock.advance(999);
    expect(asking.outcomes).toEqual([]);
    clock.advance(1);
    await asking.ended;
    await server.whenAborted();

    expect(results(asking)).toEqual(['A', 'request_timeout']);
    expect(server.requests).toHaveLength(1);
  });

  test('is ended by any sign of life', async () => {
    const clock = new HandClock();
    const opened = Promise.withResolvers<Parameters<Answer>[0]>();
    const server = await rawServer((response) => {
      openStream(response);
      opened.resolve(response);
    });
    const { provider, said } = overheard(connect(server));
    const signs = firstValueFrom(
      said.pipe(
        filter(({ type }) => type === 'alive'),
        take(2),
        toArray(),
      ),
    );
    const first = firstValueFrom(said.pipe(filter(({ type }) => type === 'alive')));
    const asking = start(provider, [['a']], { call: call(clock) });
    const response = await opened.promise;

    response.write(': still thinking\n\n');
    await first;
    clock.advance(999);
    response.write(': still thinking\n\n');
    await signs;
    clock.advance(999);
    response.end(sse(wire.events(['{"value": "late"}'])));
    await asking.ended;

    expect(results(asking)).toEqual(['late']);
    expect(server.requests).toBe(1);
  });

  test('is ended by any bytes of a whole reply', async () => {
    const clock = new HandClock();
    const body = JSON.stringify(wire.whole('{"value": "late"}'));
    const opened = Promise.withResolvers<Parameters<Answer>[0]>();
    const server = await rawServer((response) => {
      response.setHeader('content-type', 'application/json');
      response.flushHeaders();
      opened.resolve(response);
    });
    const { provider, said } = overheard(connect({ ...server, stream: false }));
    const sign = () => firstValueFrom(said.pipe(filter(({ type }) => type === 'alive')));
    const asking = start(provider, [['a']], { call: call(clock) });
    const response = await opened.promise;

    for (const part of [body.slice(0, 9), body.slice(9, 20), body.slice(20, 30)]) {
      const heard = sign();
      response.write(part);
      await heard;
      clock.advance(999);
    }
    response.end(body.slice(30));
    await asking.ended;

    expect(results(asking)).toEqual(['late']);
    expect(server.requests).toBe(1);
  });

  test.each([
    [401, 'fatal', 'unauthorized'],
    [400, 'final', 'bad_request'],
    [503, 'retryable', 'server_error'],
  ] as const)('in the body of an error leaves its class to its status: %i', async (status, kind, code) => {
    const clock = new HandClock();
    const server = await rawServer((response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.write('so far ');
    });
    const { provider, said } = overheard(connect(server));
    const heard = firstValueFrom(
      said.pipe(filter((event) => event.type === 'alive' && event.failure?.().message.includes('so far') === true)),
    );
    const asking = start(provider, [['a']], { call: { ...call(clock), maxRetries: 0 } });
    await heard;

    clock.advance(1000);
    await asking.ended;
    await server.left;

    expect(failures(asking)).toMatchObject([
      { kind, code, status, message: expect.stringContaining('so far') as string },
    ]);
    expect(asking.events[0]).toMatchObject({ type: 'attempt', error: code, status, usage: { inputTokens: 0 } });
  });

  test('is bounded as a whole, whatever signs of life there are', async () => {
    const clock = new HandClock();
    const server = await standIn({ ...upper, fault: () => ({ kind: 'stall', characters: FIRST.length }) });
    const asking = start(connect(server), [['a', 'b']], { call: { ...call(clock), timeoutMs: Infinity } });
    await asking.reached(FIRST.length);

    clock.advance(4999);
    expect(asking.outcomes).toEqual([]);
    clock.advance(1);
    await asking.ended;

    expect(results(asking)).toEqual(['A', 'request_timeout']);
  });
}
