import { catchError, EMPTY, type Observable } from 'rxjs';
import type { JobHandle } from '../types/job.js';
import type { Failure } from '../types/outcome.js';
import { ProviderError } from '../types/provider.js';
import type { ReplyChunk } from '../types/reply.js';
import type { Latch } from '../types/sending.js';
import type { CollectedJob } from './draft.js';
import { submitJob, type SubmitSettings } from './submit.js';

export interface RefuseSettings<T> extends SubmitSettings<T> {
  /** When it trips, no job is submitted any more. */
  readonly latch: Latch;
  /** Takes the answer of prompts that no job asks; `undefined` if nobody does. */
  readonly refused: { next(chunk: ReplyChunk<T>): void } | undefined;
}

/**
 * Submits a job. If the provider's answer says for good that it will not be, its prompts have that for an answer, where somebody takes
 * it; a fatal answer stops the run. All other errors pass, among them that it cannot be told whether the job was submitted.
 */
export function submitOrRefuse<T>(
  job: CollectedJob<T>,
  nextNumber: () => number,
  settings: RefuseSettings<T>,
): Observable<JobHandle> {
  const { latch, memory, refused } = settings;
  const refuseAll = (error: Failure): Observable<never> => {
    for (const { prompt } of job.entries) refused?.next({ prompt, attempt: 0, done: true, error });
    return EMPTY;
  };
  // A job that was submitted before needs nothing of the provider.
  if (job.spool === null) return submitJob(job, 0, settings);
  if (latch.failure !== undefined) return refuseAll(latch.failure);
  return submitJob(job, nextNumber(), settings).pipe(
    catchError((error: unknown) => {
      if (tripIfFatal(error, latch)) return refuseAll(latch.failure ?? failureOf(error));
      // Without a memory nobody has the prompts any more.
      if (!(error instanceof ProviderError) || refused === undefined || memory === undefined) throw error;
      return refuseAll(failureOf(error));
    }),
  );
}

/** Trips the latch at a fatal answer. */
export function tripIfFatal(error: unknown, latch: Latch): error is ProviderError {
  if (!(error instanceof ProviderError) || error.kind !== 'fatal') return false;
  latch.trip(failureOf(error));
  return true;
}

/** What the failure to submit a job is to its prompts. */
function failureOf(error: ProviderError): Failure {
  const { code, kind, status } = error;
  if (kind === 'fatal') return { code, kind, message: error.message, status, cause: error };
  const message = `the job could not be submitted: ${error.message}`;
  // Its prompts themselves have had no retry yet, and may be asked again.
  if (kind === 'retryable') return { code, kind, message, status, interrupted: true, cause: error };
  return { code: 'job_failed', kind: 'final', message, status, cause: error };
}
