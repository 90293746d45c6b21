import { NEVER, type Observable, of, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { createPredictor } from '../../operators/createPredictor.js';
import { defineModel, type ModelOverrides } from '../../src/model/define-model.js';
import { createProvider } from '../../src/provider/create-provider.js';
import { decodeRecords } from '../../src/prompt/decode.js';
import type { LlmEvent } from '../../src/types/events.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import type { CompletionEvent } from '../../src/types/provider.js';

type Reply = (texts: readonly string[]) => Observable<CompletionEvent>;

const textsOf = ({ messages }: CompletionRequest): string[] =>
  messages.flatMap(({ content }) => decodeRecords(content, 'plain').map(({ text }) => text));

/** Answers each record with its length. */
const lengths: Reply = (texts) => {
  const results = texts.map((text, position) => ({ index: position + 1, value: text.length }));
  const text = JSON.stringify(texts.length === 1 ? results[0] : { results });
  return of<CompletionEvent[]>({ type: 'text', text }, { type: 'finish', reason: 'stop', usage: null });
};

function countTokens(text: string): number {
  if (text.includes('uncountable')) throw new Error('the counter is broken');
  return text.length / 4;
}

/** A predictor in virtual time, and what its provider is asked. */
function setUp(overrides: ModelOverrides<string> = {}, reply: Reply = lengths) {
  const scheduler = new VirtualTimeScheduler();
  const asked: string[][] = [];
  const events: LlmEvent[] = [];
  const provider = createProvider({
    name: 'fake',
    model: 'fake',
    capabilities: { streaming: true, enforcesSchema: false },
    scheduler,
    complete: (request) => {
      asked.push(textsOf(request));
      return reply(textsOf(request));
    },
  });
  const model = defineModel<string>({ provider, batchSize: 4, batchTimeoutMs: 10 }, { countTokens });
  const predictor = createPredictor(model, {
    ...overrides,
    scheduler,
    events: { next: (event) => events.push(event) },
  });
  return { predictor, provider, asked, events, scheduler };
}

describe('the promise form', () => {
  test('resolves with the outcome, errors of the record included', async () => {
    const { predictor, scheduler } = setUp();
    const both = Promise.all([predictor.predictAsync('abc'), predictor.predictAsync('  ')]);
    scheduler.flush();
    expect(await both).toMatchObject([
      { record: 'abc', value: 3, error: null },
      { record: '  ', value: null, error: { code: 'content_error' } },
    ]);
  });

  test('rejects with the reason of a signal that is aborted, and gives the place back', async () => {
    const { predictor, asked, scheduler } = setUp();
    const leaving = new AbortController();
    const [left, stays] = [predictor.predictAsync('a', { signal: leaving.signal }), predictor.predictAsync('b')];
    const reason = new Error('the client went away');
    leaving.abort(reason);
    scheduler.flush();
    await expect(left).rejects.toBe(reason);
    expect(await stays).toMatchObject({ value: 1 });
    expect(asked).toEqual([['b']]);
  });

  test('asks for nothing when its signal is aborted already', async () => {
    const { predictor, asked, scheduler } = setUp();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(predictor.predictAsync('a', { signal })).rejects.toThrow('too late');
    scheduler.flush();
    expect([asked, scheduler.actions]).toEqual([[], []]);
  });

  test('leaves no listener on a signal that lives on', async () => {
    const { predictor, scheduler } = setUp();
    const signal = new AbortController().signal;
    const listeners = new Set<unknown>();
    signal.addEventListener = (_: string, listener: unknown) => void listeners.add(listener);
    signal.removeEventListener = (type: string, listener: unknown) => {
      if (type === 'abort') listeners.delete(listener);
    };
    const asking = predictor.predictAsync('a', { signal });
    expect(listeners.size).toBe(1);
    scheduler.flush();
    await asking;
    expect(listeners.size).toBe(0);
  });
});

describe('closing', () => {
  test('resolves when every caller has its outcome, and not before', async () => {
    const { predictor, provider, scheduler } = setUp({ concurrency: 1 }, () => NEVER);
    const caller = predictor.predict('a').subscribe();
    let isClosed = false;
    const closed = predictor.close().then(() => (isClosed = true));
    scheduler.maxFrames = 5;
    scheduler.flush();
    await Promise.resolve();
    expect([isClosed, provider.gate.inFlight]).toEqual([false, 1]);
    caller.unsubscribe();
    expect(await closed).toBe(true);
    expect(provider.gate.inFlight).toBe(0);
  });

  test('resolves at once where nobody waits, however often', async () => {
    const { predictor } = setUp();
    await predictor.close();
    await predictor.close();
    await expect(predictor.predictAsync('a')).rejects.toThrow(new TypeError('the predictor is closed'));
  });
});

describe('a predictor', () => {
  test('asks once for each subscription', () => {
    const { predictor, asked, scheduler } = setUp();
    const answer = predictor.predict('a');
    scheduler.flush();
    expect(asked).toEqual([]);
    answer.subscribe();
    answer.subscribe();
    scheduler.flush();
    expect(asked).toEqual([['a', 'a']]);
  });

  test('lets go of each request of a batch that is cut by its tokens, when the callers of that one have left', () => {
    const { predictor, provider, asked, scheduler } = setUp({ batchSize: 2, batchMaxTokens: 90 }, () => NEVER);
    const [one, two] = ['a'.repeat(120), 'b'.repeat(120)].map((record) => predictor.predict(record).subscribe());
    scheduler.maxFrames = 5;
    scheduler.flush();
    expect(asked).toHaveLength(2);
    one?.unsubscribe();
    expect(provider.gate.inFlight).toBe(1);
    two?.unsubscribe();
    expect(provider.gate.inFlight).toBe(0);
  });

  test('numbers batches and records through, and has one budget for all', () => {
    const { predictor, asked, scheduler, events } = setUp({
      ...{ batchSize: 1, budgetMaxCost: 100, priceInputPerMillion: 1e6, priceOutputPerMillion: 0 },
    });
    const seen: unknown[] = [];
    for (let times = 0; times < 5; times++)
      predictor.predict('a').subscribe(({ index, batchId, error }) => seen.push([index, batchId, error?.code]));
    scheduler.flush();
    const { length: paid } = asked;
    expect(paid).toBeGreaterThan(0);
    expect(paid).toBeLessThan(5);
    expect(seen).toEqual(
      Array.from({ length: 5 }, (_, at) => [at, `b${at + 1}`, at < paid ? undefined : 'budget_exhausted']),
    );
    expect(events).toHaveLength(paid);
  });

  test('errors all who wait, and who comes later, with what breaks the stream of outcomes', async () => {
    const { predictor, scheduler } = setUp({ batchSize: 1, batchMaxTokens: 999 });
    const first = predictor.predictAsync('uncountable');
    scheduler.flush();
    const second = predictor.predictAsync('b');
    scheduler.flush();
    const said = await Promise.allSettled([first, second, predictor.close()]);
    const rejected = { status: 'rejected', reason: { message: 'the counter is broken' } };
    expect(said).toMatchObject([rejected, rejected, { status: 'fulfilled' }]);
  });
});
