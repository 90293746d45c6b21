import { concat, from, NEVER, Observable, of, throwError, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { mlPredict, type RunOptions } from '../../operators/mlPredict.js';
import { defineModel, type ModelOverrides } from '../../src/model/define-model.js';
import { createProvider } from '../../src/provider/create-provider.js';
import type { Outcome } from '../../src/types/outcome.js';
import { type CompletionEvent, ProviderError } from '../../src/types/provider.js';

const COUNT = 1_000;
const BATCH = 10;
const CONCURRENCY = 2;

type Answer = (request: number) => Observable<CompletionEvent>;

/** Asks for many records at once, of a provider that lets two requests be in flight. */
function ask(answer: Answer, overrides: ModelOverrides<string> & RunOptions<string> = {}, count = COUNT) {
  const scheduler = new VirtualTimeScheduler();
  scheduler.maxFrames = 1e6;
  let requests = 0;
  const provider = createProvider({
    name: 'test',
    model: 'test',
    scheduler,
    concurrency: CONCURRENCY,
    capabilities: { streaming: false, enforcesSchema: false },
    complete: () => new Observable((subscriber) => answer(requests++).subscribe(subscriber)),
  });
  const read: string[] = [];
  const model = defineModel<string>({
    provider,
    batchSize: BATCH,
    recordContent: (record) => {
      read.push(record);
      return record;
    },
  });
  const outcomes: Outcome<string, unknown>[] = [];
  let error: unknown;
  from(Array.from({ length: count }, (_, number) => `record ${number}`))
    .pipe(mlPredict(model, { scheduler, random: () => 1, ...overrides }))
    .subscribe({
      next: (outcome) => outcomes.push(outcome),
      error: (reason: unknown) => {
        error = reason;
      },
    });
  return { read, outcomes, scheduler, requests: () => requests, error: () => error };
}

const pending: Answer = () => NEVER;

const refusal = (kind: 'fatal' | 'retryable'): Observable<never> =>
  throwError(() => new ProviderError('no', { kind, code: kind === 'fatal' ? 'unauthorized' : 'server_error' }));

test('prompts are made for four times as many requests as may be in flight, and the other records are not read yet', () => {
  expect(ask(pending).read).toHaveLength(4 * CONCURRENCY * BATCH);
  expect(ask(pending, { concurrency: 1 }).read).toHaveLength(4 * BATCH);
});

test('all prompts are made where one may be given up while it waits: at its deadline, or when nobody wants its answer', () => {
  expect(ask(pending, { recordDeadlineMs: 1_000 }).read).toHaveLength(COUNT);
  expect(ask(pending, { abandonWhen: () => NEVER }).read).toHaveLength(COUNT);
});

test('requests that wait to be sent again keep nobody from being sent', () => {
  const { requests } = ask((request) => (request < 3 * CONCURRENCY ? refusal('retryable') : NEVER));
  expect(requests()).toBe(4 * CONCURRENCY);
});

test('a fatal answer is the answer to all that waits, however much that is', () => {
  const answers: Answer = (request) =>
    request === 0 ? concat(of({ type: 'alive' as const }), refusal('fatal')) : NEVER;
  const { outcomes, error } = ask(answers, { onFatal: 'outcome' }, 200_000);
  expect(outcomes).toHaveLength(200_000);
  expect(new Set(outcomes.map((outcome) => outcome.error?.code))).toEqual(new Set(['unauthorized']));
  expect(error()).toBeUndefined();
});

test('what waits behind an open circuit, and does not want to, has its answer at once', () => {
  const { outcomes, requests } = ask(() => refusal('retryable'), {
    maxRetries: 0,
    failureWhenOpen: 'fail',
    failureStrategy: 'fail',
  });
  expect(outcomes).toHaveLength(COUNT);
  const codes = outcomes.map(({ error }) => error?.code);
  expect(new Set(codes)).toEqual(new Set(['server_error', 'circuit_open']));
  expect(codes.filter((code) => code === 'server_error')).toHaveLength(requests() * BATCH);
});
