import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask, failures, results, textOf } from '../ask.js';
import { openStream, rawServer, sse, writeParts } from '../raw-server.js';
import type { Subject } from '../subject.js';

const encoder = new TextEncoder();

/** How an answer is cut and written on the wire never matters. */
export function bytes({ connect, wire }: Subject): void {
  const TEXTS = ['naïve', '日本語', '🙂👩‍👩‍👧', '\u2028"\\'];
  const reply = JSON.stringify({ results: TEXTS.map((value, position) => ({ index: position + 1, value })) });
  const pieces = Array.from(reply);

  test('a connection serves the next request, though the end of a body comes a little after its last event', async () => {
    const server = await rawServer(async (response) => {
      openStream(response);
      response.write(sse(wire.events(['{"value": 1}'])));
      await setTimeout(5);
      response.end();
    });
    const provider = connect(server);

    for (let request = 0; request < 5; request++) expect(results(await ask(provider, [['a']]))).toEqual([1]);

    // The first may not be back in the pool yet when the second is asked for.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test('a body that never ends holds nobody up once its last event has come', async () => {
    const server = await rawServer((response) => {
      openStream(response);
      response.write(sse(wire.events(['{"value": 1}'])));
    });

    expect(results(await ask(connect(server), [['a']]))).toEqual([1]);
    await server.left;
  });

  test('a character may be cut anywhere', async () => {
    const server = await rawServer(async (response) => {
      openStream(response);
      const bytes = encoder.encode(sse(wire.events([reply])));
      await writeParts(
        response,
        Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
      );
      response.end();
    });

    const asking = await ask(connect(server), [TEXTS]);

    expect(textOf(asking)).toBe(reply);
    expect(results(asking)).toEqual(TEXTS);
  });

  test('so may one in a whole reply', async () => {
    const server = await rawServer(async (response) => {
      response.setHeader('content-type', 'application/json; charset=utf-8');
      const bytes = encoder.encode(JSON.stringify(wire.whole(reply)));
      await writeParts(
        response,
        Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
      );
      response.end();
    });

    expect(results(await ask(connect({ ...server, stream: false }), [TEXTS]))).toEqual(TEXTS);
  });

  test.each([
    ['line feeds', '\n'],
    ['carriage returns and line feeds', '\r\n'],
    ['carriage returns', '\r'],
  ])('lines may end with %s', async (_, lineEnd) => {
    const server = await rawServer(async (response) => {
      openStream(response);
      const text = sse(wire.events(pieces), lineEnd);
      await writeParts(response, text.match(/[^]{1,37}/gu) ?? []);
      response.end();
    });

    expect(results(await ask(connect(server), [TEXTS]))).toEqual(TEXTS);
  });

  test('there may be comments, names and numbers of events, and blanks may be missing', async () => {
    const server = await rawServer((response) => {
      openStream(response);
      const noise = ': a comment\n\nevent: message\nid: 7\nretry: 1000\nunknown: field\n';
      const events = wire.events(pieces).map((data) => `${noise}data:${data}\n\n`);
      response.end(`\ufeff${events.join('')}: the end\n\n`);
    });

    expect(results(await ask(connect(server), [TEXTS]))).toEqual(TEXTS);
  });

  test('what follows the end does not count', async () => {
    const server = await rawServer(async (response) => {
      openStream(response);
      const extra = sse(wire.brokenEvents(['[{"index": 1, "value": "extra"}]']));
      await writeParts(response, [`${sse(wire.events(pieces))}${extra}data: {not json\n\ndata: ${'x'.repeat(2e6)}`]);
      response.end(extra);
    });

    const asking = await ask(connect(server), [TEXTS]);

    expect(textOf(asking)).toBe(reply);
    expect(results(asking)).toEqual(TEXTS);
  });

  test('a reply of a million characters comes through whole', async () => {
    const values = Array.from({ length: 20 }, (_, number) => `${number} ${'word '.repeat(10_000)}`);
    const long = JSON.stringify({ results: values.map((value, position) => ({ index: position + 1, value })) });
    const server = await rawServer(async (response) => {
      openStream(response);
      for (const event of wire.events(long.match(/[^]{1,5000}/gu) ?? []))
        if (!response.write(sse([event]))) await once(response, 'drain');
      response.end();
    });

    const asking = await ask(connect(server), [values.map((_, number) => String(number))]);

    expect(long.length).toBeGreaterThan(1_000_000);
    expect(textOf(asking)).toBe(long);
    expect(results(asking)).toEqual(values);
  });

  test('so does one in one piece', async () => {
    const value = 'word '.repeat(200_000);
    const server = await rawServer((response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(wire.whole(JSON.stringify({ value }))));
    });

    expect(results(await ask(connect({ ...server, stream: false }), [['a']]))).toEqual([value]);
  });

  test('an event without an end is an error, and is not collected', async () => {
    let sent = 0;
    const server = await rawServer((response) => {
      openStream(response);
      response.write('data: {"');
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    });

    const asking = await ask(connect(server), [['a', 'b']]);
    await server.left;

    expect(failures(asking)).toMatchObject([
      { code: 'connection_error', message: expect.stringContaining('too long') as string },
    ]);
    expect(results(asking)).toEqual(['connection_error', 'connection_error']);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  /** A server that sends without an end, and how much it could. */
  const flooding = async (status: number, type: string, beginning: string, piece: string) => {
    const flood = { sent: 0 };
    const server = await rawServer((response) => {
      response.writeHead(status, { 'content-type': type });
      response.write(beginning);
      const more = (): void => {
        while (!response.destroyed && response.write(piece)) flood.sent += piece.length;
      };
      response.on('drain', more);
      more();
    });
    return { server, flood };
  };
  const MiB = 2 ** 20;

  test.each([
    ['a whole answer', 'application/json', '{"', 'x'.repeat(65_536)],
    ['a stream', 'text/event-stream', '', `: ${'x'.repeat(65_536)}\n\n`],
  ])('%s without an end is an error after 64 MiB, and is not asked for again', async (_, type, beginning, piece) => {
    const { server, flood } = await flooding(200, type, beginning, piece);

    const asking = await ask(connect(server), [['a']], { call: { maxRetries: 2 } });
    await server.left;

    expect(failures(asking)).toMatchObject([
      { code: 'connection_error', kind: 'final', message: expect.stringContaining('too long') as string },
    ]);
    expect(server.requests).toBe(1);
    expect(flood.sent).toBeLessThan(80 * MiB);
  });

  test('the body of an error is read no further than it says something', async () => {
    const { server, flood } = await flooding(400, 'text/plain', 'It is wrong. ', 'x'.repeat(65_536));

    const asking = await ask(connect(server), [['a']]);
    await server.left;

    expect(failures(asking)).toMatchObject([
      { code: 'bad_request', status: 400, message: expect.stringContaining('It is wrong.') as string },
    ]);
    expect(flood.sent).toBeLessThan(16 * MiB);
  });

  test('a stream that stays open after the reason why the model stopped is at its end, with its usage', async () => {
    // The reason is in the last event but [DONE], and but message_stop.
    const events = wire.events(['{"value": 1}']).filter((data) => !/^\[DONE\]$|message_stop/.test(data));
    const server = await rawServer((response) => {
      openStream(response);
      response.write(sse(events));
      const pings = setInterval(() => response.write(': ping\n\n'), 100);
      response.on('close', () => {
        clearInterval(pings);
      });
    });

    const asking = await ask(connect(server), [['a']]);
    await server.left;

    expect(results(asking)).toEqual([1]);
    expect(asking.chunks.at(-1)).toMatchObject({ done: true, finish: 'stop', error: null });
  });
}
