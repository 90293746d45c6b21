import { type Failure, reasonOf } from '../types/outcome.js';
import type { JobProvider } from '../types/job.js';
import type { BatchPrompt, CompletionRequest } from '../types/prompt.js';
import { customIdOf } from './custom-id.js';
import { contentDigest } from './digest.js';
import type { DraftEntry } from './draft.js';

/** How prompts become lines. */
export interface LineSettings<T> {
  readonly provider: Pick<JobProvider, 'line'>;
  /** The key of a record; `undefined` if records have none. */
  readonly key: ((record: T) => string) | undefined;
  /** True if each line has to say by itself whose it is: nothing else will tell when the results are read. */
  readonly bare: boolean;
  readonly maxBytes: number;
}

/** A line and the prompt that it asks, or why the prompt cannot be part of a job. */
export type Named<T> =
  | { readonly entry: DraftEntry<T>; readonly line: ReturnType<JobProvider['line']>; readonly failure: null }
  | { readonly failure: Failure };

/** Names the line of a prompt, and writes it. */
export function nameEntry<T>(
  prompt: BatchPrompt<T>,
  settings: LineSettings<T>,
  place: { readonly ordinal: number; readonly taken: ReadonlySet<string> },
): Named<T> {
  if (prompt.request === null) return { failure: prompt.error };
  const keys = keysOf(prompt, settings.key);
  if ('failure' in keys) return keys;
  const content = contentDigest(prompt.request);
  const customId = customIdOf(prompt, keys.keys, place.ordinal, place.taken, content);
  if (settings.bare && !saysAll(customId, keys.keys, prompt)) return { failure: NAMELESS };
  return written(settings, { customId, prompt, keys: keys.keys, content }, prompt.request);
}

function written<T>(
  { provider, maxBytes }: LineSettings<T>,
  entry: DraftEntry<T>,
  request: CompletionRequest,
): Named<T> {
  try {
    const line = provider.line(entry.customId, request);
    if (line.bytes <= maxBytes) return { entry, line, failure: null };
    const message = `the request has ${line.bytes} bytes, and a job may have ${maxBytes}`;
    return { failure: { code: 'too_large', message } };
  } catch (cause) {
    return { failure: { code: 'bad_request', message: `the request cannot be written: ${reasonOf(cause)}`, cause } };
  }
}

function keysOf<T>(
  { records }: BatchPrompt<T>,
  key: LineSettings<T>['key'],
): { readonly keys: readonly string[] | undefined } | { readonly failure: Failure } {
  if (key === undefined) return { keys: undefined };
  try {
    const keys = records.map((record) => key(record));
    if (keys.every((one) => typeof one === 'string' && one !== '')) return { keys };
    return { failure: { code: 'content_error', message: 'the key of a record must be a text, and not empty' } };
  } catch (cause) {
    return { failure: { code: 'content_error', message: `a record's key cannot be read: ${reasonOf(cause)}`, cause } };
  }
}

/** True if whoever has only the name of a line knows its records, and what the reply names them by. */
function saysAll(customId: string, keys: readonly string[] | undefined, { ids }: BatchPrompt<unknown>): boolean {
  const alone = ids.length === 1;
  const numbered = alone || ids.every((id, position) => id === position + 1);
  return numbered && (keys === undefined ? customId.startsWith('o') : customId === keys[0]);
}

const NAMELESS: Failure = {
  code: 'bad_request',
  message: 'the line of a job cannot carry the keys of these records: it needs a store, or the memory of this process',
};
