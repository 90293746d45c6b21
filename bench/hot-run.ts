/** A hot source through `pushThrough`, and how long each of its records waits: in real time for `hot`, in virtual time for its test. */
import {
  asyncScheduler,
  concatMap,
  from,
  interval,
  map,
  mergeMap,
  type Observable,
  reduce,
  type SchedulerLike,
  share,
  take,
  tap,
  timer,
} from 'rxjs';
import { mlPredict } from 'rxjs-llm';
import { defineModel } from 'rxjs-llm/model';
import { createProvider } from 'rxjs-llm/provider';
import { pushThrough } from 'rxjs-llm/push-through';
import { decodeRecords, latencyMs } from 'rxjs-llm/testing/server';
import { BATCH, replyOf, type Review } from './batch-task.ts';

/** Of 1,000 records a second in batches of 10, each 250 ms on the wire, 25 are there at a time. */
const CONCURRENCY = 40;
const MAX_IN_FLIGHT = 2 * BATCH * CONCURRENCY;

/** How it is run. */
export interface HotRun {
  /** A record comes each millisecond. */
  readonly records: number;
  readonly batchTimeoutMs: number;
  readonly scheduler?: SchedulerLike;
  /** In milliseconds. */
  readonly now?: () => number;
}

/** What became of the records. */
export interface HotFigures {
  /** Those without an answer: what was dropped is among them. */
  readonly lost: number;
  /**
   * Of each record, from the least: the time from when it came to when its outcome left, without that in which the model had it. In
   * milliseconds.
   */
  readonly waits: readonly number[];
}

/** Runs as many records as come in that time. */
export function hotRun({
  records,
  batchTimeoutMs,
  scheduler = asyncScheduler,
  now = () => performance.now(),
}: HotRun): Observable<HotFigures> {
  const came = new Map<string, number>();
  /** How long the model had it. */
  const answering = new Map<string, number>();
  const provider = createProvider({
    name: 'in-process',
    model: 'none',
    capabilities: { streaming: false, enforcesSchema: false },
    concurrency: CONCURRENCY,
    scheduler,
    complete: ({ messages: [message] }) => {
      const asked = decodeRecords(message?.content ?? '', 'plain');
      const since = now();
      return timer(latencyMs(asked.length), scheduler).pipe(
        concatMap(() => {
          for (const { text } of asked) answering.set(text, now() - since);
          return from([
            { type: 'open' as const, status: 200 },
            { type: 'text' as const, text: replyOf(asked.length) },
            { type: 'finish' as const, reason: 'stop' as const, usage: null },
          ]);
        }),
      );
    },
  });
  const model = defineModel<Review>({ provider, batchSize: BATCH, batchTimeoutMs, concurrency: CONCURRENCY });

  return perMillisecond(records, scheduler, now).pipe(
    tap(({ text }) => came.set(text, now())),
    pushThrough((reviews) => reviews.pipe(mlPredict(model, { scheduler })), {
      maxInFlight: MAX_IN_FLIGHT,
      quantum: BATCH,
      maxWaiting: 1000,
      overflow: 'dropOldest',
    }),
    reduce(
      ({ lost, waits }, { record: { text }, error }) => {
        if (error !== null) return { lost: lost + 1, waits };
        waits.push(now() - (came.get(text) ?? NaN) - (answering.get(text) ?? NaN));
        return { lost, waits };
      },
      { lost: 0, waits: [] as number[] },
    ),
    map(({ lost, waits }) => ({ lost, waits: waits.toSorted((one, other) => one - other) })),
  );
}

/** A record each millisecond, whoever listens; where a timer is late, all that have become due. */
function perMillisecond(records: number, scheduler: SchedulerLike, now: () => number): Observable<Review> {
  const since = now();
  let made = 0;
  return interval(1, scheduler).pipe(
    mergeMap(() => {
      const due = Math.min(records, Math.floor(now() - since)) - made;
      return Array.from({ length: due }, () => ({
        text: `Review ${made++}: the case fits well and the battery lasts.`,
      }));
    }),
    take(records),
    share(),
  );
}

/** The wait that so large a share of the records does not exceed. */
export function percentile(waits: readonly number[], share: number): number {
  return waits[Math.ceil(share * waits.length) - 1] ?? NaN;
}
