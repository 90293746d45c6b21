import { map, of } from 'rxjs';
import { json } from '../../reply/json.js';
import { JobError, type JobHandle, type JobPrompts, type JobStore, type OpenJob } from '../../types/job.js';
import type { BatchPrompt } from '../../types/prompt.js';
import type { ReplyFormat } from '../../types/reply.js';
import { readCustomId } from '../custom-id.js';
import { journalIn, type ManifestLine } from '../journal.js';
import { isListOf } from '../digest.js';
import { openLines } from '../open-job.js';
import { type KeyedRecord, keyedPrompt, type NamedLine, type PromptMaker } from './keyed-prompt.js';

/** Options of {@link promptsOfKeys}. */
export interface PromptsOfKeysOptions<T> {
  /** How replies are read: that of the prompts. @defaultValue json() */
  readonly format?: ReplyFormat;
  /** Has the lists that `submitBatchJob({ store })` left. @defaultValue none: the names of lines have to say it all */
  readonly store?: JobStore | undefined;
  /** The record of a key. @defaultValue `{ key }` */
  readonly recordOf?: ((key: string) => T) | undefined;
  /**
   * The prompt for some records, so that what failed can be asked again: one array through `toBatchPrompt`.
   * @defaultValue none: what failed ends with its error
   */
  readonly promptOf?: ((records: readonly T[]) => BatchPrompt<T>) | undefined;
}

/**
 * The prompts of jobs that another process submitted, by their keys: from the store, where there is one, or by the names of the lines alone.
 * Records that have no key are known by their position in the stream.
 *
 * Without a store, the names of missing lines are only known where records have no keys: a missing line with a key is seen by
 * nobody here, and has no outcome. With a store each record has one.
 */
export function promptsOfKeys(options?: PromptsOfKeysOptions<KeyedRecord>): JobPrompts<KeyedRecord>;
export function promptsOfKeys<T>(
  options: PromptsOfKeysOptions<T> & Required<Pick<PromptsOfKeysOptions<T>, 'recordOf'>>,
): JobPrompts<T>;
export function promptsOfKeys<T>(options: PromptsOfKeysOptions<T> = {}): JobPrompts<T> {
  const { format = json(), store, promptOf = null } = options;
  // Who gives no function for records gets keyed ones: the first signature.
  const recordOf = options.recordOf ?? ((key: string) => ({ key }) as T);
  const maker: PromptMaker<T> = { format, recordOf, again: promptOf };
  if (store === undefined) return { open: (handle) => of(openNames(handle, maker)) };
  const journal = journalIn(store);
  return { open: (handle) => journal.manifest(handle).pipe(map((lines) => openList(lines, handle, maker))) };
}

/**
 * Opens a job by the list of its lines, which has to have keys.
 *
 * @throws JobError if there is no list, or it is not that of the job: it would give records the answers of others
 */
export function openList<T>(
  lines: readonly ManifestLine[] | null,
  handle: JobHandle,
  maker: PromptMaker<T>,
): OpenJob<T> {
  if (lines === null)
    throw new JobError('input_changed', `the store has no list of the records of the job ${handle.id}`);
  if (lines.length !== handle.prompts || !isListOf(handle.digest, lines))
    throw new JobError('input_changed', `the store's list of records is not that of the job ${handle.id}`);
  return openLines(lines, (line) => keyedPrompt(line, handle, maker));
}

/** The prompts of a job of which nothing but its handle is known. */
function openNames<T>(handle: JobHandle, maker: PromptMaker<T>): OpenJob<T> {
  const taken = new Set<string>();
  return {
    take: (customId) => {
      const line = lineOf(customId);
      if (line === null || taken.has(customId)) return undefined;
      taken.add(customId);
      return keyedPrompt(line, handle, maker);
    },
    wasTaken: (customId) => taken.has(customId),
    rest: () => [],
  };
}

function lineOf(customId: string): NamedLine | null {
  const name = readCustomId(customId);
  switch (name?.kind) {
    case 'key':
      return { customId, indices: [-1], keys: [name.key] };
    case 'range':
      return { customId, indices: Array.from({ length: name.count }, (_, position) => name.from + position) };
    default:
      return null;
  }
}
