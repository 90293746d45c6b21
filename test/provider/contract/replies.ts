import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/testing/server.js';
import { standIn } from '../../testing/chat.js';
import { ask, request, results, textOf } from '../ask.js';
import { openStream, rawServer, sse } from '../raw-server.js';
import type { Subject } from '../subject.js';

const upper = { answer: (text: string) => text.toUpperCase() };

/** What a provider gives of a reply. */
export function replies({ connect, wire }: Subject): void {
  describe('a streamed reply', () => {
    test('is opened, then text in pieces, then the end with the usage that the server counted', async () => {
      const server = await standIn(upper);

      const events = await lastValueFrom(connect(server).complete(request('Input: "a"')).pipe(toArray()));

      const texts = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
      expect(events[0]).toMatchObject({ type: 'open', status: 200, holdMs: undefined });
      expect(texts.length).toBeGreaterThan(1);
      expect(JSON.parse(texts.join(''))).toEqual({ value: 'A' });
      const [{ inputTokens, outputTokens } = { inputTokens: 0, outputTokens: 0 }] = server.requests;
      expect(inputTokens).toBeGreaterThan(0);
      expect(outputTokens).toBeGreaterThan(0);
      expect(events.at(-1)).toEqual({
        type: 'finish',
        reason: 'stop',
        usage: { inputTokens, outputTokens, cachedInputTokens: 0 },
      });
      expect(events.filter(({ type }) => type === 'open' || type === 'finish')).toHaveLength(2);
    });

    test('gives each record of a batch its own value', async () => {
      const server = await standIn(upper);

      const asking = await ask(connect(server), [['a', 'b', 'c'], ['d']]);

      expect(asking.error).toBeUndefined();
      expect(results(asking)).toEqual(['A', 'B', 'C', 'D']);
    });

    test('has the tokens that were read from the cache in its usage, and among all of them', async () => {
      const server = await standIn();
      const prompt = { system: 'You are kind, and never in a hurry. '.repeat(300) };

      const question = attemptUsage(await ask(connect(server), [['a']], { prompt }));
      const again = attemptUsage(await ask(connect(server), [['a']], { prompt }));

      const [{ inputTokens } = { inputTokens: 0 }] = server.requests;
      expect(question).toMatchObject({ inputTokens, cachedInputTokens: 0 });
      expect(again).toMatchObject({ inputTokens });
      expect(again?.cachedInputTokens).toBeGreaterThan(2000);
      expect(again?.cachedInputTokens).toBeLessThan(inputTokens);
    });

    test('without usage is estimated', async () => {
      const server = await rawServer((response) => {
        openStream(response);
        response.end(sse(wire.events(['{"value": ', '1}'])));
      });

      const asking = await ask(connect(server), [['a']]);

      expect(results(asking)).toEqual([1]);
      expect(asking.events).toMatchObject([{ type: 'attempt', usageIsEstimate: true, error: null, status: 200 }]);
      expect(asking.chunks.at(-1)).toMatchObject({ usage: null, finish: 'stop' });
    });
  });

  describe('usage', () => {
    const usageOf = async (usage: unknown) => {
      const server = await rawServer((response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ ...wire.whole('{"value": 1}'), usage }));
      });
      const asking = await ask(connect({ ...server, stream: false }), [['a']], { call: { price } });
      return asking.events[0]?.type === 'attempt' ? asking.events[0] : undefined;
    };
    const price = { inputPerMillion: 1, outputPerMillion: 1 };

    test.each([
      ['is empty', {}],
      ['is null', null],
      ['is a text', 'many'],
      ['counts no input', wire.usage(0, 3)],
      ['counts an input of null', wire.usage(null, 3)],
      ['counts in texts', wire.usage('10', '3')],
      ['counts an input below nothing', wire.usage(-5, 3)],
      ['counts half tokens', wire.usage(1.5, 3)],
    ])('that %s is none: it is estimated, and costs something', async (_, usage) => {
      const attempt = await usageOf(usage);

      expect(attempt).toMatchObject({ usageIsEstimate: true, error: null });
      expect(attempt?.usage.inputTokens).toBeGreaterThan(10);
      expect(attempt?.cost).toBeGreaterThan(0);
    });

    test('that counts an output below nothing, or none, takes no cost away', async () => {
      for (const output of [-5, null, '3', undefined]) {
        const attempt = await usageOf(wire.usage(10, output, -7));
        expect(attempt).toMatchObject({ usageIsEstimate: false, usage: { outputTokens: 0, cachedInputTokens: 0 } });
        expect(attempt?.cost).toBe(1e-5);
      }
    });
  });

  describe('a reply in one piece', () => {
    test('is asked for, and has its usage', async () => {
      const server = await standIn(upper);

      const asking = await ask(connect({ ...server, stream: false }), [['a', 'b']]);

      const [seen] = server.requests;
      expect(seen?.body.stream).not.toBe(true);
      expect(seen?.body).not.toHaveProperty('stream_options');
      expect(results(asking)).toEqual(['A', 'B']);
      expect(asking.chunks).toHaveLength(2);
      expect(attemptUsage(asking)).toEqual({
        inputTokens: seen?.inputTokens,
        outputTokens: seen?.outputTokens,
        cachedInputTokens: 0,
      });
    });

    test('is understood although a stream was asked for', async () => {
      const server = await rawServer((response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(wire.whole('{"value": "whole"}')));
      });

      expect(results(await ask(connect({ ...server, stream: true }), [['a']]))).toEqual(['whole']);
    });

    test('is understood as a stream although none was asked for', async () => {
      const server = await rawServer((response) => {
        openStream(response);
        response.end(sse(wire.events(['{"value": ', '"streamed"}'])));
      });

      expect(results(await ask(connect({ ...server, stream: false }), [['a']]))).toEqual(['streamed']);
    });
  });

  describe.each([
    ['streamed', true],
    ['in one piece', false],
  ])('a reply that the model ended early, %s', (_, stream) => {
    const early = async (fault: Fault) => {
      const server = await standIn({ ...upper, fault: () => fault });
      return ask(connect({ ...server, stream }), [['a', 'b', 'c']]);
    };
    const first = '{"results": [{"index": 1, "value": "A"}'.length;

    test('at its most tokens: what closed is kept, the rest is length_stop', async () => {
      const asking = await early({ kind: 'finish', reason: 'length', characters: first + 8 });

      expect(results(asking)).toEqual(['A', 'length_stop', 'length_stop']);
      expect(asking.events).toMatchObject([{ type: 'attempt', error: null, usageIsEstimate: false }]);
    });

    test(`by its content filter: what closed is kept, the rest is ${wire.filtered}`, async () => {
      const asking = await early({ kind: 'finish', reason: 'content_filter', characters: first });

      expect(results(asking)).toEqual(['A', wire.filtered, wire.filtered]);
    });

    test('by refusing: every record is refusal, with the words of the model as evidence', async () => {
      const asking = await early({ kind: 'refusal', message: 'I will not do that.' });

      expect(results(asking)).toEqual(['refusal', 'refusal', 'refusal']);
      expect(asking.outcomes[0]?.error?.evidence).toBe('I will not do that.');
      expect(asking.chunks.at(-1)).toMatchObject({ finish: 'refusal' });
    });

    test('at the limit that the request set', async () => {
      const server = await standIn(upper);

      const asking = await ask(connect({ ...server, stream }), [['a', 'b', 'c']], { prompt: { maxOutputTokens: 4 } });

      expect(results(asking)).toContain('length_stop');
      expect(server.requests[0]?.outputTokens).toBeLessThanOrEqual(Math.max(12, wire.leastMaxTokens));
      expect(textOf(asking)).not.toBe('');
    });
  });
}

function attemptUsage({ events }: Awaited<ReturnType<typeof ask>>) {
  return events.flatMap((event) => (event.type === 'attempt' ? [event.usage] : []))[0];
}
