import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { BatchPrompt, RecordId } from '../../src/types/prompt.js';
import type { ReplyChunk } from '../../src/types/reply.js';
import { cut, cuts, type Cuts } from './pieces.js';
import { answer, type Asked, promptOf, read } from './replies.js';
import { always } from './runs.js';
import { type Writing, WRITINGS } from './written-replies.js';

const COUNT = 3;
const PROMPTS = { index: promptOf(COUNT, 'index'), nonce: promptOf(COUNT, 'nonce') };

/** An entry: whom it names, `null` for nobody, and what it says. */
interface Claim {
  readonly position: number | null;
  readonly says: 'answer' | 'other';
}

const claim: fc.Arbitrary<Claim> = fc.record({
  position: fc.oneof({ weight: 6, arbitrary: fc.nat(COUNT - 1) }, { weight: 1, arbitrary: fc.constant(null) }),
  says: fc.constantFrom('answer', 'answer', 'other'),
});
// At least two: one alone is written as the only record's.
const claims = fc.array(claim, { minLength: 2, maxLength: 6 });

function nameOf(position: number | null, ids: readonly RecordId[]): RecordId {
  return position === null ? (typeof ids[0] === 'string' ? 'zzzzzz' : 77) : ids[position]!;
}

function written({ write }: Writing, all: readonly Claim[], { ids }: BatchPrompt<Asked>): string {
  return write(all.map(({ position, says }) => ({ id: nameOf(position, ids), value: answer(says, position ?? 9) })));
}

/** What comes of a whole reply for each record: its value, or the code of its error. */
function saidIn(writing: Writing, prompt: BatchPrompt<Asked>, text: string, at: Cuts, release: 'early' | 'end') {
  const pieces = cut(text, at).map((piece): ReplyChunk<Asked> => ({ prompt, done: false, text: piece }));
  const last: ReplyChunk<Asked> = { prompt, done: true, text: '', finish: 'stop', usage: null, error: null };
  const { outcomes } = read(from([...pieces, last]), { format: writing.format, release });
  const sorted = [...outcomes].sort((one, other) => one.index - other.index);
  return sorted.map(({ value, error }) => (error === null ? value : error.code));
}

const by = fc.constantFrom<('index' | 'nonce')[]>('index', 'nonce');

describe.each(WRITINGS)('entries in $name', (writing) => {
  test('give each record what all of them say that name it', () => {
    always([claims, by, cuts], (all, ids, at) => {
      const said = saidIn(writing, PROMPTS[ids], written(writing, all, PROMPTS[ids]), at, 'end');
      said.forEach((value, position) => {
        const own = new Set(all.filter((one) => one.position === position).map(({ says }) => says));
        const [only] = own;
        if (own.size === 0) expect(value).toBe('record_missing');
        else expect(value).toBe(own.size > 1 ? 'ambiguous_index' : answer(only!, position));
      });
    });
  });

  test('give each record what the first of them says, where they leave as they close', () => {
    always([claims, cuts], (all, at) => {
      const said = saidIn(writing, PROMPTS.nonce, written(writing, all, PROMPTS.nonce), at, 'early');
      said.forEach((value, position) => {
        const first = all.find((one) => one.position === position);
        const others = all.filter((one) => one.position === position && one.says !== first?.says);
        // What is only read at the end has no first.
        const isEarly = others.length === 0 || value !== 'ambiguous_index';
        if (first === undefined) expect(value).toBe('record_missing');
        else if (isEarly) expect(value).toBe(answer(first.says, position));
      });
    });
  });

  test('never give a record what a decoy in words around the answer says', () => {
    const isFirst = fc.boolean();
    // What a pattern matches is an entry, wherever it stands; and the format of the docs knows no payloads.
    const parts = !/pattern|docs/.test(writing.name);
    always([claims, isFirst, by, cuts], (decoy, first, ids, at) => {
      const prompt = PROMPTS[ids];
      const all = PROMPTS.index.records.map(({ position }): Claim => ({ position, says: 'answer' }));
      const [example, real] = [
        `For example\n${written(writing, decoy, prompt)}\nwould do.\n`,
        written(writing, all, prompt),
      ];
      const text = first ? `${example}So:\n${real}` : `${real}\n${example}`;
      saidIn(writing, prompt, text, at, 'end').forEach((value, position) => {
        const denied = decoy.some((one) => one.position !== null && one.says === 'other');
        if (parts) expect(value).toBe(denied ? 'ambiguous_index' : answer('answer', position));
        else expect(['ambiguous_index', answer('answer', position)]).toContain(value);
      });
    });
  });
});
