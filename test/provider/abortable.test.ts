import { setImmediate } from 'node:timers/promises';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { abortable } from '../../src/provider/abortable.js';

test('gives what is produced, and completes', async () => {
  async function* produce() {
    yield 1;
    await setImmediate();
    yield 2;
  }

  expect(await lastValueFrom(abortable(produce).pipe(toArray()))).toEqual([1, 2]);
});

test('gives what was produced before an error, and then the error', async () => {
  const seen: unknown[] = [];
  async function* produce() {
    yield 1;
    throw new Error('odd');
  }

  await new Promise<void>((resolve) => {
    abortable(produce).subscribe({
      next: (value) => seen.push(value),
      error: (error: unknown) => {
        seen.push(String(error));
        resolve();
      },
    });
  });

  expect(seen).toEqual([1, 'Error: odd']);
});

test('starts anew for each subscriber, and only then', async () => {
  let starts = 0;
  const values = abortable(async function* () {
    yield ++starts;
  });

  expect(starts).toBe(0);
  expect([await lastValueFrom(values), await lastValueFrom(values)]).toEqual([1, 2]);
});

test('aborts the signal when its subscriber leaves', async () => {
  const signals: AbortSignal[] = [];
  const values = abortable(async function* (signal) {
    signals.push(signal);
    yield signal.aborted;
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  });

  expect(await firstValueFrom(values)).toBe(false);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test('closes a producer that does not heed the signal', async () => {
  const closed = Promise.withResolvers<string>();
  const values = abortable(async function* () {
    try {
      for (;;) {
        yield 'more';
        await setImmediate();
      }
    } finally {
      closed.resolve('closed');
    }
  });

  expect(await firstValueFrom(values)).toBe('more');
  expect(await closed.promise).toBe('closed');
});
