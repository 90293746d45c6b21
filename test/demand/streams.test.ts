import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { lastValueFrom, mergeMap, type Observable, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { pullThrough, type PullThroughOptions } from '../../operators/pullThrough.js';

const RECORDS = 500;

/** A slow pipeline, and the most that was between the source and its outcomes, as the source counts. */
class Watch {
  taken = 0;
  outcomes = 0;
  most = 0;

  took(amount = 1): void {
    this.taken += amount;
    this.most = Math.max(this.most, this.taken - this.outcomes);
  }

  readonly slowly = <T>(records: Observable<T>): Observable<T> =>
    records.pipe(
      mergeMap(async (record) => {
        await turn();
        await turn();
        this.outcomes += record instanceof Uint8Array ? record.length : 1;
        return record;
      }),
    );
}

const demand: PullThroughOptions = { maxInFlight: 10, quantum: 5 };

function objects(watch: Watch, highWaterMark: number): Readable {
  let next = 0;
  return new Readable({
    objectMode: true,
    highWaterMark,
    read() {
      if (next < RECORDS) watch.took();
      this.push(next < RECORDS ? { id: next++ } : null);
    },
  });
}

/** A source that never says anything. */
const silent = () => new Readable({ objectMode: true, read: () => undefined });

describe('a Node stream', () => {
  test.each([1, 16])('of objects is read no further than maxInFlight and its highWaterMark of %i', async (mark) => {
    const watch = new Watch();
    const source = objects(watch, mark);
    const all = await lastValueFrom(pullThrough(source, watch.slowly, demand).pipe(toArray()));
    expect(all).toEqual(Array.from({ length: RECORDS }, (_, id) => ({ id })));
    expect(watch.most).toBeGreaterThanOrEqual(demand.maxInFlight);
    expect(watch.most).toBeLessThanOrEqual(demand.maxInFlight + mark);
    expect(source.destroyed).toBe(true);
  });

  test('of bytes too, where a record is a chunk', async () => {
    const watch = new Watch();
    let left = RECORDS;
    const source = new Readable({
      highWaterMark: 64,
      read() {
        if (left > 0) watch.took(8);
        this.push(left-- > 0 ? Buffer.alloc(8, 1) : null);
      },
    });
    const all = await lastValueFrom(pullThrough(source, watch.slowly, demand).pipe(toArray()));
    // A stream may give what it has buffered in one piece.
    expect(Buffer.concat(all as Buffer[])).toHaveLength(8 * RECORDS);
    expect(watch.most).toBeLessThanOrEqual(64 * (demand.maxInFlight + 1));
  });

  test('is destroyed on unsubscribe', async () => {
    const watch = new Watch();
    const source = objects(watch, 1);
    const subscription = pullThrough(source, watch.slowly, demand).subscribe();
    while (watch.outcomes < 20) await turn();
    subscription.unsubscribe();
    expect(source.destroyed).toBe(true);
    const { taken } = watch;
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(watch.taken).toBe(taken);
  });

  test('is destroyed on unsubscribe also while it is being read', async () => {
    const source = silent();
    const subscription = pullThrough(source, (records) => records, demand).subscribe();
    await turn();
    subscription.unsubscribe();
    expect(source.destroyed).toBe(true);
  });

  test('gives its error to the pipeline, after what came before', async () => {
    const source = silent();
    const seen: unknown[] = [];
    const ended = Promise.withResolvers<unknown>();
    pullThrough(source, (records) => records, demand).subscribe({
      next: (record) => seen.push(record),
      error: ended.resolve,
    });
    source.push('a');
    await turn();
    source.destroy(new Error('the cable was pulled'));
    expect(await ended.promise).toMatchObject({ message: 'the cable was pulled' });
    expect(seen).toEqual(['a']);
  });
});

/** A web stream as any browser has it: not one has to be iterable. */
function webStream(watch: Watch, highWaterMark: number, cancel: () => Promise<void> = () => Promise.resolve()) {
  let next = 0;
  const stream = new ReadableStream<number>(
    {
      pull: (controller) => {
        if (next === RECORDS) {
          controller.close();
          return;
        }
        watch.took();
        controller.enqueue(next++);
      },
      cancel,
    },
    { highWaterMark },
  );
  Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });
  return stream;
}

describe('a web stream', () => {
  test.each([0, 1, 8])('is read no further than maxInFlight and its highWaterMark of %i', async (mark) => {
    const watch = new Watch();
    const source = webStream(watch, mark);
    const all = await lastValueFrom(pullThrough(source, watch.slowly, demand).pipe(toArray()));
    expect(all).toEqual(Array.from({ length: RECORDS }, (_, id) => id));
    expect(watch.most).toBeGreaterThanOrEqual(demand.maxInFlight);
    expect(watch.most).toBeLessThanOrEqual(demand.maxInFlight + mark);
  });

  test('is cancelled on unsubscribe, which does not wait for it, and is unlocked', async () => {
    const watch = new Watch();
    let cancelled = 0;
    const source = webStream(watch, 1, () => {
      cancelled++;
      return new Promise(() => undefined);
    });
    const subscription = pullThrough(source, watch.slowly, demand).subscribe();
    while (watch.outcomes < 20) await turn();
    expect([source.locked, cancelled]).toEqual([true, 0]);
    subscription.unsubscribe();
    expect([source.locked, cancelled]).toEqual([false, 1]);
    const { taken } = watch;
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(watch.taken).toBe(taken);
  });

  test('is cancelled on unsubscribe also while it is being read, and however badly that goes', async () => {
    let cancelled = 0;
    const source = new ReadableStream({
      cancel: () => {
        cancelled++;
        throw new Error('it cannot be cancelled');
      },
    });
    const subscription = pullThrough(source, (records) => records, demand).subscribe();
    await turn();
    subscription.unsubscribe();
    await turn();
    expect([source.locked, cancelled]).toEqual([false, 1]);
  });

  test('gives its error to the pipeline', async () => {
    const source = new ReadableStream<string>({
      start: (controller) => {
        controller.enqueue('a');
      },
      pull: (controller) => {
        controller.error(new Error('the cable was pulled'));
      },
    });
    const error = await lastValueFrom(pullThrough(source, (records) => records, demand)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ message: 'the cable was pulled' });
  });

  test('that another reader has is an error', async () => {
    const source = new ReadableStream();
    source.getReader();
    await expect(lastValueFrom(pullThrough(source, (records) => records, demand))).rejects.toThrow(TypeError);
  });
});
