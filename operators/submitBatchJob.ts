import { asyncScheduler, type OperatorFunction } from 'rxjs';
import { requireDelay, requireInteger } from '../src/flow/require.js';
import { callSettings, type JobCallOptions } from '../src/job/calls.js';
import { journalIn, NO_JOURNAL } from '../src/job/journal.js';
import { requireRunId } from '../src/job/run-id.js';
import { submitRun, type RunSettings } from '../src/job/submit-run.js';
import { endOnFatal } from '../src/provider/fatal.js';
import { JobError, type JobHandle, type JobMemory, type JobProvider, type JobStore } from '../src/types/job.js';
import type { BatchPrompt } from '../src/types/prompt.js';
import type { ReplyChunk } from '../src/types/reply.js';
import type { Latch, RunContext } from '../src/types/sending.js';

/** Options of {@link submitBatchJob}. */
export interface SubmitBatchJobOptions<T> extends JobCallOptions {
  /** Most requests in a job, an integer from 1. @defaultValue what the provider takes, and never more */
  readonly maxRequests?: number;
  /** Most bytes of a job, an integer from 1. @defaultValue what the provider takes, and never more */
  readonly maxBytes?: number;
  /** Longest wait of a job's first prompt, in milliseconds from 0. @defaultValue Infinity: jobs leave when full, and at the end */
  readonly maxWaitMs?: number;
  /**
   * Most jobs that are submitted at once, an integer from 1. Where the provider cannot list the jobs of a run (Anthropic), one at a time:
   * of several whose answers never came, it could not be told which is which. @defaultValue 2
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
   * Takes the answer of prompts that no job asks, in place of an answer from one: those that cannot be part of a job and, with `memory`,
   * those of a job that could not be submitted.
   * @defaultValue none: the stream errors, after the jobs before it, with a `JobError` or with what the submission failed with
   */
  readonly refused?: { next(chunk: ReplyChunk<T>): void } | undefined;
  /** Longest time of an upload, in milliseconds above 0. @defaultValue 1800000: half an hour */
  readonly uploadTimeoutMs?: number;
  /** What this stream shares with others of the same run: a fatal answer stops them all, and errors none. @defaultValue nothing */
  readonly run?: Pick<RunContext, 'latch'> | undefined;
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
 * - *errors* with the source; with {@link LlmError} if the provider refuses every call (bad key, no quota); with a `JobError` if it cannot be
 *   told whether a job was submitted; and, without `refused`, with the first submission that fails for good. Each after the jobs that
 *   are under way. Whatever the provider refuses to take is told to `refused` first.
 * - *on unsubscribe* uploads are aborted and spools removed. A job that was submitted goes on.
 * - *holds at most* no prompt, but with `memory` all, and with a `store` names and keys of the jobs that are not submitted yet.
 *
 * @example
 * ```ts
 * prompts$.pipe(submitBatchJob(openaiJobs(client, { model: 'gpt-4.1-mini' })))
 * ```
 *
 * @throws RangeError if an option is out of its range; TypeError if the run could not be taken up again
 * @see {@link pollUntilDone}
 * @see [Batch jobs](../docs/jobs.md)
 */
export function submitBatchJob<T>(
  provider: JobProvider,
  options: SubmitBatchJobOptions<NoInfer<T>> = {},
): OperatorFunction<BatchPrompt<T>, JobHandle> {
  const { concurrency = 2, runId, store } = options;
  requireInteger('concurrency', concurrency, 1);
  requireRunId(runId, provider, store);
  const collecting = collectSettings<T>(provider, options);
  const submitting = submitSettings<T>(provider, options);

  const atOnce = provider.find === null ? 1 : concurrency;

  /** Prompts may come in another order, and in other batches, where keys and a store tell which records a job has. */
  const byKeys = store !== undefined && options.key !== undefined && options.memory === undefined;

  const run = { provider, runId, byKeys, atOnce, collecting, submitting };
  const submit = (latch: Latch): OperatorFunction<BatchPrompt<T>, JobHandle> => submitRun(latch, run);
  return options.run === undefined ? endOnFatal('error', submit) : submit(options.run.latch);
}

function collectSettings<T>(provider: JobProvider, options: SubmitBatchJobOptions<T>): RunSettings<T>['collecting'] {
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
    keep: { prompts: memory !== undefined, manifest: store !== undefined },
    refuse: (prompt, error) => {
      if (refused === undefined)
        throw new JobError('refused', `the prompt ${prompt.id} cannot be part of a job: ${error.message}`, error);
      refused.next({ prompt, attempt: 0, done: true, error });
    },
    scheduler,
  };
}

function submitSettings<T>(provider: JobProvider, options: SubmitBatchJobOptions<T>): RunSettings<T>['submitting'] {
  const { memory, store, refused, uploadTimeoutMs = 1_800_000 } = options;
  requireDelay('uploadTimeoutMs', uploadTimeoutMs, 1);
  const journal = store === undefined ? NO_JOURNAL : journalIn(store);
  return { ...callSettings(provider.gate, options), provider, journal, memory, refused, uploadTimeoutMs };
}
