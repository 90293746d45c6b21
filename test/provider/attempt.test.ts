import { asyncScheduler, concat, NEVER, type Observable, of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { createGate } from '../../src/flow/gate.js';
import { attempt } from '../../src/provider/attempt.js';
import { type Completer, type CompletionEvent, ProviderError } from '../../src/types/provider.js';
import { createTimeouts, type TimeoutOptions } from '../../src/provider/timeouts.js';
import { HandClock, request } from './ask.js';

const events: Readonly<Record<string, CompletionEvent>> = {
  o: { type: 'open', status: 200 },
  a: { type: 'alive' },
  t: { type: 'text', text: 't' },
  f: { type: 'finish', reason: 'stop', usage: null },
};

const brokeOff = { kind: 'retryable', code: 'connection_error', message: 'the answer broke off before its end' };
const silent = { kind: 'retryable', code: 'request_timeout', message: 'the request timed out: silence for 5 ms' };
const late = { kind: 'retryable', code: 'request_timeout', message: 'the request timed out: no end within 12 ms' };

const providing = (complete: () => Observable<CompletionEvent>): Completer => ({
  name: 'test',
  model: 'test',
  capabilities: { streaming: true, enforcesSchema: false },
  gate: createGate(),
  complete,
});

interface Case {
  readonly title: string;
  readonly source: string;
  readonly subs: string;
  readonly expected: string;
  readonly error?: object;
  readonly timeouts?: Partial<TimeoutOptions>;
}

const cases: readonly Case[] = [
  { title: 'ends with the finish', source: 'ot-a-t(f|)', subs: '^-----!', expected: 'ot-a-t(f|)' },
  { title: 'ends at the finish, though more would come', source: 'ot-f-t', subs: '^--!', expected: 'ot-(f|)' },
  { title: 'breaks off without a finish', source: 'ot---|', subs: '^----!', expected: 'ot---#', error: brokeOff },
  { title: 'breaks off without anything', source: '--|', subs: '^-!', expected: '--#', error: brokeOff },
  { title: 'waits for headers', source: '------o', subs: '^----!', expected: '-----#', error: silent },
  { title: 'waits for text', source: '--o------t', subs: '^------!', expected: '--o----#', error: silent },
  { title: 'takes any sign of life', source: '----o---a---(f|)', subs: '^-----------!', expected: '----o---a---(f|)' },
  {
    title: 'is bounded as a whole',
    source: 'o---a---a---a---a',
    subs: '^-----------!',
    expected: 'o---a---a---#',
    error: late,
    timeouts: { totalMs: 12 },
  },
  {
    title: 'has no bounds where none are wanted',
    source: '999ms o 999ms (f|)',
    subs: '^ 1998ms !',
    expected: '999ms o 999ms (f|)',
    timeouts: { silenceMs: Infinity },
  },
];

test.each(cases)('an attempt $title', ({ source, subs, expected, error, timeouts }) => {
  const scheduler = new TestScheduler((actual, wanted) => {
    expect(actual).toMatchObject(wanted as object);
  });
  scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
    const answer = cold(source, events);
    const bounds = { silenceMs: 5, totalMs: Infinity, ...timeouts };

    const result = attempt(
      providing(() => answer),
      request('a'),
      createTimeouts(bounds, scheduler),
    );

    expectObservable(result).toBe(expected, events, error);
    expectSubscriptions(answer.subscriptions).toBe(subs);
  });
});

const odd = new Error('odd');

test.each<[string, () => Observable<CompletionEvent>]>([
  [
    'emits',
    () =>
      concat(
        of(events.o!),
        throwError(() => odd),
      ),
  ],
  [
    'throws',
    () => {
      throw odd;
    },
  ],
])('an error that a provider %s is final, and kept as the cause', (_, complete) => {
  const bounds = { silenceMs: Infinity, totalMs: Infinity };
  let seen: unknown;

  attempt(providing(complete), request('a'), createTimeouts(bounds, asyncScheduler)).subscribe({
    error: (error: unknown) => (seen = error),
  });

  expect(seen).toBeInstanceOf(ProviderError);
  expect(seen).toMatchObject({ kind: 'final', code: 'bad_request', message: 'the provider threw: odd', cause: odd });
});

test('what an answer is if nothing more comes may itself fail', () => {
  const clock = new HandClock();
  const answer: CompletionEvent = {
    type: 'alive',
    failure: () => {
      throw odd;
    },
  };
  let seen: unknown;

  attempt(
    providing(() => concat(of(answer), NEVER)),
    request('a'),
    createTimeouts({ silenceMs: 5, totalMs: Infinity }, clock),
  ).subscribe({ error: (error: unknown) => (seen = error) });
  clock.advance(5);

  expect(seen).toMatchObject({ kind: 'final', code: 'bad_request', message: 'the provider threw: odd', cause: odd });
});
