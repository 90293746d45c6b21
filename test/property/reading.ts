import fc from 'fast-check';
import { concat, EMPTY, from, of, throwError } from 'rxjs';
import { expect } from 'vitest';
import { type Failure, type Outcome } from '../../src/types/outcome.js';
import { type BatchPrompt } from '../../src/types/prompt.js';
import { type FinishReason, type ReplyChunk } from '../../src/types/reply.js';
import { cut, type Cuts } from './pieces.js';
import { type Asked, type Entry, type Layout, positionIn, promptOf, read } from './replies.js';

export const COUNT = 4;
export const PROMPTS = { index: promptOf(COUNT, 'index'), nonce: promptOf(COUNT, 'nonce') };
const BROKEN: Failure = { code: 'connection_error', message: 'the answer broke off' };
const OPERATOR_ERROR = new Error('the source broke');

/** How the reply ends: as the model said, by an error, or without an end. */
export type End = FinishReason | 'error chunk' | 'no last chunk' | 'source error';
export const finishes = fc.constantFrom<FinishReason[]>('stop', 'unknown', 'length', 'content_filter', 'refusal');
export const ends = fc.oneof(finishes, fc.constantFrom<End[]>('error chunk', 'no last chunk', 'source error'));

export const MISSING: Readonly<Record<End, readonly string[]>> = {
  stop: ['record_missing', 'reply_unreadable'],
  unknown: ['record_missing', 'reply_unreadable'],
  length: ['length_stop'],
  content_filter: ['content_filter'],
  refusal: ['refusal'],
  'error chunk': ['connection_error'],
  'no last chunk': ['reply_unfinished'],
  'source error': ['reply_unfinished'],
};

export interface Reading {
  readonly at: Cuts;
  readonly end: End;
  readonly enforced?: boolean;
  readonly release?: 'auto' | 'early' | 'end';
  readonly positional?: boolean;
}

/** Gives a reply in pieces; the outcomes are one for each record, in whatever order. */
export function outcomesOf(
  prompt: BatchPrompt<Asked>,
  text: string,
  { at, end, enforced = false, ...options }: Reading,
) {
  const pieces = cut(text, at).map((piece): ReplyChunk<Asked> => ({ prompt, done: false, text: piece, enforced }));
  const { outcomes, error } = read(concat(from(pieces), lastOf(prompt, end, enforced)), options);
  expect(error).toBe(end === 'source error' ? OPERATOR_ERROR : undefined);
  const sorted = [...outcomes].sort((one, other) => one.index - other.index);
  expect(sorted.map(({ record }) => record)).toStrictEqual(prompt.records);
  for (const { record, index, batchId, value, error: failure } of sorted) {
    expect(record).toBe(prompt.records[index]);
    expect(batchId).toBe(prompt.id);
    if (failure === null) expect(positionIn(value)).toBe(index);
  }
  return sorted;
}

function lastOf(prompt: BatchPrompt<Asked>, end: End, enforced: boolean) {
  if (end === 'source error') return throwError(() => OPERATOR_ERROR);
  if (end === 'no last chunk') return EMPTY;
  const last: ReplyChunk<Asked> =
    end === 'error chunk'
      ? { prompt, done: true, error: BROKEN }
      : { prompt, done: true, text: '', finish: end, usage: null, error: null, enforced };
  return of(last);
}

/** What an outcome says, to be compared: its value, or the code of its error. */
export function said(outcome: Outcome<Asked, unknown>): unknown {
  return outcome.error === null ? outcome.value : outcome.error.code;
}

/** Entries by the record that they name. */
export function naming(entries: readonly Entry[], position: number): readonly Entry[] {
  return entries.filter((one) => one.position === position && one.naming !== 'unnamed');
}

/** Where entries are documents of their own, a list in front of the index, or without one, would be taken for the reply's list. */
export function unmistakable(one: Entry, shape: Layout['form']): Entry {
  if (shape !== 'lines' && shape !== 'commas') return one;
  return { ...one, valueFirst: one.valueFirst && !one.trap, trap: one.trap && one.naming !== 'unnamed' };
}

export function isLoud(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function plain(position: number, says: Entry['says'] = 'answer'): Entry {
  return { position, says, naming: 'exact', valueFirst: false, trap: false };
}
