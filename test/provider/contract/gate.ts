import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../../../src/testing/server.js';
import { standIn } from '../../testing/chat.js';
import { ask, HandClock, results, start } from '../ask.js';
import type { Subject } from '../subject.js';

/** The first request is one too many. */
const busyOnce =
  (headers: () => Readonly<Record<string, string>>, status = 429): FaultRule =>
  ({ number }) =>
    number === 1 ? { kind: 'status', status, headers: headers() } : undefined;

/** Retries, holds and permits. */
export function gate({ connect }: Subject): void {
  describe('retries', () => {
    test.each([0, 1, 3])('are %i where as many are allowed, and no others', async (maxRetries) => {
      const server = await standIn({ fault: () => ({ kind: 'status', status: 500 }) });

      const asking = await ask(connect(server), [['a', 'b']], { call: { maxRetries } });

      expect(server.requests).toHaveLength(1 + maxRetries);
      expect(asking.outcomes.map(({ attempts }) => attempts)).toEqual([1 + maxRetries, 1 + maxRetries]);
      expect(asking.events.map(({ type }) => type)).toEqual([
        ...Array.from({ length: maxRetries }, () => ['attempt', 'retry']).flat(),
        'attempt',
      ]);
    });

    test('send the same request again', async () => {
      const server = await standIn({ fault: busyOnce(() => ({}), 503) });

      const asking = await ask(connect(server), [['good', 'bad']], { call: { maxRetries: 1 } });

      expect(results(asking)).toEqual(['positive', 'negative']);
      expect(server.requests[1]?.body).toEqual(server.requests[0]?.body);
    });

    test('go before fresh prompts', async () => {
      const clock = new HandClock();
      const server = await standIn({ fault: busyOnce(() => ({ 'retry-after-ms': '40' })) });
      const provider = connect({ ...server, concurrency: 1, scheduler: clock });
      const asking = start(provider, [['good'], ['bad'], ['fine']], { call: { maxRetries: 1, scheduler: clock } });
      await asking.event('hold');

      clock.advance(40);
      await asking.ended;

      expect(server.requests.map(({ records }) => records[0]?.text)).toEqual(['good', 'good', 'bad', 'fine']);
      expect(results(asking)).toEqual(['positive', 'negative', 'positive']);
    });
  });

  describe('a hold', () => {
    test.each([
      ['retry-after in seconds', () => ({ 'retry-after': '2' }), 2000, 2000],
      ['retry-after in fractions of a second', () => ({ 'retry-after': '0.5' }), 500, 500],
      ['retry-after of more than a minute', () => ({ 'retry-after': '90' }), 90_000, 90_000],
      ['retry-after-ms', () => ({ 'retry-after-ms': '40', 'retry-after': '1' }), 40, 40],
      ['retry-after as a date', () => ({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() }), 1, 60_000],
    ])('by %s stops everybody until it is over', async (_, headers, least, most) => {
      const clock = new HandClock();
      const server = await standIn({ fault: busyOnce(headers) });
      const provider = connect({ ...server, scheduler: clock });
      const call = { maxRetries: 1, scheduler: clock };
      const held = start(provider, [['good']], { call });

      const { holdMs } = await held.event('hold');
      const other = start(provider, [['bad']], { call });
      clock.advance(holdMs - 0.5);
      expect(provider.gate).toMatchObject({ inFlight: 0, waiting: 2 });
      clock.advance(0.5);
      expect(provider.gate).toMatchObject({ inFlight: 2, waiting: 0 });
      await Promise.all([held.ended, other.ended]);

      expect(holdMs).toBeGreaterThanOrEqual(least);
      expect(holdMs).toBeLessThanOrEqual(most);
      expect(held.events.map(({ type }) => type)).toEqual(['attempt', 'hold', 'retry', 'attempt']);
      expect(results(held)).toEqual(['positive']);
      expect(results(other)).toEqual(['negative']);
      expect(server.requests).toHaveLength(3);
    });

    test('comes with any answer that may pass', async () => {
      const server = await standIn({ fault: busyOnce(() => ({ 'retry-after-ms': '30' }), 503) });

      const asking = await ask(connect(server), [['good']], { call: { maxRetries: 1 } });

      expect(results(asking)).toEqual(['positive']);
      expect(asking.events).toMatchObject([
        { type: 'attempt', error: 'server_error' },
        { type: 'hold', holdMs: 30 },
        { type: 'retry' },
        { type: 'attempt', error: null },
      ]);
    });

    test('is as long as a day at most: who is to wait for longer than that is told so, and the run ends', async () => {
      const day = 24 * 60 * 60;
      const server = await standIn({ fault: busyOnce(() => ({ 'retry-after': String(day) })) });
      const clock = new HandClock();
      const held = start(connect({ ...server, scheduler: clock }), [['good']], {
        call: { maxRetries: 1, scheduler: clock },
      });
      expect(await held.event('hold')).toMatchObject({ holdMs: day * 1000 });
      held.stop();

      const longer = await standIn({ fault: busyOnce(() => ({ 'retry-after': String(3 * day) })) });
      const asking = await ask(connect(longer), [['good'], ['bad']], { call: { maxRetries: 1, concurrency: 1 } });

      expect(asking.error).toMatchObject({ type: 'fatal_answer', failure: { code: 'rate_limited', status: 429 } });
      expect(results(asking)).toEqual(['rate_limited', 'rate_limited']);
      expect(asking.outcomes[0]?.error?.message).toMatch(/; not to be asked again for 3\.0 days$/);
      expect(asking.events.map(({ type }) => type)).toEqual(['attempt']);
      expect(longer.requests).toHaveLength(1);
    });

    test('of thousands of years ends the run, too', async () => {
      const server = await standIn({ fault: busyOnce(() => ({ 'retry-after': '99999999999' })) });

      const asking = await ask(connect(server), [['good']], { call: { maxRetries: 1 } });

      expect(asking.error).toMatchObject({ type: 'fatal_answer', failure: { code: 'rate_limited' } });
      expect(server.requests).toHaveLength(1);
    });

    test.each(['1735689610', 'soon', '2026-03-01T12:00:30Z'])(
      'by a retry-after that cannot be read is left to the headers of limits: %s',
      async (after) => {
        const clock = new HandClock();
        const limits = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '7s' };
        const server = await standIn({ fault: busyOnce(() => ({ 'retry-after': after, ...limits })) });
        const call = { maxRetries: 1, scheduler: clock };
        const asking = start(connect({ ...server, scheduler: clock }), [['good']], { call });

        expect(await asking.event('hold')).toMatchObject({ holdMs: 7000 });
        asking.stop();
      },
    );

    test('does not come with an answer that will not pass', async () => {
      const server = await standIn({ fault: busyOnce(() => ({ 'retry-after': '600' }), 401) });

      const asking = await ask(connect(server), [['good']]);

      expect(asking.events.map(({ type }) => type)).toEqual(['attempt']);
    });

    test('comes with the headers of a limit that is used up, before a request too many is sent', async () => {
      const clock = new HandClock();
      const server = await standIn({ requestsPerMinute: 1 });
      const provider = connect({ ...server, concurrency: 1, scheduler: clock });

      const asking = start(provider, [['good'], ['bad']], { call: { scheduler: clock } });

      const { holdMs } = await asking.event('hold');
      expect(holdMs).toBeGreaterThan(50_000);
      expect(holdMs).toBeLessThanOrEqual(61_000);
      await asking.event('attempt');
      expect(provider.gate).toMatchObject({ inFlight: 0, waiting: 1 });
      expect(server.requests).toHaveLength(1);
      clock.advance(holdMs);
      await asking.ended;
      // For the server no time has passed.
      expect(results(asking)).toEqual(['positive', 'rate_limited']);
    });

    test.each([
      ['tokens', { tokens: { remaining: 0, resetMs: 9000 } }, 9000],
      [
        'the longer of two',
        { requests: { remaining: 0, resetMs: 3000 }, tokens: { remaining: 0, resetMs: 7000 } },
        7000,
      ],
    ])('lasts as long as the headers say: %s', async (_, claim, resetMs) => {
      const server = await standIn({ rateLimit: () => claim });

      const asking = await ask(connect({ ...server, scheduler: new HandClock() }), [['good']]);

      const { holdMs } = await asking.event('hold');
      // Dates are in whole seconds, and time has passed since they were written.
      expect(holdMs).toBeGreaterThan(resetMs - 1000);
      expect(holdMs).toBeLessThanOrEqual(resetMs + 1000);
      expect(results(asking)).toEqual(['positive']);
    });

    test('does not come with headers of a limit that is used up for more than a day: the next answer says what is so', async () => {
      const day = 24 * 60 * 60 * 1000;
      const server = await standIn({ rateLimit: () => ({ requests: { remaining: 0, resetMs: 30 * day } }) });

      const asking = await ask(connect({ ...server, concurrency: 1 }), [['good'], ['bad']]);

      expect(asking.events.map(({ type }) => type)).toEqual(['attempt', 'attempt']);
      expect(results(asking)).toEqual(['positive', 'negative']);
    });

    test('does not come with a limit that has something left', async () => {
      const left = { remaining: 1, resetMs: 9000 };
      const server = await standIn({ rateLimit: () => ({ requests: left, tokens: left }) });

      const asking = await ask(connect(server), [['good']]);

      expect(asking.events.map(({ type }) => type)).toEqual(['attempt']);
    });
  });

  describe('the circuit', () => {
    const down: FaultRule = ({ number }) => (number <= 10 ? { kind: 'status', status: 503 } : undefined);
    const ten = Array.from({ length: 10 }, (_, number) => [`bad ${number}`]);

    test('is open for all pipelines when ten requests have failed, and closes when the server is there again', async () => {
      const clock = new HandClock();
      const server = await standIn({ fault: down });
      const provider = connect({ ...server, scheduler: clock });
      const call = { scheduler: clock };
      const failing = await ask(provider, ten, { call });

      const other = start(provider, [['good'], ['fine']], { call });
      const refused = await ask(provider, [['good']], { call: { ...call, whenOpen: 'fail' } });
      clock.advance(4999);
      expect(provider.gate).toMatchObject({ circuit: 'open', inFlight: 0, waiting: 2 });
      expect(server.requests).toHaveLength(10);
      clock.advance(1);
      expect(provider.gate).toMatchObject({ circuit: 'half-open', inFlight: 1, waiting: 1 });
      await other.ended;

      expect(failing.events.at(-1)).toMatchObject({ type: 'circuit', state: 'open', waitMs: 5000 });
      expect(results(refused)).toEqual(['circuit_open']);
      expect(refused.outcomes[0]?.error?.message).toMatch(
        /^too many requests have failed, the last one: the provider answered 503/,
      );
      expect(results(other)).toEqual(['positive', 'positive']);
      expect(other.events.map((event) => (event.type === 'circuit' ? event.state : event.type))).toEqual([
        ...['half-open', 'attempt', 'closed', 'attempt'],
      ]);
      expect(provider.gate.circuit).toBe('closed');
    });

    test.each([429, 400, 409])('stays closed, however often the server answers %i', async (status) => {
      const server = await standIn({ fault: () => ({ kind: 'status', status }) });
      const provider = connect(server);

      await ask(provider, ten);

      expect(provider.gate.circuit).toBe('closed');
      expect(server.requests).toHaveLength(10);
    });
  });

  describe('permits', () => {
    const slow = { fault: () => ({ kind: 'delay', ms: 25 }) as const };
    const prompts = Array.from({ length: 16 }, (_, number) => [`good ${number}`]);

    test('are as many as the provider has, and all are used', async () => {
      const server = await standIn(slow);

      const asking = await ask(connect({ ...server, concurrency: 4 }), prompts);

      expect(server.stats()).toMatchObject({ requests: 16, maxInFlight: 4 });
      expect(asking.outcomes).toHaveLength(16);
    });

    test('are 8 where nothing is said', async () => {
      const server = await standIn(slow);

      await ask(connect(server), prompts);

      expect(server.stats().maxInFlight).toBe(8);
    });

    test('are shared by all pipelines on a provider', async () => {
      const server = await standIn(slow);
      const provider = connect({ ...server, concurrency: 3 });

      const both = await Promise.all([ask(provider, prompts.slice(0, 8)), ask(provider, prompts.slice(8))]);

      expect(server.stats()).toMatchObject({ requests: 16, maxInFlight: 3 });
      expect(both.map(({ outcomes }) => outcomes.length)).toEqual([8, 8]);
    });

    test('are fewer for a stream that wants fewer', async () => {
      const server = await standIn(slow);

      await ask(connect({ ...server, concurrency: 4 }), prompts, { call: { concurrency: 2 } });

      expect(server.stats().maxInFlight).toBe(2);
    });

    test('are given back by requests that fail', async () => {
      const faults = [{ kind: 'reset' }, { kind: 'status', status: 500 }, { kind: 'cut', characters: 8 }] as const;
      const server = await standIn({ fault: ({ number }) => faults[(number - 1) % 4] });

      const circuit = { minimumVolume: Infinity };
      const asking = await ask(connect({ ...server, concurrency: 1, circuit }), prompts);

      expect(results(asking)).toEqual(
        Array(4).fill(['connection_error', 'server_error', 'connection_error', 'positive']).flat(),
      );
      expect(server.stats()).toMatchObject({ requests: 16, maxInFlight: 1 });
    });
  });
}
