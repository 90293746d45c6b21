import {
  catchError,
  concat,
  defer,
  finalize,
  from,
  ignoreElements,
  map,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  tap,
} from 'rxjs';
import {
  type JobEntry,
  JobError,
  type JobHandle,
  type JobInfo,
  type JobMemory,
  type JobProvider,
  type JobSpool,
} from '../types/job.js';
import { reasonOf } from '../types/outcome.js';
import type { ProviderError } from '../types/provider.js';
import { call, callOnce, type CallSettings, mayPass, pause } from './calls.js';
import type { CollectedJob } from './draft.js';
import { makeHandle } from './handle.js';
import type { Journal, ManifestLine } from './journal.js';

export interface SubmitSettings<T> extends CallSettings {
  readonly provider: JobProvider;
  readonly runId: string;
  readonly journal: Journal;
  readonly memory: JobMemory<T> | undefined;
  /** Ids of the run's jobs: none of them is one whose answer never came. */
  readonly known: Set<string>;
  /** Longest time of an upload, in milliseconds. */
  readonly uploadTimeoutMs: number;
}

/** Submits a collected job, and gives its handle. Whatever comes of it, its spool is removed. */
export function submitJob<T>(job: CollectedJob<T>, number: number, settings: SubmitSettings<T>): Observable<JobHandle> {
  const told = (state: 'submitted' | 'resumed') => tellOf(state, settings, job.entries);
  if (job.spool === null) return from(job.found === null ? [] : [job.found]).pipe(told('resumed'));
  const { spool } = job;
  return defer(() => {
    const { first, prompts, records, digest } = job;
    const { runId, scheduler } = settings;
    const info: JobInfo = { runId, number, first, prompts, records, digest, submittedAt: scheduler.now() };
    return send(spool, info, job.manifest, settings);
  }).pipe(
    told('submitted'),
    finalize(() => {
      spool.remove();
    }),
  );
}

/** Reports jobs that were submitted before. */
export function tellResumed<T>(settings: SubmitSettings<T>): MonoTypeOperatorFunction<JobHandle> {
  return tellOf('resumed', settings, []);
}

function tellOf<T>(
  state: 'submitted' | 'resumed',
  { provider, memory, report }: SubmitSettings<T>,
  entries: readonly JobEntry<T>[],
): MonoTypeOperatorFunction<JobHandle> {
  return tap((handle) => {
    memory?.keep(handle, entries);
    const { id: jobId, number, prompts: requests } = handle;
    report({ type: 'job', provider: provider.name, jobId, number, state, requests, answered: 0, detail: '' });
  });
}

function send<T>(
  spool: JobSpool,
  info: JobInfo,
  manifest: readonly ManifestLine[],
  settings: SubmitSettings<T>,
): Observable<JobHandle> {
  const { provider, journal, known, uploadTimeoutMs } = settings;
  const uploading = { ...settings, timeoutMs: uploadTimeoutMs };
  const told = tellFailure(info, settings);
  return concat(
    journal.begin(info, manifest).pipe(ignoreElements()),
    call(
      defer(() => provider.upload(spool)),
      uploading,
      told,
    ).pipe(
      mergeMap((uploaded) => create(spool, uploaded, info, { ...uploading, told })),
      tap((id) => known.add(id)),
      map((id) => makeHandle({ provider: provider.name, api: provider.api, id }, info)),
      mergeMap((handle) => concat(journal.end(handle).pipe(ignoreElements()), of(handle))),
    ),
  );
}

interface Creating<T> extends SubmitSettings<T> {
  readonly told: (error: ProviderError) => void;
}

/**
 * Creates the job. Neither provider knows a request by an idempotency key: where the answer does not come, the job may be there all
 * the same, and is looked for before it is created again.
 */
function create<T>(
  spool: JobSpool,
  uploaded: string,
  info: JobInfo,
  settings: Creating<T>,
  tries = 0,
): Observable<string> {
  const { provider, maxRetries, known, told } = settings;
  const again = (): Observable<string> => create(spool, uploaded, info, settings, tries + 1);
  return callOnce(
    defer(() => provider.create(spool, uploaded, info)),
    settings,
  ).pipe(
    catchError((error: unknown) => {
      if (!mayPass(error)) throw error;
      told(error);
      const isLast = tries >= maxRetries;
      if (isRefusal(error)) {
        if (isLast) throw error;
        return pause(tries + 1, settings).pipe(mergeMap(again));
      }
      return pause(tries + 1, settings).pipe(
        mergeMap(() =>
          call(
            defer(() => provider.match(info)),
            settings,
            told,
          ).pipe(
            catchError((cause: unknown) => {
              throw uncertain(info, `the provider does not say which jobs there are: ${reasonOf(cause)}`, cause);
            }),
          ),
        ),
        mergeMap((ids) => {
          const [id, other] = ids.filter((one) => !known.has(one));
          if (other !== undefined) throw uncertain(info, `several jobs look like it: ${id ?? ''}, ${other} …`, error);
          if (id !== undefined) return of(id);
          if (isLast) throw error;
          return again();
        }),
      );
    }),
  );
}

/** An answer that says that nothing was created. */
function isRefusal({ code, status }: ProviderError): boolean {
  return code === 'rate_limited' || (status !== undefined && status < 500 && status !== 408 && status !== 409);
}

function uncertain({ number, runId }: JobInfo, why: string, cause: unknown): JobError {
  const what = `whether job ${number} of the run ${runId} was submitted`;
  return new JobError('uncertain', `${what} cannot be told: its answer never came, and ${why}`, cause);
}

function tellFailure<T>(info: JobInfo, { provider, report }: SubmitSettings<T>): (error: ProviderError) => void {
  return ({ message }) => {
    const { number, prompts: requests } = info;
    const base = { type: 'job', provider: provider.name, jobId: '', number, requests, answered: 0 } as const;
    report({ ...base, state: 'call_failed', detail: message });
  };
}
