import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defer, EMPTY, lastValueFrom, type Observable, of } from 'rxjs';
import { journalIn, type ManifestLine } from '../../job/journal.js';
import { newRunId } from '../../job/run-id.js';
import { folderStore } from '../../job/store/folder.js';
import { fieldAt, parseJson } from '../../provider/json-body.js';
import type { JobHandle, JobStore } from '../../types/job.js';
import { CliError, codeOf, EXIT, reasonOf } from '../failure.js';
import type { InputRecord } from '../record.js';
import { Catalog } from './catalog.js';
import { checksumOf, type JobRecord, nameOf } from './job-record.js';
import { lock } from './lock.js';
import { readRefusals, type Refusal, writeRefusal } from './refusals.js';

/** What a run of `submit` must not change when it is carried on. */
export interface JobRun {
  readonly provider: string;
  readonly api: string;
  /** The field that names a record. */
  readonly key: string;
}

/** What is kept of a submission: the records, which of them are in which job, and why some are in none. */
export interface Keeping {
  /** Names the run, so that it can be carried on; `undefined` for one that cannot be. */
  readonly runId: string | undefined;
  readonly store: JobStore;
  /** Gives a record that was read its name. */
  add(record: InputRecord): JobRecord;
  /** Takes a record that no job can have. */
  refuse(refusal: Refusal): void;
  /** Lets others write. */
  close(): Promise<void>;
}

/** What was submitted, when results are read. */
export interface Submitted {
  readonly catalog: Catalog;
  /** Records that no job can have, by slot. */
  readonly refusals: ReadonlyMap<number, Refusal>;
  /** The lines of a job; `null` if it is not known. */
  linesOf(handle: JobHandle): Observable<readonly ManifestLine[] | null>;
  /** Says that a job was made of something else: `… does not make the requests`, to be followed by which. */
  readonly others: string;
  /** What to do then. */
  readonly advice: string;
  close(): Promise<void>;
}

const RUN_FILE = 'run.json';

/** Where the folder of a file of handles is. */
export function folderOf(handles: string): string {
  return `${handles}.d`;
}

/** What is in it for the results, by what it is. */
export function filesIn(folder: string): Readonly<Record<'records' | 'refused records', string>> {
  return { records: join(folder, 'records.jsonl'), 'refused records': join(folder, 'refused.jsonl') };
}

/** Where requests wait to be uploaded, in such a folder. */
export function spoolsIn(folder: string): string {
  return join(folder, 'spool');
}

/** Whether there is such a file or folder. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Opens the folder to submit with; makes it if there is none.
 *
 * @throws CliError if another process writes to it, or it is that of another run
 */
export async function openFolder(path: string, run: JobRun): Promise<Keeping> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const release = await lock(join(path, 'lock'), path);
    try {
      const runId = await runOf(path, run);
      const catalog = await Catalog.open(filesIn(path).records, true);
      const spools = spoolsIn(path);
      // What is in it was left by a process that was killed.
      await rm(spools, { recursive: true, force: true });
      await mkdir(spools, { mode: 0o700 });
      return {
        runId,
        store: storeIn(path, catalog),
        add: (record) => catalog.add(record),
        refuse: (refusal) => {
          writeRefusal(filesIn(path)['refused records'], refusal);
        },
        close: async () => {
          try {
            catalog.close();
          } finally {
            await rm(spools, { recursive: true, force: true });
            await release();
          }
        },
      };
    } catch (error) {
      await release();
      throw error;
    }
  } catch (error) {
    if (error instanceof CliError || codeOf(error) === undefined) throw error;
    throw new CliError(EXIT.misuse, `${path} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

/** Keeps nothing: whoever reads the results has the input, and reads it again. */
export function keepNothing(): Keeping {
  let slot = 0;
  return {
    runId: undefined,
    store: { read: () => of(null), write: () => EMPTY, list: () => of([]) },
    add: (record) => ({ ...record, slot, name: nameOf(slot++, checksumOf(record)) }),
    refuse: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** Opens the folder to read of it what jobs were made of. */
export async function readFolder(path: string): Promise<Submitted> {
  const [catalog, refusals] = await Promise.all([
    Catalog.open(filesIn(path).records, false),
    readRefusals(filesIn(path)['refused records']),
  ]);
  const journal = journalIn(folderStore(path));
  const close = (): Promise<void> => {
    catalog.close();
    return Promise.resolve();
  };
  return {
    catalog,
    refusals,
    linesOf: (handle) => journal.manifest(handle),
    others: `${path} has no list of the requests`,
    advice: 'it has to be the folder that submit has written beside these handles',
    close,
  };
}

/** What is written of a job names its records, which have to be on the disk before. */
function storeIn(path: string, catalog: Catalog): JobStore {
  const store = folderStore(path);
  return {
    ...store,
    write: (key, text) =>
      defer(() => {
        catalog.sync();
        return store.write(key, text);
      }),
  };
}

/** The name of the run that the folder is of; a folder without one gets one. */
async function runOf(path: string, run: JobRun): Promise<string> {
  const store = folderStore(path);
  const text = await lastValueFrom(store.read(RUN_FILE));
  if (text === null) {
    if (await isThere(filesIn(path).records))
      throw new CliError(
        EXIT.misuse,
        `${path} has lost its ${RUN_FILE}: what was submitted cannot be told from what was not`,
      );
    const runId = newRunId(Math.random);
    await lastValueFrom(store.write(RUN_FILE, JSON.stringify({ version: 1, runId, ...run })), {
      defaultValue: undefined,
    });
    return runId;
  }
  const earlier = parseJson(text);
  if (fieldAt(earlier, 'version') !== 1) throw new CliError(EXIT.misuse, `${path} is of another version of rxjs-llm`);
  for (const [name, now] of Object.entries(run)) {
    const before = String(fieldAt(earlier, name));
    if (before !== now)
      throw new CliError(EXIT.misuse, `--resume needs the ${name} of before, ${before}; it is ${String(now)} now`);
  }
  return String(fieldAt(earlier, 'runId'));
}
