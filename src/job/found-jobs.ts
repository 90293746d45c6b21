import {
  concat,
  concatMap,
  defer,
  forkJoin,
  from,
  ignoreElements,
  map,
  mergeMap,
  type Observable,
  of,
  reduce,
} from 'rxjs';
import { JobError, type JobHandle, type JobInfo, type JobProvider } from '../types/job.js';
import { call, type CallSettings } from './calls.js';
import { makeHandle } from './handle.js';
import { HeldKeys } from './held-keys.js';
import type { Journal, JournalEntry } from './journal.js';

/** What a run has submitted, as far as it is known. */
interface Submissions {
  /** In the order of their prompts. */
  readonly jobs: readonly JobHandle[];
  /** The highest number of a job, also of one that may never have been submitted: it is not given again. */
  readonly last: number;
}

/**
 * The jobs of a run that were submitted before, by what the provider lists and what the journal says. A submission whose answer
 * never came is looked for at the provider; it counts if exactly one job looks like it that is no other of the run.
 */
function foundJobs(
  runId: string,
  provider: JobProvider,
  journal: Journal,
  settings: CallSettings,
): Observable<Submissions> {
  const listed = provider.find === null ? of([]) : call(provider.find(runId), settings);
  return forkJoin([listed, journal.submissions(runId)]).pipe(
    mergeMap(([known, entries]) => {
      const rest = entries.filter(({ info, handle }) =>
        known.every(({ id, number }) => id !== handle?.id && number !== info.number),
      );
      const handles = [...known, ...rest.flatMap(({ handle }) => handle ?? [])];
      const taken = new Set(handles.map(({ id }) => id));
      const unanswered = rest
        // What was submitted again since then, under another number, is not looked for.
        .filter(({ info, handle }) => handle === null && !handles.some((job) => isSame(job, info)))
        // Of two that are alike, the older one was looked for, and not found, before the newer one was submitted.
        .toSorted(newestFirst);
      return from(unanswered).pipe(
        concatMap((entry) => matched(entry, taken, provider, settings)),
        // It is known from now on which job it is: others must not be taken for it.
        concatMap((handle) => concat(journal.end(handle).pipe(ignoreElements()), of(handle))),
        reduce((all, handle) => [...all, handle], handles),
        map((jobs) => {
          const numbers = [...jobs, ...entries.map(({ info }) => info)].map(({ number }) => number);
          const last = numbers.reduce((one, other) => Math.max(one, other), 0);
          return { jobs: jobs.toSorted((one, other) => one.first - other.first), last };
        }),
      );
    }),
  );
}

function newestFirst({ info: one }: JournalEntry, { info: other }: JournalEntry): number {
  return other.number - one.number;
}

function isSame(one: JobInfo, other: JobInfo): boolean {
  return one.first === other.first && one.digest === other.digest;
}

/** The job of a submission whose answer never came, if there is one. It is `taken` from then on. */
function matched(
  { info }: JournalEntry,
  taken: Set<string>,
  provider: JobProvider,
  settings: CallSettings,
): Observable<JobHandle> {
  return call(
    defer(() => provider.match(info)),
    settings,
  ).pipe(
    mergeMap((ids) => {
      const left = ids.filter((id) => !taken.has(id));
      if (left.length > 1)
        throw new JobError(
          'uncertain',
          `${left.join(', ')} look like job ${info.number} of the run ${info.runId}: ${REMEDY}`,
        );
      return left.map((id) => {
        taken.add(id);
        return makeHandle({ provider: provider.name, api: provider.api, id }, info);
      });
    }),
  );
}

const REMEDY = 'cancel those that are of no use, or submit under another run';

/** What a run has submitted before it is taken up again. */
export interface EarlierRun {
  /** Ordinal of the last job that was journalled, whatever became of it. */
  readonly last: number;
  /** Jobs whose prompts come again, at the same places. */
  readonly found: readonly JobHandle[];
  /** Jobs whose prompts may come in any order: their handles are given at once. */
  readonly listed: readonly JobHandle[];
  /** The keys of the records in them. */
  readonly held: HeldKeys;
}

/** @param byKeys - whether records are known by their keys, in the journal's lists, and not by their places */
export function earlierRun(
  runId: string | undefined,
  byKeys: boolean,
  provider: JobProvider,
  settings: CallSettings & { readonly journal: Journal },
): Observable<EarlierRun> {
  const { journal } = settings;
  if (runId === undefined) return of({ last: 0, found: [], listed: [], held: new HeldKeys() });
  return foundJobs(runId, provider, journal, settings).pipe(
    mergeMap(({ jobs, last }) => {
      if (!byKeys) return of({ last, found: jobs, listed: [], held: new HeldKeys() });
      return heldKeys(jobs, journal).pipe(map((held) => ({ last, found: [], listed: jobs, held })));
    }),
  );
}

/** The keys of all records in some jobs of a run: who has them all submits none of them again, in whatever order they come. */
function heldKeys(found: readonly JobHandle[], journal: Journal): Observable<HeldKeys> {
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
    }, new HeldKeys()),
  );
}
