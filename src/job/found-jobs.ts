import { concatMap, defer, from, map, mergeMap, type Observable, of, reduce } from 'rxjs';
import { JobError, type JobHandle, type JobProvider } from '../types/job.js';
import { call, type CallSettings } from './calls.js';
import { makeHandle } from './handle.js';
import type { Journal, JournalEntry } from './journal.js';

/**
 * The jobs of a run that were submitted before, by what the provider lists and what the journal says. A submission whose answer
 * never came is looked for at the provider; it counts if exactly one job looks like it.
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
      journal.submissions(runId).pipe(
        mergeMap((entries) => from(entries)),
        concatMap((entry) => resolve(entry, known, provider, settings)),
        reduce((all, handles) => [...all, ...handles], [...known]),
      ),
    ),
    map((all) => all.toSorted((one, other) => one.first - other.first)),
  );
}

function resolve(
  { info, handle }: JournalEntry,
  known: readonly JobHandle[],
  provider: JobProvider,
  settings: CallSettings,
): Observable<readonly JobHandle[]> {
  const isKnown = known.some(({ id, number }) => id === handle?.id || number === info.number);
  if (isKnown) return of([]);
  if (handle !== null) return of([handle]);
  return call(
    defer(() => provider.match(info)),
    settings,
  ).pipe(
    map((ids) => {
      if (ids.length > 1)
        throw new JobError('uncertain', `several jobs look like job ${info.number} of the run ${info.runId}`);
      return ids.map((id) => makeHandle({ provider: provider.name, api: provider.api, id }, info));
    }),
  );
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
