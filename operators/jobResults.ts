import { type OperatorFunction } from 'rxjs';
import { lastFailure } from '../src/flow/lastFailure.js';
import { requireInteger } from '../src/flow/require.js';
import { callSettings, type JobCallOptions } from '../src/job/calls.js';
import { requireOwn } from '../src/job/handle.js';
import { readJob } from '../src/job/read-job.js';
import type { FinishedJob, JobPrompts, JobProvider } from '../src/types/job.js';
import type { ReplyChunk } from '../src/types/reply.js';
import type { Price } from '../src/types/sending.js';

/** Options of {@link jobResults}. */
export interface JobResultsOptions<T> extends JobCallOptions {
  /**
   * Where the prompts come from: the memory of this process (`jobMemory`), the keys in names and in a store (`promptsOfKeys`), or the same
   * input (`promptsOfInput`).
   */
  readonly prompts: JobPrompts<T>;
  /** Most jobs whose results are read at once, an integer from 1. @defaultValue 2 */
  readonly concurrency?: number;
  /** Prices of jobs, which are half of the live ones, to report what each answer cost. @defaultValue none */
  readonly price?: Price | undefined;
}

/**
 * Emits the answers of jobs that have ended, one chunk a prompt, as their results are downloaded.
 *
 * ```text
 * source   -J--------|     J asked p, q and r, and has no result for q
 *          jobResults(openaiJobs(client, { model }), { prompts })
 * result   ---R-P-(Q)|     Q is an error
 * ```
 *
 * - *emits* exactly one last chunk for each prompt of a job: its answer, its own error, or, after the last line, why there is none
 *   (`job_expired`, `job_cancelled`, `job_failed`, `job_lost`, `deadline_exceeded`, `result_missing`). Lines come in any order. Of several for one prompt
 *   the first counts. What names no prompt, or cannot be read, is a warning. A broken download goes on where it broke off.
 * - *completes* when the source has, and all results were read.
 * - *errors* with the source; with a `JobError` if the prompts are not those of the job; with {@link LlmError} if the provider refuses every
 *   call; each after the jobs that are being read.
 * - *on unsubscribe* downloads are aborted.
 * - *holds at most* the prompts of the jobs that are being read (`concurrency`), and one line of each.
 *
 * @example
 * ```ts
 * finished$.pipe(jobResults(jobs, { prompts: memory }), parseIndexed())
 * ```
 *
 * @throws RangeError if an option is out of its range
 * @see {@link parseIndexed}
 * @see [Batch jobs](../docs/jobs.md)
 */
export function jobResults<T>(
  provider: JobProvider,
  options: JobResultsOptions<T>,
): OperatorFunction<FinishedJob, ReplyChunk<T>> {
  const { prompts, concurrency = 2, price } = options;
  requireInteger('concurrency', concurrency, 1);
  const settings = { ...callSettings(provider.gate, options), provider, prompts, price };
  return lastFailure(concurrency, (job) => {
    requireOwn(job.handle, provider);
    return readJob(job, settings);
  });
}
