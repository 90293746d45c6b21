import { describe, expect, test } from 'vitest';
import { LlmError } from '../../../src/types/outcome.js';
import { standIn } from '../../testing/chat.js';
import { ask, failures, results } from '../ask.js';
import type { Subject } from '../subject.js';

/** The four classes of answers that are no reply. */
export function answers({ connect, wire }: Subject): void {
  test.each([301, 302, 307, 308])(
    'a redirect (%i) is not followed: records and keys go to no other host',
    async (status) => {
      const other = await standIn();
      const headers = { location: `${other.url}/chat/completions` };
      const server = await standIn({ fault: () => ({ kind: 'status', status, headers, body: '' }) });

      const asking = await ask(connect(server), [['a', 'b']], { call: { maxRetries: 2 } });

      expect(other.stats().requests).toBe(0);
      expect(server.requests).toHaveLength(1);
      expect(failures(asking)).toMatchObject([{ kind: 'fatal', code: 'not_found', status }]);
    },
  );

  describe.each(wire.errors)('$title ($status)', ({ status, body, kind, code }) => {
    const fault = () => ({ kind: 'status', status, body }) as const;

    test(`is ${kind}, and the error of every record: ${code}`, async () => {
      const server = await standIn({ fault });

      const asking = await ask(connect(server), [['a', 'b']]);

      expect(failures(asking)).toMatchObject([
        { kind, code, status, message: expect.stringContaining(String(status)) as string },
      ]);
      expect(results(asking)).toEqual([code, code]);
      expect(asking.events).toMatchObject([{ type: 'attempt', attempt: 1, error: code, status }]);
      if (kind === 'fatal') {
        expect(asking.error).toBeInstanceOf(LlmError);
        expect(asking.error).toMatchObject({ type: 'fatal_answer', failure: { code, status } });
      } else expect(asking.error).toBeUndefined();
    });

    test(kind === 'retryable' ? 'is retried as often as allowed' : 'is not retried', async () => {
      const server = await standIn({ fault });

      const asking = await ask(connect(server), [['a', 'b']], { call: { maxRetries: 2 } });

      expect(server.requests).toHaveLength(kind === 'retryable' ? 3 : 1);
      expect(results(asking)).toEqual([code, code]);
      expect(asking.outcomes[0]?.attempts).toBe(server.requests.length);
    });

    test('is the same where the reply is not streamed', async () => {
      const server = await standIn({ fault });

      const asking = await ask(connect({ ...server, stream: false }), [['a']]);

      expect(failures(asking)).toMatchObject([{ kind, code, status }]);
    });
  });

  describe('the message of an error', () => {
    const messageOf = async (body: unknown, status = 500): Promise<string> => {
      const server = await standIn({ fault: () => ({ kind: 'status', status, body }) });
      return failures(await ask(connect(server), [['a']]))[0]?.message ?? '';
    };

    test('says the status once, and what the server said', async () => {
      expect(await messageOf(wire.errorBody({ message: 'The model  is\nasleep.' }))).toBe(
        'the provider answered 500: The model is asleep.',
      );
      expect(await messageOf('Bad gateway, said the proxy', 502)).toBe(
        'the provider answered 502: Bad gateway, said the proxy',
      );
    });

    test('is short, however long the page is', async () => {
      const message = await messageOf(`<html>${'x'.repeat(100_000)}</html>`);

      expect(message).toContain('<html>xxx');
      expect(message.length).toBeLessThan(400);
    });

    test('is there for bodies that are like no error', async () => {
      for (const body of [wire.errorBody({ message: { deep: true }, param: 5, code: {}, type: [] }), [], 'null', 7])
        expect(await messageOf(body)).toMatch(/^the provider answered 500: /);
    });
  });

  describe('the real answers of the stand-in', () => {
    test.each([
      ['a wrong key', { apiKey: 'another' }, 'unauthorized'],
      ['an unknown model', { models: ['another'] }, 'not_found'],
      ['too long a prompt', { contextTokens: 3 }, 'context_length'],
      ['too many tokens a minute', { tokensPerMinute: 1 }, 'rate_limited'],
    ])('%s', async (_, options, code) => {
      const server = await standIn(options);

      expect(results(await ask(connect(server), [['a']]))).toEqual([code]);
      expect(server.requests).toHaveLength(1);
    });
  });

  describe('a fatal answer', () => {
    test('ends the stream after all outcomes, and nothing more is sent', async () => {
      const server = await standIn({ fault: () => ({ kind: 'status', status: 401 }) });

      const asking = await ask(connect({ ...server, concurrency: 1 }), [['a'], ['b', 'c'], ['d']]);

      expect(results(asking)).toEqual(Array(4).fill('unauthorized'));
      expect(asking.error).toBeInstanceOf(LlmError);
      expect(server.requests).toHaveLength(1);
    });

    test('is only an outcome where that is asked for', async () => {
      const server = await standIn({ fault: () => ({ kind: 'status', status: 401 }) });

      const asking = await ask(connect({ ...server, concurrency: 1 }), [['a'], ['b']], {
        call: { onFatal: 'outcome' },
      });

      expect(results(asking)).toEqual(['unauthorized', 'unauthorized']);
      expect(asking.error).toBeUndefined();
      expect(server.requests).toHaveLength(1);
    });
  });
}
