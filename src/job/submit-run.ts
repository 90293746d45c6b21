import {
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  from,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { lastFailure } from '../flow/lastFailure.js';
import type { JobHandle, JobProvider } from '../types/job.js';
import type { BatchPrompt } from '../types/prompt.js';
import type { Latch } from '../types/sending.js';
import { collectJobs, type CollectSettings } from './collect.js';
import { type EarlierRun, earlierRun } from './found-jobs.js';
import { ownSpools } from './own-spools.js';
import { newRunId } from './run-id.js';
import { tellResumed } from './submit.js';
import { type RefuseSettings, submitOrRefuse, tripIfFatal } from './submit-or-refuse.js';

export interface RunSettings<T> {
  readonly provider: JobProvider;
  /** `undefined` for a new run, which is named by chance. */
  readonly runId: string | undefined;
  /** Whether records are known by their keys, and not by their places. */
  readonly byKeys: boolean;
  /** Most jobs that are submitted at once. */
  readonly atOnce: number;
  readonly collecting: Omit<CollectSettings<T>, 'found' | 'held' | 'provider'>;
  readonly submitting: Omit<RefuseSettings<T>, 'runId' | 'latch' | 'known'>;
}

/** Gives the handles of a run's earlier jobs, and of those that it submits for the prompts that no earlier job asks. */
export function submitRun<T>(latch: Latch, settings: RunSettings<T>): OperatorFunction<BatchPrompt<T>, JobHandle> {
  const { provider, runId, byKeys, atOnce, collecting, submitting } = settings;
  return (source) =>
    defer(() => {
      const spools = ownSpools(provider);
      const known = new Set<string>();
      const run: RefuseSettings<T> = { ...submitting, runId: runId ?? newRunId(submitting.random), latch, known };
      const submitAll = ({ last, found, listed, held }: EarlierRun): Observable<JobHandle> => {
        let number = last;
        for (const { id } of [...found, ...listed]) known.add(id);
        return concat(
          from(listed).pipe(tellResumed(run)),
          collectJobs(source, { ...collecting, ...spools, found, held }).pipe(
            lastFailure(atOnce, (job) => submitOrRefuse(job, () => ++number, run)),
          ),
        );
      };
      return earlierRun(runId, byKeys, provider, run).pipe(
        endIfFatal(latch),
        mergeMap(submitAll),
        finalize(spools.removeAll),
      );
    });
}

/** Completes at a fatal answer, which trips the latch. */
function endIfFatal<T>(latch: Latch): MonoTypeOperatorFunction<T> {
  return catchError((error: unknown) => {
    if (tripIfFatal(error, latch)) return EMPTY;
    throw error;
  });
}
