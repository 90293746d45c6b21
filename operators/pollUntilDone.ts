import { EMPTY, mergeMap, Observable, type OperatorFunction } from 'rxjs';
import { requireAtLeast, requireDelay } from '../src/flow/require.js';
import { callSettings, type JobCallOptions } from '../src/job/calls.js';
import { followJob } from '../src/job/follow-job.js';
import { requireOwn } from '../src/job/handle.js';
import { Wakes } from '../src/job/wakes.js';
import type { FinishedJob, JobHandle, JobProvider, JobWake } from '../src/types/job.js';

/** Options of {@link pollUntilDone}. */
export interface PollUntilDoneOptions extends Omit<JobCallOptions, 'maxRetries' | 'backoff'> {
  /** Wait after the first poll of a job, in milliseconds above 0. @defaultValue 60000 */
  readonly intervalMs?: number;
  /** By how much each wait is longer than the one before, a number from 1. @defaultValue 1.5 */
  readonly growth?: number;
  /** Longest wait, in milliseconds from `intervalMs`. @defaultValue 600000, or `intervalMs` if that is longer */
  readonly maxIntervalMs?: number;
  /** Largest share of a wait that chance takes off it, from 0 up to 1, so that jobs are not polled all at once. @defaultValue 0.2 */
  readonly jitter?: number;
  /**
   * Longest life of a job, in milliseconds from its submission; one that has not ended by then ends as `deadline`. One that is older
   * already is polled once. Infinity follows it for ever. @defaultValue 93600000: 26 hours, as providers take up to 24
   */
  readonly deadlineMs?: number;
  /** Names jobs that have changed, as webhooks tell: they are polled at once, before others. @defaultValue nothing */
  readonly wake$?: Observable<JobWake> | undefined;
  /** Whether jobs that are not followed to their end (unsubscribe, deadline) are cancelled at the provider. @defaultValue false */
  readonly cancelJob?: boolean;
}

/**
 * Emits each job when it has ended, whatever its end.
 *
 * ```text
 * source   -H-I-------------|
 *          pollUntilDone(openaiJobs(client, { model }), { intervalMs: 4 })
 * polls    -h-i-h---i-----h       h still goes on at its first polls
 * result   ---------I-----(H|)
 * ```
 *
 * - *emits* a `FinishedJob` a handle: `completed`, `failed`, `expired` or `cancelled` as the provider says; `lost` if the provider does not know
 *   it or cannot tell about it; `deadline` if it took too long. The first poll is at once, all others after waits that grow. A poll
 *   that fails in a way that may pass counts as one that found nothing new.
 * - *completes* when the source has and each job has ended.
 * - *errors* with the source; with a `JobError` at a handle of another provider; and with {@link LlmError} if the provider refuses every
 *   call (bad key).
 * - *on unsubscribe* polls are aborted and timers stopped; jobs go on at the provider, unless `cancelJob` is set.
 * - *holds at most* the handles that it follows, with a timer each and one for its deadline. Polls pass the provider's gate in turn, after
 *   submissions and downloads; a job is not asked for again before its poll was answered.
 *
 * @example
 * ```ts
 * handles$.pipe(pollUntilDone(openaiJobs(client, { model: 'gpt-4.1-mini' }), { intervalMs: 60_000 }))
 * ```
 *
 * @throws RangeError if an option is out of its range
 * @see {@link jobResults}
 * @see [Batch jobs](../docs/jobs.md)
 */
export function pollUntilDone(
  provider: JobProvider,
  options: PollUntilDoneOptions = {},
): OperatorFunction<JobHandle, FinishedJob> {
  const { intervalMs = 60_000, growth = 1.5, jitter = 0.2, deadlineMs = 93_600_000, cancelJob = false } = options;
  const { maxIntervalMs = Math.max(600_000, intervalMs), wake$ = EMPTY } = options;
  requireDelay('intervalMs', intervalMs, 1);
  requireAtLeast('growth', growth, 1);
  requireDelay('maxIntervalMs', maxIntervalMs, intervalMs);
  requireAtLeast('jitter', jitter, 0);
  if (jitter > 1) throw new RangeError(`jitter must be a number from 0 to 1; got ${jitter}`);
  requireDelay('deadlineMs', deadlineMs, 1);
  const waits = { intervalMs, growth, maxIntervalMs, jitter };
  const settings = { ...callSettings(provider.gate, { maxRetries: 0, ...options }), provider, waits, deadlineMs };

  return (source) =>
    new Observable((subscriber) => {
      const wakes = new Wakes();
      subscriber.add(
        wake$.subscribe({
          next: (wake) => {
            wakes.wake(wake);
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
        }),
      );
      if (subscriber.closed) return;
      source
        .pipe(
          mergeMap((handle) => {
            requireOwn(handle, provider);
            return followJob(handle, { ...settings, wakes, cancelJob });
          }),
        )
        .subscribe(subscriber);
    });
}
