import { concatMap, defer, from, map, mergeMap, type Observable, of, reduce, toArray } from 'rxjs';
import { JobError, type JobHandle, type JobInfo, type JobProvider } from '../types/job.js';
import { call, type CallSettings } from './calls.js';
import { makeHandle } from './handle.js';
import type { Journal, JournalEntry } from './journal.js';

/**
 * The jobs of a run that were submitted before, by what the provider lists and what the journal says. A submission whose answer
 * never came is looked for at the provider; it counts if exactly one job looks like it that is not another one of the run.
 */
function foundJobs(
  runId: string,
  provider: JobProvider,
  journal: Journal,
  settings: CallSettings,
): Observable<readonly JobHandle[]> {
  const listed = provider.find === null ? of([]) : call(provider.find(runId), settings);
  return listed.pipe(
    mergeMap((known) =>
      journal.submissions(runId).pipe(mergeMap((entries) => allJobs(known, entries, provider, settings))),
    ),
    map((all) => all.toSorted((one, other) => one.first - other.first)),
  );
}

function allJobs(
  listed: readonly JobHandle[],
  entries: readonly JournalEntry[],
  provider: JobProvider,
  settings: CallSettings,
): Observable<readonly JobHandle[]> {
  const journalled = entries.flatMap(({ handle }) => handle ?? []);
  const known = [
    ...listed,
    ...journalled.filter((job) => !listed.some(({ id, number }) => id === job.id || number === job.number)),
  ];
  const ids = new Set(known.map(({ id }) => id));
  const unknown = entries.filter(
    // What was submitted again since then, under another number, is not looked for.
    ({ info, handle }) => handle === null && !known.some((job) => job.number === info.number || isSame(job, info)),
  );
  return from(unknown).pipe(
    concatMap(({ info }) => lookFor(info, ids, provider, settings)),
    toArray(),
    map((found) => [...known, ...found.flat().filter((job, at, all) => isFirstClaim(job, at, all))]),
  );
}

/** The job of a submission whose answer never came, if it is there. No job with one of the known `ids` is. */
function lookFor(
  info: JobInfo,
  ids: ReadonlySet<string>,
  provider: JobProvider,
  settings: CallSettings,
): Observable<readonly JobHandle[]> {
  return call(
    defer(() => provider.match(info)),
    settings,
  ).pipe(
    map((matches) => {
      const [id, other] = matches.filter((one) => !ids.has(one));
      if (other !== undefined) throw uncertain(`several jobs look like job ${info.number} of the run ${info.runId}`);
      return id === undefined ? [] : [makeHandle({ provider: provider.name, api: provider.api, id }, info)];
    }),
  );
}

/** A job can be that of one submission; of several it is that of all only if they asked the same. */
function isFirstClaim(job: JobHandle, at: number, all: readonly JobHandle[]): boolean {
  const first = all.findIndex(({ id }) => id === job.id);
  const before = all[first] ?? job;
  if (!isSame(before, job))
    throw uncertain(`the job ${job.id} looks like job ${before.number} and job ${job.number} of the run ${job.runId}`);
  return first === at;
}

function isSame(one: JobInfo, other: JobInfo): boolean {
  return one.first === other.first && one.digest === other.digest;
}

function uncertain(what: string): JobError {
  return new JobError('uncertain', `${what}: which jobs were submitted cannot be told`);
}

/** What a run has submitted before it is taken up again. */
export interface EarlierRun {
  /** Ordinal of its last job. */
  readonly last: number;
  /** Jobs whose prompts come again, at the same places. */
  readonly found: readonly JobHandle[];
  /** Jobs whose prompts may come in any order: their handles are given at once. */
  readonly listed: readonly JobHandle[];
  /** The keys of the records in them. */
  readonly held: ReadonlySet<string>;
}

/** @param byKeys - whether records are known by their keys, in the journal's lists, and not by their places */
export function earlierRun(
  runId: string | undefined,
  byKeys: boolean,
  provider: JobProvider,
  settings: CallSettings & { readonly journal: Journal },
): Observable<EarlierRun> {
  const { journal } = settings;
  if (runId === undefined) return of({ last: 0, found: [], listed: [], held: new Set<string>() });
  return foundJobs(runId, provider, journal, settings).pipe(
    mergeMap((jobs) => {
      const last = Math.max(0, ...jobs.map(({ number }) => number));
      if (!byKeys) return of({ last, found: jobs, listed: [], held: new Set<string>() });
      return heldKeys(jobs, journal).pipe(map((held) => ({ last, found: [], listed: jobs, held })));
    }),
  );
}

/** The keys of all records in some jobs of a run: who has them all submits none of them again, in whatever order they come. */
function heldKeys(found: readonly JobHandle[], journal: Journal): Observable<ReadonlySet<string>> {
  return from(found).pipe(
    concatMap((handle) =>
      journal.manifest(handle).pipe(
        map((lines) => {
          if (lines !== null) return lines.flatMap(({ keys = [] }) => keys);
          throw new JobError('input_changed', `the store has no list of the records of the job ${handle.id}`);
        }),
      ),
    ),
    reduce((held, keys) => {
      for (const key of keys) held.add(key);
      return held;
    }, new Set<string>()),
  );
}
