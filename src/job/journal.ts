import { concat, defaultIfEmpty, defer, EMPTY, forkJoin, map, mergeMap, type Observable, of } from 'rxjs';
import { fieldAt, isObject, parseJson } from '../provider/json-body.js';
import { JobError, type JobHandle, type JobInfo, type JobStore } from '../types/job.js';
import type { BatchPrompt, RecordId } from '../types/prompt.js';
import { readHandle } from './handle.js';
import { tellStoreFailure } from './store/failure.js';

/** What a store keeps of one prompt of a job. */
export interface ManifestLine {
  readonly customId: string;
  /** Position of each record in the stream, from 0. */
  readonly indices: readonly number[];
  /** Nonces, if the reply names the records by them. */
  readonly ids?: readonly RecordId[];
  /** The records' keys, if they have any. */
  readonly keys?: readonly string[];
  /** Digest of what it asks. */
  readonly content: string;
}

/** @param keys - of the prompt's records */
export function manifestLine({ customId, prompt, keys, content }: Named): ManifestLine {
  const { indices, ids } = prompt;
  const isNumbered = ids.every((id, position) => id === position + 1);
  return {
    customId,
    indices,
    ...(isNumbered ? {} : { ids }),
    ...(keys === undefined ? {} : { keys }),
    content,
  };
}

interface Named extends Pick<ManifestLine, 'customId' | 'content'> {
  readonly prompt: Pick<BatchPrompt<unknown>, 'indices' | 'ids'>;
  readonly keys: readonly string[] | undefined;
}

/** A submission, as the journal has it. */
export interface JournalEntry {
  readonly info: JobInfo;
  /** `null` if it is not known whether the job was submitted: its answer has not come yet, or never came. */
  readonly handle: JobHandle | null;
}

/** Which keys went into which job, and how each submission ended. Written before the provider is asked for anything. */
export interface Journal {
  begin(info: JobInfo, lines: readonly ManifestLine[]): Observable<unknown>;
  end(handle: JobHandle): Observable<unknown>;
  submissions(runId: string): Observable<readonly JournalEntry[]>;
  /** `null` if the store has no list of that job. */
  manifest(job: Pick<JobInfo, 'runId' | 'number'>): Observable<readonly ManifestLine[] | null>;
}

export function journalIn(store: JobStore): Journal {
  const entryKey = ({ runId, number }: Pick<JobInfo, 'runId' | 'number'>): string => `runs/${runId}/journal/${number}`;
  const manifestKey = ({ runId, number }: Pick<JobInfo, 'runId' | 'number'>): string =>
    `runs/${runId}/manifests/${number}`;
  /** A store of one's own may say that there is nothing by giving nothing. */
  const read = (key: string): Observable<string | null> =>
    defer(() => store.read(key)).pipe(
      map((text): string | null => text ?? null),
      defaultIfEmpty(null),
      tellStoreFailure(`read ${key}`),
    );
  const write = (key: string, text: string): Observable<unknown> =>
    defer(() => store.write(key, text)).pipe(tellStoreFailure(`write ${key}`));
  const list = (prefix: string): Observable<readonly string[]> =>
    defer(() => store.list(prefix)).pipe(tellStoreFailure(`list ${prefix}`));
  return {
    begin: (info, lines) =>
      // One after the other: the journal must not name a job whose list is not there.
      concat(
        write(manifestKey(info), lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
        write(entryKey(info), JSON.stringify({ version: 1, info, handle: null })),
      ),
    end: (handle) => {
      const { runId, number, first, prompts, records, digest, submittedAt } = handle;
      const info: JobInfo = { runId, number, first, prompts, records, digest, submittedAt };
      return write(entryKey(handle), JSON.stringify({ version: 1, info, handle }));
    },
    submissions: (runId) =>
      list(`runs/${runId}/journal/`).pipe(
        mergeMap((keys) => (keys.length === 0 ? of([]) : forkJoin(keys.map(read)))),
        map((texts) => texts.flatMap((text) => (text === null ? [] : [readEntry(text)]))),
      ),
    manifest: (job) => read(manifestKey(job)).pipe(map((text) => (text === null ? null : readManifest(text)))),
  };
}

/** A journal for runs that keep none. */
export const NO_JOURNAL: Journal = {
  begin: () => EMPTY,
  end: () => EMPTY,
  submissions: () => of([]),
  manifest: () => of(null),
};

function readEntry(text: string): JournalEntry {
  const value = parseJson(text);
  if (fieldAt(value, 'version') !== 1) throw new JobError('handle', 'the journal of the run has an unknown version');
  const handle = fieldAt(value, 'handle');
  return { info: fieldAt(value, 'info') as JobInfo, handle: handle === null ? null : readHandle(handle) };
}

function readManifest(text: string): readonly ManifestLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(readManifestLine);
}

function readManifestLine(text: string): ManifestLine {
  const line = parseJson(text);
  if (isObject(line) && typeof fieldAt(line, 'customId') === 'string') return line as ManifestLine;
  throw new JobError('store', 'the store has a text in the place of a list of records');
}
