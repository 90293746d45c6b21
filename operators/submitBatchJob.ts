import { asyncScheduler, concat, defer, finalize, from, mergeMap, type Observable, type OperatorFunction } from 'rxjs';
import { lastFailure } from '../src/flow/lastFailure.js';
import { requireDelay, requireInteger } from '../src/flow/require.js';
import { callSettings, type JobCallOptions } from '../src/job/calls.js';
import { collectJobs, type CollectSettings } from '../src/job/collect.js';
import { earlierRun, type EarlierRun } from '../src/job/found-jobs.js';
import { journalIn, NO_JOURNAL } from '../src/job/journal.js';
import { ownSpools } from '../src/job/own-spools.js';
import { newRunId, requireRunId } from '../src/job/run-id.js';
import { submitJob, type SubmitSettings, tellResumed } from '../src/job/submit.js';
import { JobError, type JobHandle, type JobMemory, type JobProvider, type JobStore } from '../src/types/job.js';
import type { BatchPrompt } from '../src/types/prompt.js';
import type { ReplyChunk } from '../src/types/reply.js';

export interface SubmitBatchJobOptions<T> extends JobCallOptions {
  /** Most requests in a job, an integer from 1. @defaultValue what the provider takes, and never more */
  readonly maxRequests?: number;
  /** Most bytes of a job, an integer from 1. @defaultValue what the provider takes, and never more */
  readonly maxBytes?: number;
  /** Longest wait of a job's first prompt, in milliseconds from 0. @defaultValue Infinity: jobs leave when full, and at the end */
  readonly maxWaitMs?: number;
  /**
   * Most jobs that are uploaded at once, an integer from 1. @defaultValue 2, and 1 where jobs carry no name of their run (Anthropic):
   * after a crash it is clear then which of them a job is whose answer did not come
   */
  readonly concurrency?: number;
  /**
   * What a record is known by in another process: a text, not empty, that no other record has. The line of a single record carries
   * it, if it has 1 to 64 of `[a-zA-Z0-9_-]`; all others need a `store`. @defaultValue none: records are known by their position
   */
  readonly key?: ((record: T) => string) | undefined;
  /** Keeps the prompts for `jobResults` in this process. @defaultValue none: nothing is kept */
  readonly memory?: JobMemory<T> | undefined;
  /** Keeps which keys are in which job, and the journal of submissions. @defaultValue none */
  readonly store?: JobStore | undefined;
  /**
   * Names the run, with 1 to 64 of `[a-zA-Z0-9_.-]`, so that it can be taken up again: the jobs that it has submitted before are looked
   * up first, and with the same prompts their handles are given again, and only the others are submitted. Where the provider cannot
   * list them (Anthropic), it needs a `store`. With a `store` and a `key`, and no `memory`, prompts may come in another order and in other
   * batches: records that a job has are passed over. @defaultValue a new run, which cannot be taken up
   */
  readonly runId?: string | undefined;
  /**
   * Takes the answer of prompts that cannot be part of a job, in place of an answer from one.
   * @defaultValue none: the stream errors with a `JobError`, after the jobs before it
   */
  readonly refused?: { next(chunk: ReplyChunk<T>): void } | undefined;
  /** Longest time of an upload, in milliseconds above 0. @defaultValue 1800000: half an hour */
  readonly uploadTimeoutMs?: number;
}

/**
 * Emits the handle of each job that it has submitted: prompts are collected into jobs, and no answer is waited for.
 *
 * ```text
 * source   -p-q-r----|
 *          submitBatchJob(openaiJobs(client, { model }), { maxRequests: 2 })
 * result   ------H----(I|)     H names the job that asks p and q, I the one that asks r
 * ```
 *
 * - *emits* a handle when the provider has taken the job. Jobs are split over the provider's limits. Each request is written to the disk
 *   as it comes, uploaded as a stream, and removed.
 * - *completes* when the source has, and every job has its handle.
 * - *errors* with the source, or with the first submission that fails for good; each after the jobs before it.
 * - *on unsubscribe* uploads are aborted and spools removed. A job that was submitted goes on.
 * - *holds at most* no prompt, but with `memory` all, and with a `store` those of the jobs that are being submitted.
 *
 * @example
 * ```ts
 * prompts$.pipe(submitBatchJob(openaiJobs(client, { model: 'gpt-4.1-mini' })))
 * ```
 *
 * @throws RangeError if an option is out of its range; TypeError if the run could not be taken up again
 * @see {@link pollUntilDone}
 */
export function submitBatchJob<T>(
  provider: JobProvider,
  options: SubmitBatchJobOptions<NoInfer<T>> = {},
): OperatorFunction<BatchPrompt<T>, JobHandle> {
  const { concurrency = provider.find === null ? 1 : 2, runId, store, random = Math.random } = options;
  requireInteger('concurrency', concurrency, 1);
  requireRunId(runId, provider, store);
  const collecting = collectSettings<T>(provider, options);
  const submitting = submitSettings<T>(provider, options);

  /** Prompts may come in another order, and in other batches, where keys and a store tell which records a job has. */
  const byKeys = store !== undefined && options.key !== undefined && options.memory === undefined;

  return (source) =>
    defer(() => {
      const spools = ownSpools(provider);
      const run: SubmitSettings<T> = { ...submitting, runId: runId ?? newRunId(random), taken: new Set() };
      const submitAll = ({ last, found, listed, held }: EarlierRun): Observable<JobHandle> => {
        for (const { id } of [...found, ...listed]) run.taken.add(id);
        let number = last;
        return concat(
          from(listed).pipe(tellResumed(run)),
          collectJobs(source, { ...collecting, ...spools, found, held }).pipe(
            lastFailure(concurrency, (job) => submitJob(job, job.spool === null ? 0 : ++number, run)),
          ),
        );
      };
      return earlierRun(runId, byKeys, provider, run).pipe(mergeMap(submitAll), finalize(spools.removeAll));
    });
}

function collectSettings<T>(
  provider: JobProvider,
  options: SubmitBatchJobOptions<T>,
): Omit<CollectSettings<T>, 'found' | 'held' | 'provider'> {
  const { key, memory, store, refused, scheduler = asyncScheduler } = options;
  const { maxRequests = Infinity, maxBytes = Infinity, maxWaitMs = Infinity } = options;
  requireInteger('maxRequests', maxRequests, 1);
  requireInteger('maxBytes', maxBytes, 1);
  requireDelay('maxWaitMs', maxWaitMs, 0);
  return {
    key,
    bare: memory === undefined && store === undefined,
    maxRequests: Math.min(maxRequests, provider.limits.maxRequests),
    maxBytes: Math.min(maxBytes, provider.limits.maxBytes),
    maxWaitMs,
    keep: memory !== undefined || store !== undefined,
    refuse: (prompt, error) => {
      if (refused === undefined)
        throw new JobError('refused', `the prompt ${prompt.id} cannot be part of a job: ${error.message}`, error);
      refused.next({ prompt, attempt: 0, done: true, error });
    },
    scheduler,
  };
}

function submitSettings<T>(
  provider: JobProvider,
  options: SubmitBatchJobOptions<T>,
): Omit<SubmitSettings<T>, 'runId' | 'taken'> {
  const { memory, store, uploadTimeoutMs = 1_800_000 } = options;
  requireDelay('uploadTimeoutMs', uploadTimeoutMs, 1);
  const journal = store === undefined ? NO_JOURNAL : journalIn(store);
  return { ...callSettings(provider.gate, options), provider, journal, memory, uploadTimeoutMs };
}
