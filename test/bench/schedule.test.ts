import { concatMap, from, timer, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { defineModel } from '../../src/model/define-model.js';
import { createProvider } from '../../src/provider/create-provider.js';
import { replyOf, reviewsOf } from '../../bench/batch-task.js';

const RECORDS = 10_000;
const BATCH = 20;
const CONCURRENCY = 8;

/** How long it takes, in virtual time, and the least that it can take: all latencies, one after the other, on so many lines. */
function scheduleOf(latency: (call: number) => number): { readonly took: number; readonly ideal: number } {
  const scheduler = new VirtualTimeScheduler();
  let calls = 0;
  let sum = 0;
  const provider = createProvider({
    name: 'timed',
    model: 'timed',
    capabilities: { streaming: false, enforcesSchema: false },
    concurrency: CONCURRENCY,
    scheduler,
    complete: () => {
      const ms = latency(calls++);
      sum += ms;
      return timer(ms, scheduler).pipe(
        concatMap(() => [
          { type: 'open' as const, status: 200 },
          { type: 'text' as const, text: replyOf(BATCH) },
          { type: 'finish' as const, reason: 'stop' as const, usage: null },
        ]),
      );
    },
  });
  const model = defineModel({ provider, batchSize: BATCH });
  let answered = 0;
  let took = 0;

  from(reviewsOf(RECORDS))
    .pipe(mlPredict(model, { scheduler }))
    .subscribe(({ value }) => {
      if (value === 'positive') answered++;
      took = scheduler.now();
    });
  scheduler.flush();

  expect([answered, calls]).toEqual([RECORDS, RECORDS / BATCH]);
  return { took, ideal: sum / CONCURRENCY };
}

test.each([
  ['all 300 ms', () => 300],
  ['150 to 450 ms', (call: number) => 150 + ((call * 137) % 301)],
  ['300 ms, and each tenth 900 ms', (call: number) => (call % 10 === 3 ? 900 : 300)],
])('where latencies are %s, 10,000 records take at most 1.03 of the ideal schedule', (_, latency) => {
  const { took, ideal } = scheduleOf(latency);

  expect(took / ideal).toBeGreaterThanOrEqual(1);
  expect(took / ideal).toBeLessThanOrEqual(1.03);
});
