import { setImmediate, setTimeout } from 'node:timers/promises';

/** How long the stand-in takes for one record, and how much longer for 20, in milliseconds. */
const ONE_RECORD_MS = 200;
const MORE_FOR_TWENTY_MS = 100;

/** Node's timers fire at once for longer times. */
export const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The stand-in's time for one request, in milliseconds: 200 for one record, 300 for 20, linear between and beyond. */
export function latencyMs(records: number): number {
  return ONE_RECORD_MS + ((records - 1) * MORE_FOR_TWENTY_MS) / 19;
}

/**
 * Waits until `due`, on the clock of `performance.now`; one turn of the event loop if that has passed, so that what was
 * written before leaves by itself.
 *
 * @throws AbortError as soon as `signal` is aborted
 */
export async function waitUntil(due: number, signal: AbortSignal): Promise<void> {
  const ms = due - performance.now();
  if (ms > 0) await setTimeout(Math.min(ms, LONGEST_TIMEOUT_MS), undefined, { signal });
  else await setImmediate(undefined, { signal });
}

/** @throws AbortError as soon as `signal` is aborted; it never ends otherwise */
export async function waitForAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
