import { filter, firstValueFrom } from 'rxjs';
import { expect, test, vi } from 'vitest';
import type { Fault } from '../../../src/testing/server.js';
import { standIn } from '../../testing/chat.js';
import { ask, type Asking, HandClock, overheard, results, start } from '../ask.js';
import type { Subject } from '../subject.js';

/** What becomes of a request when its subscriber leaves, as the server sees it. */
export function aborts({ connect }: Subject): void {
  const heardFrom = ({ chunks, outcomes, events }: Asking): number => chunks.length + outcomes.length + events.length;

  test.each<[string, Fault, boolean, 'received' | 'open' | 'text', number | null]>([
    ['before the headers', { kind: 'hang' }, true, 'received', null],
    ['between the headers and the first text', { kind: 'stall', characters: 0 }, true, 'open', 200],
    ['in the middle of a stream', { kind: 'stall', characters: 20 }, true, 'text', 200],
    ['before the headers of a whole reply', { kind: 'hang' }, false, 'received', null],
    ['in the middle of a whole reply', { kind: 'stall', characters: 20 }, false, 'open', 200],
  ])('%s aborts the request on the wire', async (_, fault, stream, until, status) => {
    const server = await standIn({ fault: () => fault });
    const { provider, said } = overheard(connect({ ...server, stream }));
    const seen = {
      received: () => server.whenReceived(),
      open: () => firstValueFrom(said.pipe(filter(({ type }) => type === 'open'))),
      text: () => firstValueFrom(said.pipe(filter(({ type }) => type === 'text'))),
    }[until]();
    const asking = start(provider, [['a', 'b']], { call: { maxRetries: 3 } });
    await seen;

    asking.stop();
    const heard = heardFrom(asking);
    await server.whenAborted();

    expect(server.requests).toMatchObject([{ aborted: true, status }]);
    expect(server.stats()).toMatchObject({ requests: 1, aborted: 1, inFlight: 0 });
    expect(provider.gate).toMatchObject({ inFlight: 0, waiting: 0 });
    server.fault = undefined;
    expect(results(await ask(provider, [['good']]))).toEqual(['positive']);
    expect(server.requests).toHaveLength(2);
    expect(heardFrom(asking)).toBe(heard);
  });

  test('while waiting at the gate sends nothing', async () => {
    const server = await standIn({ fault: () => ({ kind: 'hang' }) });
    const provider = connect({ ...server, concurrency: 1 });
    const complete = vi.spyOn(provider, 'complete');
    const asking = start(provider, [['a'], ['b'], ['c']]);
    await server.whenReceived();
    expect(provider.gate).toMatchObject({ inFlight: 1, waiting: 2 });

    asking.stop();
    await server.whenAborted();

    expect(provider.gate).toMatchObject({ inFlight: 0, waiting: 0 });
    expect(complete).toHaveBeenCalledTimes(1);
    server.fault = undefined;
    await ask(provider, [['good']]);
    expect(server.requests.map(({ records }) => records[0]?.text)).toEqual(['a', 'good']);
  });

  test('one of two pipelines leaves the other alone', async () => {
    const server = await standIn({ fault: ({ number }) => (number === 1 ? { kind: 'hang' } : undefined) });
    const provider = connect({ ...server, concurrency: 1 });
    const leaving = start(provider, [['a']]);
    await server.whenReceived();
    const staying = start(provider, [['good']]);

    leaving.stop();
    await staying.ended;

    expect(results(staying)).toEqual(['positive']);
    expect(leaving.outcomes).toEqual([]);
  });

  test('while waiting for a retry sends nothing', async () => {
    const clock = new HandClock();
    const server = await standIn({ fault: () => ({ kind: 'status', status: 500 }) });
    const provider = connect(server);
    const asking = start(provider, [['a']], { call: { maxRetries: 3, scheduler: clock, random: () => 0.5 } });
    const { delayMs } = await asking.event('retry');

    asking.stop();
    clock.advance(delayMs);

    expect(provider.gate).toMatchObject({ inFlight: 0, waiting: 0 });
    expect(clock.actions).toEqual([]);
    server.fault = undefined;
    await ask(provider, [['good']]);
    expect(server.requests.map(({ records }) => records[0]?.text)).toEqual(['a', 'good']);
  });

  test('before the request has left sends nothing', async () => {
    const server = await standIn();
    const provider = connect(server);

    start(provider, [['a']]).stop();

    expect(provider.gate).toMatchObject({ inFlight: 0, waiting: 0 });
    await ask(provider, [['good']]);
    expect(server.requests.map(({ records }) => records[0]?.text)).toEqual(['good']);
  });

  test('after the end aborts nothing', async () => {
    const server = await standIn();
    const asking = start(connect(server), [['good']]);
    await asking.ended;

    asking.stop();

    expect(results(asking)).toEqual(['positive']);
    expect(server.stats()).toMatchObject({ requests: 1, aborted: 0 });
  });
}
