import { concatMap, defer, from, mergeMap, type Observable, of, throwError, timer, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { replyOf, reviewsOf } from '../../bench/batch-task.js';
import { Bucket } from '../../bench/bucket.js';
import { mlPredict } from '../../operators/mlPredict.js';
import type { GateOptions } from '../../src/flow/gate.js';
import { defineModel } from '../../src/model/define-model.js';
import { createProvider } from '../../src/provider/create-provider.js';
import { type CompletionEvent, ProviderError } from '../../src/types/provider.js';

const PER_SECOND = 50;
const REQUESTS = 2000;
const TRIP_MS = 1;
const LATENCY_MS = 150;

interface Storm {
  readonly answered: number;
  /** Share of the requests that were refused. */
  readonly wasted: number;
  /** Of what the limit lets through in that time. */
  readonly throughput: number;
}

/** What comes of requests to a provider that refuses those above its limit, in virtual time. */
function stormOf(
  { concurrency, ...gate }: GateOptions & { readonly concurrency: number },
  retryAfter: (waitMs: number) => number | undefined,
): Storm {
  const scheduler = new VirtualTimeScheduler();
  const bucket = new Bucket(PER_SECOND, scheduler.now());
  let requests = 0;
  let refused = 0;
  const answer = defer((): Observable<CompletionEvent> => {
    requests++;
    const wait = bucket.take(scheduler.now());
    if (wait === 0)
      return timer(LATENCY_MS, scheduler).pipe(
        concatMap(() =>
          of<CompletionEvent[]>(
            { type: 'open', status: 200 },
            { type: 'text', text: replyOf(1) },
            { type: 'finish', reason: 'stop', usage: null },
          ),
        ),
      );
    refused++;
    return throwError(
      () =>
        new ProviderError('too many', {
          kind: 'retryable',
          code: 'rate_limited',
          status: 429,
          retryAfterMs: retryAfter(wait),
        }),
    );
  });
  const provider = createProvider({
    name: 'limited',
    model: 'limited',
    capabilities: { streaming: false, enforcesSchema: false },
    concurrency,
    scheduler,
    ...gate,
    complete: () => timer(TRIP_MS, scheduler).pipe(mergeMap(() => answer)),
  });
  const model = defineModel({ provider, batchSize: 1, concurrency, maxRetries: 10 });
  let answered = 0;
  let took = 0;

  // The middle of what chance could be.
  from(reviewsOf(REQUESTS))
    .pipe(mlPredict(model, { scheduler, random: () => 0.5 }))
    .subscribe(({ error }) => {
      if (error === null) answered++;
      took = scheduler.now();
    });
  scheduler.flush();

  const most = PER_SECOND + (PER_SECOND * (took - TRIP_MS - LATENCY_MS)) / 1000;
  return { answered, wasted: refused / requests, throughput: (requests - refused) / most };
}

const milliseconds = (waitMs: number): number => Math.ceil(waitMs);
const wholeSeconds = (waitMs: number): number => 1000 * Math.ceil(waitMs / 1000);
const nothing = (): undefined => undefined;

describe('a provider that answers 429 above its limit', () => {
  test.each([
    ['concurrency.adaptive, 16 at most, a wait in milliseconds', { concurrency: 16, adaptive: true }, milliseconds],
    ['concurrency.adaptive, 32 at most, a wait in milliseconds', { concurrency: 32, adaptive: true }, milliseconds],
    ['concurrency.adaptive, 32 at most, a wait in seconds', { concurrency: 32, adaptive: true }, wholeSeconds],
    ['concurrency.adaptive, 32 at most, no wait', { concurrency: 32, adaptive: true }, nothing],
    ['the rate, 32 at most', { concurrency: 32, requestsPerMinute: 60 * PER_SECOND }, milliseconds],
  ])('refuses at most 5 hundredths, and is used to 95: %s', (_, gate, retryAfter) => {
    const { answered, wasted, throughput } = stormOf(gate, retryAfter);

    expect(answered).toBe(REQUESTS);
    expect(wasted).toBeLessThanOrEqual(0.05);
    expect(throughput).toBeGreaterThanOrEqual(0.95);
    expect(throughput).toBeLessThanOrEqual(1.001);
  });
});
