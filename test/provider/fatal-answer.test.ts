import { type Observable, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { createProvider } from '../../src/provider/create-provider.js';
import { LlmError } from '../../src/types/outcome.js';
import { type CompletionEvent, type Provider, ProviderError } from '../../src/types/provider.js';
import { failures, HandClock, results, start } from './ask.js';

const wrongKey = new ProviderError('wrong key', { kind: 'fatal', code: 'unauthorized', status: 401 });
const busy = new ProviderError('busy', { kind: 'retryable', code: 'server_error', status: 503 });

/** A provider whose answers a test gives by hand; `sent` are the answers to the requests that were sent. */
function byHand(concurrency: number): { readonly provider: Provider; readonly sent: Subject<CompletionEvent>[] } {
  const sent: Subject<CompletionEvent>[] = [];
  const complete = (): Observable<CompletionEvent> => {
    const answer = new Subject<CompletionEvent>();
    sent.push(answer);
    return answer;
  };
  const capabilities = { streaming: true, enforcesSchema: false };
  return {
    sent,
    provider: createProvider({ name: 'hand', model: 'hand', capabilities, complete, concurrency }),
  };
}

function finish(answer: Subject<CompletionEvent> | undefined, text: string): void {
  answer?.next({ type: 'text', text });
  answer?.next({ type: 'finish', reason: 'stop', usage: null });
}

test('nothing that waits is sent after a fatal answer', () => {
  const { provider, sent } = byHand(1);
  const asking = start(provider, [['a'], ['b'], ['c']]);

  sent[0]?.error(wrongKey);

  expect(sent).toHaveLength(1);
  expect(results(asking)).toEqual(['unauthorized', 'unauthorized', 'unauthorized']);
  expect(asking.outcomes.map(({ record, attempts }) => [record, attempts]).toSorted()).toEqual([
    ['a', 1],
    ['b', 0],
    ['c', 0],
  ]);
  expect(asking.error).toBeInstanceOf(LlmError);
  expect(provider.gate).toMatchObject({ inFlight: 0, waiting: 0 });
});

test('what is on the wire at a fatal answer is read to its end', () => {
  const { provider, sent } = byHand(2);
  const asking = start(provider, [['a'], ['b']]);

  sent[0]?.error(wrongKey);
  expect(asking.error).toBeUndefined();
  finish(sent[1], '{"value": 7}');

  expect(results(asking)).toEqual(['unauthorized', 7]);
  expect(asking.error).toBeInstanceOf(LlmError);
});

test('what is on the wire at a fatal answer, and fails in a way that may pass, is not sent again', () => {
  const clock = new HandClock();
  const { provider, sent } = byHand(2);
  const asking = start(provider, [['a'], ['b']], { call: { maxRetries: 3, scheduler: clock } });

  sent[0]?.error(wrongKey);
  sent[1]?.error(busy);
  clock.advance(60_000);

  expect(sent).toHaveLength(2);
  expect(results(asking)).toEqual(['unauthorized', 'server_error']);
  expect(asking.error).toBeInstanceOf(LlmError);
});

test('what waits for a retry at a fatal answer is not sent again', () => {
  const clock = new HandClock();
  const { provider, sent } = byHand(2);
  const asking = start(provider, [['a'], ['b']], { call: { maxRetries: 3, scheduler: clock, random: () => 0.5 } });

  sent[0]?.error(busy);
  sent[1]?.error(wrongKey);

  expect(results(asking)).toEqual(['unauthorized', 'unauthorized']);
  expect(asking.outcomes.map(({ attempts }) => attempts)).toEqual([1, 1]);
  expect(clock.actions).toEqual([]);
  expect(sent).toHaveLength(2);
});

test('a failure is plain data, whoever bears it', () => {
  const { provider, sent } = byHand(1);
  const asking = start(provider, [['a'], ['b']], { call: { onFatal: 'outcome' } });

  sent[0]?.error(wrongKey);

  for (const failure of failures(asking))
    expect(JSON.parse(JSON.stringify(failure))).toEqual({
      code: 'unauthorized',
      kind: 'fatal',
      message: 'wrong key',
      status: 401,
    });
  expect(failures(asking)).toHaveLength(2);
});
