import type { BatchPrompt } from '../types/prompt.js';

/** What both providers take: Anthropic says so, OpenAI takes more. */
const FITS = /^[a-zA-Z0-9_-]{1,64}$/;

/** The names that are made here: no key may look like one. */
const MADE = /^([op])(\d+)-(\d+)-[0-9a-f]{12}$/;

/** How the records of a line are named. */
export type CustomId =
  /** One record, by its key. */
  | { readonly kind: 'key'; readonly key: string }
  /** Records that follow each other in the stream, by the index of the first, from 0. */
  | { readonly kind: 'range'; readonly from: number; readonly count: number }
  /** A prompt, by its ordinal in the run, from 1: only its own list says which records it has. */
  | { readonly kind: 'prompt'; readonly ordinal: number; readonly count: number };

/**
 * Names the line of a prompt: by its record's key, if it has one record whose key fits and was not used in this job; else by its
 * first index and its count (`o120-20-5f0c…`); and where its records do not follow each other, by its ordinal (`p7-3-5f0c…`). The
 * end is a checksum of what is asked: the results of a job that was taken for another one name no line of it, whatever its places.
 *
 * @param keys - of its records; `undefined` if records have none
 * @param taken - names in the same job
 * @param content - digest of what is asked, in hexadecimal
 */
export function customIdOf(
  { indices }: BatchPrompt<unknown>,
  keys: readonly string[] | undefined,
  ordinal: number,
  taken: { has(customId: string): boolean },
  content: string,
): string {
  const [key] = keys ?? [];
  if (keys?.length === 1 && key !== undefined && FITS.test(key) && !MADE.test(key) && !taken.has(key)) return key;
  const [from = -1] = indices;
  const end = `${indices.length}-${content.slice(0, 12)}`;
  const range = `o${from}-${end}`;
  const follow = from >= 0 && indices.every((index, position) => index === from + position);
  return follow && !taken.has(range) ? range : `p${ordinal}-${end}`;
}

/** What a name says; `null` for one that cannot be ours. */
export function readCustomId(customId: string): CustomId | null {
  const [, letter, number = '', size = ''] = MADE.exec(customId) ?? [];
  if (letter === undefined) return FITS.test(customId) ? { kind: 'key', key: customId } : null;
  const [ordinal, count] = [Number(number), Number(size)];
  if (!Number.isSafeInteger(ordinal + count) || count === 0) return null;
  return letter === 'o' ? { kind: 'range', from: ordinal, count } : { kind: 'prompt', ordinal, count };
}
