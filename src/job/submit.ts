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
  JobError,
  type JobHandle,
  type JobInfo,
  type JobMemory,
  type JobProvider,
  type JobSpool,
} from '../types/job.js';
import type { ProviderError } from '../types/provider.js';
import { call, callOnce, type CallSettings, mayPass, pause } from './calls.js';
import type { CollectedJob, DraftEntry } from './draft.js';
import { makeHandle } from './handle.js';
import type { Journal, ManifestLine } from './journal.js';

export interface SubmitSettings<T> extends CallSettings {
  readonly provider: JobProvider;
  readonly runId: string;
  readonly journal: Journal;
  /** Ids of the run's jobs so far: none of them is the one whose answer did not come. */
  readonly taken: Set<string>;
  readonly memory: JobMemory<T> | undefined;
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
    return send(spool, info, job.entries, settings);
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
  entries: readonly DraftEntry<T>[],
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
  entries: readonly DraftEntry<T>[],
  settings: SubmitSettings<T>,
): Observable<JobHandle> {
  const { provider, journal, taken, uploadTimeoutMs } = settings;
  const uploading = { ...settings, timeoutMs: uploadTimeoutMs };
  const told = tellFailure(info, settings);
  return concat(
    journal.begin(info, entries.map(manifestLine)).pipe(ignoreElements()),
    call(
      defer(() => provider.upload(spool)),
      uploading,
      told,
    ).pipe(
      mergeMap((uploaded) => create(spool, uploaded, info, { ...uploading, told })),
      tap((id) => {
        taken.add(id);
      }),
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
  const { provider, maxRetries, taken, told } = settings;
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
          ),
        ),
        mergeMap((ids) => {
          const [id, ...others] = ids.filter((one) => !taken.has(one));
          if (others.length > 0) throw uncertain(info, error);
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

function uncertain({ number, runId }: JobInfo, cause: unknown): JobError {
  const what = `whether job ${number} of the run ${runId} was submitted`;
  return new JobError(
    'uncertain',
    `${what} cannot be told: its answer never came, and several jobs look like it`,
    cause,
  );
}

function manifestLine<T>({ customId, prompt, keys }: DraftEntry<T>): ManifestLine {
  const { indices, ids } = prompt;
  const isNumbered = ids.every((id, position) => id === position + 1);
  return {
    customId,
    indices,
    ...(isNumbered ? {} : { ids }),
    ...(keys === undefined ? {} : { keys }),
  };
}

function tellFailure<T>(info: JobInfo, { provider, report }: SubmitSettings<T>): (error: ProviderError) => void {
  return ({ message }) => {
    const { number, prompts: requests } = info;
    const base = { type: 'job', provider: provider.name, jobId: '', number, requests, answered: 0 } as const;
    report({ ...base, state: 'call_failed', detail: message });
  };
}
