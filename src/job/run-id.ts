import type { JobProvider, JobStore } from '../types/job.js';

/** Also a folder's name, in a store on a disk: so it must not begin with a dot. */
const RUN_ID = /^[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,63}$/;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function isRunId(value: unknown): boolean {
  return typeof value === 'string' && RUN_ID.test(value);
}

/** 20 letters and digits: 103 bits. */
export function newRunId(random: () => number): string {
  return Array.from({ length: 20 }, () => LETTERS.charAt(Math.floor(random() * LETTERS.length))).join('');
}

/** @throws RangeError if it is no run id; TypeError if nothing could find the run's jobs again */
export function requireRunId(runId: string | undefined, provider: JobProvider, store: JobStore | undefined): void {
  if (runId === undefined) return;
  if (!isRunId(runId))
    throw new RangeError(`runId must be 1 to 64 of a-z, A-Z, 0-9, _, . and -; got ${JSON.stringify(runId)}`);
  if (provider.find === null && store === undefined)
    throw new TypeError(`runId needs a store with ${provider.name}, which cannot list the jobs of a run`);
}
