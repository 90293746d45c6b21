import { describe, expect, test } from 'vitest';
import type { CallLLMOptions } from '../../../operators/callLLM.js';
import type { Fault } from '../../../src/testing/server.js';
import { standIn } from '../../testing/chat.js';
import { ask, failures, results, start, textOf } from '../ask.js';
import { deadUrl, openStream, rawServer, sse, writeParts } from '../raw-server.js';
import type { Subject } from '../subject.js';

const upper = { answer: (text: string) => text.toUpperCase() };
const FIRST = '{"results": [{"index": 1, "value": "A"}';

/** Connections and replies that break, and those that fall silent. */
export function broken({ connect, wire }: Subject): void {
  /** Asks for a, b and c; only the first request meets the fault. */
  const askOnce = async (fault: Fault, stream = true, maxRetries = 1) => {
    const server = await standIn({ ...upper, fault: ({ number }) => (number === 1 ? fault : undefined) });
    const asking = await ask(connect({ ...server, stream }), [['a', 'b', 'c']], { call: { maxRetries } });
    return { asking, server };
  };

  describe.each<[string, Fault, string]>([
    ['a reset', { kind: 'reset' }, 'connection_error'],
    ['a cut', { kind: 'cut', characters: 0 }, 'connection_error'],
    ['an error in the stream', { kind: 'errorInStream', characters: 0 }, 'server_error'],
    ['a line that is not JSON', { kind: 'badSse' }, 'connection_error'],
  ])('%s before any text', (_, fault, code) => {
    test('is retried', async () => {
      const { asking, server } = await askOnce(fault);

      expect(results(asking)).toEqual(['A', 'B', 'C']);
      expect(server.requests).toHaveLength(2);
      expect(asking.events).toMatchObject([
        { type: 'attempt', attempt: 1, error: code },
        { type: 'retry', attempt: 1, error: code },
        { type: 'attempt', attempt: 2, error: null },
      ]);
    });

    test('is the error of every record once retries are used up', async () => {
      const server = await standIn({ fault: () => fault });

      const asking = await ask(connect(server), [['a', 'b']], { call: { maxRetries: 1 } });

      expect(results(asking)).toEqual([code, code]);
      expect(failures(asking)).toMatchObject([{ code, kind: 'retryable' }]);
      expect(server.requests).toHaveLength(2);
    });
  });

  describe.each<[string, Fault, string]>([
    ['a cut', { kind: 'cut', characters: FIRST.length + 5 }, 'connection_error'],
    ['an error in the stream', { kind: 'errorInStream', characters: FIRST.length + 5 }, 'server_error'],
    ['a line that is not JSON', { kind: 'badSse', characters: FIRST.length + 5 }, 'connection_error'],
  ])('%s after text', (_, fault, code) => {
    test('is not replayed: what closed is kept, the rest bears the error', async () => {
      const { asking, server } = await askOnce(fault);

      expect(results(asking)).toEqual(['A', code, code]);
      expect(textOf(asking)).toHaveLength(FIRST.length + 5);
      expect(server.requests).toHaveLength(1);
      expect(asking.events).toMatchObject([{ type: 'attempt', error: code, usageIsEstimate: true }]);
    });
  });

  describe('an error in the stream', () => {
    test.each(wire.streamErrors)('has the class that it names: $title', async ({ error, kind, code, status }) => {
      const inStream = { kind: 'errorInStream', characters: 0, error } as const;

      for (const stream of [true, false])
        expect(failures((await askOnce(inStream, stream, 0)).asking)).toMatchObject([{ kind, code, status }]);
    });

    test('is understood as an event of that name', async () => {
      const server = await rawServer((response) => {
        openStream(response);
        response.end('event: error\ndata: {"message": "The GPU is on fire."}\n\n');
      });

      const asking = await ask(connect(server), [['a']]);

      expect(failures(asking)).toMatchObject([
        { code: 'server_error', message: expect.stringContaining('The GPU is on fire.') as string },
      ]);
    });

    test('is understood in place of a whole reply', async () => {
      const { asking, server } = await askOnce({ kind: 'errorInStream', characters: 0 }, false);

      expect(results(asking)).toEqual(['A', 'B', 'C']);
      expect(asking.events).toMatchObject([{ error: 'server_error' }, { type: 'retry' }, { error: null }]);
      expect(server.requests).toHaveLength(2);
    });
  });

  describe('a whole reply', () => {
    test('that is cut off is retried', async () => {
      const { asking, server } = await askOnce({ kind: 'cut', characters: 60 }, false);

      expect(results(asking)).toEqual(['A', 'B', 'C']);
      expect(asking.events).toMatchObject([{ error: 'connection_error' }, { type: 'retry' }, { error: null }]);
      expect(server.requests).toHaveLength(2);
    });

    test('that is no reply at all is an error that says what came', async () => {
      const page = { kind: 'status', status: 200, body: '<html>Please log in</html>' } as const;
      const server = await standIn({ fault: () => page });

      const asking = await ask(connect(server), [['a']]);

      expect(failures(asking)).toMatchObject([
        { code: 'connection_error', kind: 'retryable', message: expect.stringContaining('Please log in') as string },
      ]);
    });
  });

  test('an error whose body breaks off is what its status says', async () => {
    const server = await rawServer(async (response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      await writeParts(response, ['so far ']);
      response.socket?.resetAndDestroy();
    });

    expect(failures(await ask(connect(server), [['a']]))).toMatchObject([{ code: 'unauthorized', status: 401 }]);
  });

  test.each(['{"detail":"no such  model"}', '[]', 'null', '"no"', '{"choices":[],"output":[],"content":[]}'])(
    'a whole answer that is no completion says what it is: %s',
    async (body) => {
      const server = await rawServer((response) => {
        response.setHeader('content-type', 'application/json');
        response.end(body);
      });

      for (const stream of [true, false]) {
        const [failure] = failures(await ask(connect({ ...server, stream }), [['a']]));
        expect(failure).toMatchObject({ code: 'connection_error', kind: 'retryable' });
        expect(failure?.message).toBe(`the answer is no completion: ${body.replaceAll('  ', ' ')}`);
      }
    },
  );

  test('what is said of an answer that is no completion is short, and holds no secret', async () => {
    const server = await rawServer((response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ detail: `top-secret ${'x'.repeat(1000)}` }));
    });

    const [failure] = failures(await ask(connect({ ...server, apiKey: 'top-secret' }), [['a']]));
    expect(failure?.message).toContain('{"detail":"[secret] xxx');
    expect(failure?.message.length).toBeLessThan(120);
  });

  describe('a stream that ends cleanly without its end', () => {
    const serve = (pieces: readonly string[]) =>
      rawServer((response) => {
        openStream(response);
        response.end(sse(wire.brokenEvents(pieces)));
      });

    test('is retried before any text', async () => {
      const server = await serve([]);

      const asking = await ask(connect(server), [['a', 'b']], { call: { maxRetries: 2 } });

      expect(results(asking)).toEqual(['connection_error', 'connection_error']);
      expect(server.requests).toBe(3);
    });

    test('keeps what closed after text', async () => {
      const server = await serve([FIRST, ', {"index"']);

      const asking = await ask(connect(server), [['a', 'b']], { call: { maxRetries: 2 } });

      expect(results(asking)).toEqual(['A', 'connection_error']);
      expect(failures(asking)[0]?.message).toContain('broke off');
      expect(server.requests).toBe(1);
    });
  });

  test('a connection that is reset in the middle keeps what closed', async () => {
    const broke = Promise.withResolvers<undefined>();
    const server = await rawServer(async (response) => {
      openStream(response);
      await writeParts(response, [sse(wire.brokenEvents([FIRST]))]);
      await broke.promise;
      response.socket?.resetAndDestroy();
    });
    const asking = start(connect(server), [['a', 'b']], { call: { maxRetries: 2 } });
    await asking.reached(FIRST.length);

    broke.resolve(undefined);
    await asking.ended;

    expect(results(asking)).toEqual(['A', 'connection_error']);
    expect(server.requests).toBe(1);
  });

  test('a server that is not there is an error that says so', async () => {
    const asking = await ask(connect({ url: await deadUrl(), apiKey: 'top-secret' }), [['a']], {
      call: { maxRetries: 1 },
    });

    expect(failures(asking)).toMatchObject([
      { code: 'connection_error', kind: 'retryable', message: expect.stringContaining('ECONNREFUSED') as string },
    ]);
    expect(failures(asking)[0]?.message).not.toContain('top-secret');
    expect(failures(asking)[0]?.status).toBeUndefined();
    expect(asking.outcomes[0]?.attempts).toBe(2);
  });

  describe('the cost of an attempt without an answer', () => {
    const price = { inputPerMillion: 1e6, outputPerMillion: 1e6 };
    const costOf = async (url: string, call: CallLLMOptions = {}): Promise<number | undefined> => {
      const { events } = await ask(connect({ url }), [['a']], { call: { price, ...call } });
      expect(events).toMatchObject([{ type: 'attempt', usageIsEstimate: true }]);
      return events[0]?.type === 'attempt' ? events[0].cost : undefined;
    };

    test.each<[string, Fault, CallLLMOptions]>([
      ['that timed out before its headers', { kind: 'hang' }, { timeoutMs: 30 }],
      ['that timed out after them', { kind: 'stall', characters: 0 }, { timeoutMs: 60 }],
      ['that timed out in its text', { kind: 'stall', characters: 9 }, { timeoutMs: 60 }],
      ['that came to its deadline', { kind: 'hang' }, { deadlineMs: 50 }],
      ['whose connection broke', { kind: 'reset' }, {}],
      ['that broke off', { kind: 'cut', characters: 0 }, {}],
      ['that cannot be read', { kind: 'status', status: 200, body: '<html>' }, {}],
    ])('%s is estimated: it may be billed', async (_, fault, call) => {
      const server = await standIn({ fault: () => fault });

      expect(await costOf(server.url, call)).toBeGreaterThan(0);
    });

    test('is nothing for a server that is not there, or that answers with an error', async () => {
      expect(await costOf(await deadUrl())).toBe(0);
      for (const status of [400, 429, 500]) {
        const server = await standIn({ fault: () => ({ kind: 'status', status }) });
        expect(await costOf(server.url)).toBe(0);
      }
    });

    test('counts against the budget', async () => {
      const server = await standIn({ fault: () => ({ kind: 'hang' }) });

      const call = { price, timeoutMs: 20, maxRetries: 20, backoff: { initialMs: 1 } };
      const once = (await ask(connect(server), [['a']], { call: { ...call, maxRetries: 0 } })).events[0];
      const maxCost = once?.type === 'attempt' ? once.cost : undefined;
      const asking = await ask(connect(server), [['a']], { call: { ...call, maxCost } });

      expect(server.requests).toHaveLength(2);
      expect(results(asking)).toEqual(['budget_exhausted']);
    });
  });
}
