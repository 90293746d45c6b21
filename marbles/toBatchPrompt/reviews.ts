import type { ToBatchPromptOptions } from '../../operators/toBatchPrompt.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { MarbleSpec } from '../spec.js';

export type Review = string | { readonly text?: string | number; readonly title?: string };
export type Options = ToBatchPromptOptions<Review>;
export type Spec = MarbleSpec<Options, readonly Review[], BatchPrompt<Review>>;

/** Who is asked for in it: `b1: 1=good@0 2=bad@1`, or `b1.e1: bad@1!content_error`. */
export function seeRecords({ id, records, ids, indices, request, error }: BatchPrompt<Review>): string {
  const names = records.map((record) => (typeof record === 'string' ? record : (record.title ?? '?')));
  if (request === null) return `${id}: ${names.join(' ')}@${indices.join(' ')}!${error.code}`;
  return `${id}: ${names.map((name, position) => `${ids[position] ?? '?'}=${name}@${indices[position] ?? '?'}`).join(' ')}`;
}

export function seeMessage({ request }: BatchPrompt<Review>): string {
  return request?.messages.map(({ role, content }) => `${role}: ${content}`).join('\n') ?? 'no request';
}

/** What a review says, if it is no spam. */
export function textOfNoSpam(review: Review): string {
  if (review === 'spam') throw new Error('nobody reads spam');
  return typeof review === 'string' ? review : String(review.text);
}
