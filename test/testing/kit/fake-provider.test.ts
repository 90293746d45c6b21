import { delay, from, map, merge, type Observable, of, timer, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { mlPredict } from '../../../operators/mlPredict.js';
import { defineModel } from '../../../src/model/define-model.js';
import { answering, fakeError, type FakeProvider, fakeProvider, outcomeLabel } from '../../../src/testing/index.js';
import type { LlmError } from '../../../src/types/outcome.js';
import type { CompletionEvent } from '../../../src/types/provider.js';
import { requestFor, rowsOf, seeReply, virtually } from './virtual.js';

const request = requestFor(['x', 'y']);

function repliesOf(provider: FakeProvider): readonly string[] {
  return rowsOf(() => provider.complete(request), seeReply);
}

/** Asks for single records, one after the other. */
function asked(provider: FakeProvider, ...records: readonly string[]): Observable<string> {
  const model = defineModel<string, string>({ provider, batchSize: 1, recordContent: (text) => text });
  return from(records).pipe(mlPredict(model, { random: () => 0 }), map(outcomeLabel()));
}

describe('marbles of a reply', () => {
  test('open with the first letter, and end as a model does', () => {
    expect(repliesOf(fakeProvider('--a-b|'))).toEqual(['2 open 200', '2 a', '4 b', '5 finish stop', '5 |']);
  });

  test('may say several things at once, and time in words', () => {
    const values = { a: 'one', b: 'two', c: 'three' };
    expect(repliesOf(fakeProvider('(ab) 1s c|', values))).toEqual([
      ...['0 open 200', '0 one', '0 two', '1004 three', '1005 finish stop', '1005 |'],
    ]);
  });

  test('fall silent without an end', () => {
    expect(repliesOf(fakeProvider('-a'))).toEqual(['1 open 200', '1 a']);
  });

  test('break off with an error that may pass, or with the one that # stands for', () => {
    expect(repliesOf(fakeProvider('-a#'))).toEqual(['1 open 200', '1 a', '2 # retryable server_error']);
    expect(repliesOf(fakeProvider('-#', { '#': fakeError('unauthorized') }))).toEqual(['1 # fatal unauthorized']);
    expect(repliesOf(fakeProvider('-e', { e: fakeError('context_length') }))).toEqual([
      '1 # splittable context_length',
    ]);
  });

  test('may hold events of their own, which are not said twice', () => {
    const o: CompletionEvent = { type: 'open', status: 202 };
    const f: CompletionEvent = { type: 'finish', reason: 'length', usage: null };
    expect(repliesOf(fakeProvider('-o-a-f|', { o, f }))).toEqual(['1 open 202', '3 a', '5 finish length', '6 |']);
  });

  test('are read when the fake is made', () => {
    expect(() => fakeProvider('-^a|')).toThrow(
      new RangeError('a reply begins when it is asked for: no ^ and no !; got -^a|'),
    );
    expect(() => fakeProvider(['a|', 'a!'])).toThrow('no ^ and no !; got a!');
    expect(() => fakeProvider('-#', { '#': 'text' })).toThrow(new RangeError('# must stand for an error; got "text"'));
    expect(() => fakeProvider('a|', {}, { concurrency: 0 })).toThrow('concurrency must be an integer from 1');
  });

  test('take a millisecond a letter on any scheduler', () => {
    const scheduler = new VirtualTimeScheduler();
    const seen: string[] = [];
    const { complete } = fakeProvider('--a 5ms b|', {}, { scheduler });
    complete(request).subscribe((event) => seen.push(`${scheduler.now()} ${seeReply(event)}`));
    scheduler.flush();

    expect(seen).toEqual(['2 open 200', '2 a', '8 b', '9 finish stop']);
  });
});

describe('a script', () => {
  test('has a reply for each request, in the order in which they come', () => {
    const provider = fakeProvider(['--v|', '#', '-w|'], { v: '{"value": "good"}', w: '{"value": "bad"}' });
    expect(rowsOf(() => asked(provider, 'x', 'y'), String)).toEqual(['3 x=good', '3 y=bad', '3 |']);
    expect(provider.requests.map(({ number, records, at, end }) => [number, ...records, at, end])).toEqual([
      [1, 'x', 0, 'answered'],
      [2, 'y', 0, 'failed'],
      [3, 'y', 0, 'answered'],
    ]);
  });

  test('ends the stream when it is used up', () => {
    const provider = fakeProvider(['v|'], { v: '{"value": "good"}' });
    expect(rowsOf(() => asked(provider, 'x', 'y'), String)).toEqual([
      '1 x=good',
      '1 y!bad_request',
      '1 # LlmError: the fake has a reply for each of 1 requests; this is request 2',
    ]);
  });

  test('may choose the reply by what is asked', () => {
    const provider = fakeProvider(({ number, records }) => (number === 1 ? '#' : answering(() => records.join())));
    expect(rowsOf(() => asked(provider, 'x'), String)).toEqual(['0 x=x', '0 |']);
  });

  test('may make a reply of another one', () => {
    const provider = fakeProvider(({ play }) => play('-a|').pipe(delay(10)));
    expect(repliesOf(provider)).toEqual(['11 open 200', '11 a', '12 finish stop', '12 |']);
  });

  test('ends the stream when it throws, so that no test passes over it', () => {
    const cause = new Error('a wrong expectation');
    const provider = fakeProvider(() => {
      throw cause;
    });
    let ended: unknown;
    virtually(() => {
      asked(provider, 'x').subscribe({ error: (error: unknown) => (ended = error) });
    });

    expect((ended as LlmError).message).toBe('the reply of the fake threw: a wrong expectation');
    expect((ended as LlmError).failure.cause).toBe(cause);
  });

  test('may throw what the provider answers', () => {
    const provider = fakeProvider(() => {
      throw fakeError('input_filtered');
    });
    expect(rowsOf(() => asked(provider, 'x'), String)).toEqual(['0 x!input_filtered', '0 |']);
  });
});

test('a fake keeps when requests end, and which are let go', () => {
  const provider = fakeProvider(['--a|', '--a', of<CompletionEvent>({ type: 'open', status: 200 })]);
  virtually(() => {
    const letGo = provider.complete(request).subscribe();
    const silent = provider.complete(request).subscribe();
    merge(timer(1), timer(7)).subscribe(() => {
      if (letGo.closed) silent.unsubscribe();
      letGo.unsubscribe();
    });
    timer(5).subscribe(() => {
      expect(provider.requests[1]).toMatchObject({ end: null, endedAt: null });
      provider.complete(request).subscribe();
    });
  });

  expect(provider.requests.map(({ at, end, endedAt }) => [at, end, endedAt])).toEqual([
    [0, 'aborted', 1],
    [0, 'aborted', 7],
    [5, 'failed', 5],
  ]);
});

test('a fake moves with fake timers', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const provider = fakeProvider(answering((text) => text, { latencyMs: 20_000 }));
  const labels: string[] = [];
  asked(provider, 'x').subscribe((label) => labels.push(label));

  vi.advanceTimersByTime(19_999);
  expect(labels).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(labels).toEqual(['x=x']);
});
