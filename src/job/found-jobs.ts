import { concatMap, defer, from, map, mergeMap, type Observable, of, reduce } from 'rxjs';
import { JobError, type JobHandle, type JobProvider } from '../types/job.js';
import { call, type CallSettings } from './calls.js';
import { makeHandle } from './handle.js';
import type { Journal, JournalEntry } from './journal.js';

/**
 * The jobs of a run that were submitted before, by what the provider lists and what the journal says. A submission whose answer
 * never came is looked for at the provider; it counts if exactly one job looks like it.
 */
export function foundJobs(
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
