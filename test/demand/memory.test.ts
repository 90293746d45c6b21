import { setImmediate as turn } from 'node:timers/promises';
import { concatMap, defer, lastValueFrom, type Observable, scan, tap } from 'rxjs';
import { expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { pullThrough } from '../../operators/pullThrough.js';
import { defineModel } from '../../src/model/define-model.js';
import { createProvider } from '../../src/provider/create-provider.js';
import { decodeRecords } from '../../src/prompt/decode.js';
import type { CompletionEvent } from '../../src/types/provider.js';
import { collectGarbage } from '../collect-garbage.js';
import { scaled } from '../scale.js';

/** With a million this is the measurement of docs/back-pressure.md. */
const RECORDS = scaled(50_000, 1_000_000);
const BATCH = 20;
const CONCURRENCY = 8;
const MAX_IN_FLIGHT = 2 * BATCH * CONCURRENCY;
/** As much as may be live more than at first: less than one record would take of each, and with a million of them less than 64 MB. */
const GROWTH_MB = 4 + (60 * RECORDS) / 2 ** 20;
const SAMPLES = 20;

/** What is live, in MB. */
function liveHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Answers after one to three turns of the event loop, whichever request comes first. */
function slowProvider() {
  let requests = 0;
  const reply = async (content: string): Promise<readonly CompletionEvent[]> => {
    for (let turns = requests++ % 3; turns >= 0; turns--) await turn();
    const results = decodeRecords(content, 'plain').map(({ text }, position) => ({
      index: position + 1,
      value: text.length,
    }));
    return [
      { type: 'open', status: 200 },
      { type: 'text', text: JSON.stringify({ results }) },
      { type: 'finish', reason: 'stop', usage: null },
    ];
  };
  return createProvider({
    name: 'slow',
    model: 'slow',
    capabilities: { streaming: true, enforcesSchema: false },
    concurrency: CONCURRENCY,
    complete: ({ messages }): Observable<CompletionEvent> =>
      defer(() => reply(messages[0]?.content ?? '')).pipe(concatMap((events) => events)),
  });
}

test(
  `${RECORDS} records through a slow provider: no more are in flight than may be, and memory stays flat`,
  { timeout: 600_000 },
  async () => {
    let read = 0;
    let most = 0;
    let done = 0;
    async function* rows() {
      while (read < RECORDS) {
        most = Math.max(most, ++read - done);
        yield { id: read, text: `Row ${read}: all work and no play makes this a long review.` };
        if (read % 1000 === 0) await turn();
      }
    }
    const live: number[] = [];
    const model = defineModel({ provider: slowProvider(), batchSize: BATCH });

    const run = pullThrough(rows(), (records) => records.pipe(mlPredict(model)), {
      maxInFlight: MAX_IN_FLIGHT,
      quantum: BATCH,
    });
    const ok = await lastValueFrom(
      run.pipe(
        tap(() => {
          if (++done % (RECORDS / SAMPLES) === 0) live.push(liveHeap());
        }),
        scan((count, { error }) => count + (error === null ? 1 : 0), 0),
      ),
    );

    console.log(
      `most in flight: ${most} of ${MAX_IN_FLIGHT}; live heap in MB: ${live.map((mb) => mb.toFixed(1)).join(' ')}`,
    );
    expect([ok, done, read]).toEqual([RECORDS, RECORDS, RECORDS]);
    expect(most).toBeLessThanOrEqual(MAX_IN_FLIGHT);
    expect(Math.max(...live) - (live[0] ?? 0)).toBeLessThan(GROWTH_MB);
  },
);
