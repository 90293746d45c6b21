import type { JobHandle } from '../../types/job.js';
import type { Failure } from '../../types/outcome.js';
import type { BatchPrompt, RecordId } from '../../types/prompt.js';
import type { ReplyFormat } from '../../types/reply.js';
import type { ManifestLine } from '../journal.js';

/** A record of which only the key is known. */
export interface KeyedRecord {
  /** The record's key; where it has none, its position in the stream, from 0. */
  readonly key: string;
}

/** A line, as far as reading its reply needs it. */
export type NamedLine = Omit<ManifestLine, 'content'>;

/** Makes prompts of names: of records, and of what their replies name them by. */
export interface PromptMaker<T> {
  readonly format: ReplyFormat;
  readonly recordOf: (key: string) => T;
  /** The prompt that asks for these records again; `null` if they cannot be asked for. */
  readonly again: ((records: readonly T[]) => BatchPrompt<T>) | null;
}

/**
 * The prompt of a line, for reading its reply. Its subsets ask for its records again, if there is a way to make a request; else it
 * cannot be asked, and passes by recovery.
 */
export function keyedPrompt<T>(
  { indices, ids, keys, customId }: NamedLine,
  handle: JobHandle,
  maker: PromptMaker<T>,
): BatchPrompt<T> {
  const records = (keys ?? indices.map(String)).map((key) => maker.recordOf(key));
  const numbered = indices.map((_, position): RecordId => position + 1);
  const made = maker.again?.(records);
  const base = {
    id: `${handle.id}/${customId}`,
    number: handle.first,
    bornAt: handle.submittedAt,
    records,
    indices,
    ids: ids ?? numbered,
    format: maker.format,
    charactersAlone: () => made?.charactersAlone() ?? 0,
  };
  if (made?.request == null) return { ...base, request: null, error: made?.error ?? UNKNOWN, subset: refuseSubset };
  // A record that cannot be read any more has a prompt of its own: the places of the others would be wrong.
  if (made.records.length !== records.length) return { ...base, request: null, error: CHANGED, subset: refuseSubset };
  const { request, error } = made;
  const again = reindexed(made, indices);
  return { ...base, request, error, subset: (positions) => again.subset(positions) };
}

/** A prompt under the indices that its records had in the first place. */
function reindexed<T>(prompt: BatchPrompt<T>, indices: readonly number[]): BatchPrompt<T> {
  return {
    ...prompt,
    indices,
    subset: (positions) =>
      reindexed(
        prompt.subset(positions),
        positions.map((position) => indices[position] ?? -1),
      ),
  };
}

const CHANGED: Failure = {
  code: 'content_error',
  message: 'the records do not make the prompt any more that they made',
};

const UNKNOWN: Failure = { code: 'content_error', message: 'only the keys of the records are known' };

function refuseSubset(): never {
  throw new RangeError('a prompt whose records are not known has no parts');
}
