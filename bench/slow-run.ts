import { setImmediate as turn } from 'node:timers/promises';
import { concatMap, defer, lastValueFrom, type Observable, scan, tap } from 'rxjs';
import { mlPredict, pullThrough } from 'rxjs-llm';
import { defineModel } from 'rxjs-llm/model';
import { type CompletionEvent, createProvider } from 'rxjs-llm/provider';
import { collectGarbage } from '../test/collect-garbage.ts';
import { BATCH, CONCURRENCY, replyOf } from './batch-task.ts';

/** One batch on the wire for each permit, and one that fills up. */
export const MAX_IN_FLIGHT = 2 * BATCH * CONCURRENCY;
const SAMPLES = 20;

/** What became of the records, and what it took. */
export interface SlowRun {
  /** Records that were read from the source, and those with an answer. */
  readonly read: number;
  readonly ok: number;
  /** Most records between the source and their outcomes. */
  readonly most: number;
  /** What was measured at each twentieth of the way: what is live after a full collection, in bytes. */
  readonly live: readonly number[];
}

/**
 * Takes so many records of an async generator through a provider that is slower than it.
 *
 * @param sample - what is measured on the way
 */
export async function slowRun(records: number, sample = liveHeap): Promise<SlowRun> {
  let read = 0;
  let most = 0;
  let done = 0;
  async function* rows() {
    while (read < records) {
      most = Math.max(most, ++read - done);
      yield { id: read, text: `Row ${read}: all work and no play makes this a long review.` };
      if (read % 1000 === 0) await turn();
    }
  }
  const live: number[] = [];
  const model = defineModel({ provider: slowProvider(), batchSize: BATCH });
  const run = pullThrough(rows(), (rows$) => rows$.pipe(mlPredict(model)), {
    maxInFlight: MAX_IN_FLIGHT,
    quantum: BATCH,
  });
  const ok = await lastValueFrom(
    run.pipe(
      tap(() => {
        if (++done % (records / SAMPLES) === 0) live.push(sample());
      }),
      scan((count, { error }) => count + (error === null ? 1 : 0), 0),
    ),
  );
  return { read, ok, most, live };
}

function liveHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Answers after one to three turns of the event loop, whichever request comes first. */
function slowProvider() {
  let requests = 0;
  const reply = async (content: string): Promise<readonly CompletionEvent[]> => {
    for (let turns = requests++ % 3; turns >= 0; turns--) await turn();
    const records = content.match(/^Input \d+: /gm)?.length ?? 1;
    return [
      { type: 'open', status: 200 },
      { type: 'text', text: replyOf(records) },
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
