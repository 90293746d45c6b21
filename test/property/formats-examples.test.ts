import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { FinishReason, ReplyChunk } from '../../src/types/reply.js';
import { cut, cuts, type Cuts } from './pieces.js';
import { answer, type Asked, promptOf, read } from './replies.js';
import { always } from './runs.js';
import { type Writing, WRITINGS } from './written-replies.js';

const COUNT = 3;
const prompts = fc.constantFrom(promptOf(COUNT, 'index'), promptOf(COUNT, 'nonce'), promptOf(1, 'index'));
/** Whom the example names: one, or two. */
const examples = fc.uniqueArray(fc.nat(COUNT - 1), { minLength: 1, maxLength: COUNT - 1 });

function written({ write }: Writing, { ids }: BatchPrompt<Asked>, says: string, positions: readonly number[]): string {
  const isAlone = ids.length === 1;
  const named = isAlone ? [0] : positions;
  return write(named.map((position) => ({ id: isAlone ? null : ids[position]!, value: answer(says, position) })));
}

function outcomesOf(
  { format }: Writing,
  prompt: BatchPrompt<Asked>,
  text: string,
  at: Cuts,
  finish: FinishReason | 'error',
) {
  const pieces = cut(text, at).map((piece): ReplyChunk<Asked> => ({ prompt, done: false, text: piece }));
  const last: ReplyChunk<Asked> =
    finish === 'error'
      ? { prompt, done: true, error: { code: 'connection_error', message: 'broken' } }
      : { prompt, done: true, text: '', finish, usage: null, error: null };
  const { outcomes } = read(from([...pieces, last]), { format });
  expect(outcomes).toHaveLength(prompt.ids.length);
  return outcomes;
}

/** No record may have another value than what the answer says of it. */
function expectNoExample(...reading: Parameters<typeof outcomesOf>) {
  const outcomes = outcomesOf(...reading);
  for (const { index, value, error } of outcomes) if (error === null) expect(value).toBe(answer('answer', index));
}

const ALL = Array.from({ length: COUNT }, (_, position) => position);

describe.each(WRITINGS)('a reply in $name that begins with an example', (writing) => {
  test('takes no example for the answer of a record, wherever the answer is cut off', () => {
    const finish = fc.constantFrom<(FinishReason | 'error')[]>('length', 'unknown', 'content_filter', 'error');
    always([prompts, examples, fc.nat(9_999), finish, cuts], (prompt, positions, stop, how, at) => {
      const example = `Like:\n${written(writing, prompt, 'other', positions)}\nSo`;
      const real = `:\n${written(writing, prompt, 'answer', ALL)}`;
      expectNoExample(writing, prompt, example + real.slice(0, stop % real.length), at, how);
    });
  });

  test('takes a whole answer after words, though nobody says that the reply is over', () => {
    // Documents are only repaired as a whole if the model finished the reply.
    const finishes: FinishReason[] = writing.name.includes('repaired') ? ['stop'] : ['unknown', 'length', 'stop'];
    always(
      [prompts, fc.constantFrom(...finishes), cuts],
      (prompt, finish, at) => {
        const text = `Here you are:\n${written(writing, prompt, 'answer', ALL)}`;
        const outcomes = outcomesOf(writing, prompt, text, at, finish);
        expect(outcomes.map(({ error }) => error)).toStrictEqual(prompt.ids.map(() => null));
      },
      1000,
    );
  });
});

const misspelt = WRITINGS.filter(({ misspell }) => misspell.length > 0);

describe.each(misspelt)('a reply in $name with an example', (writing) => {
  test('takes no example for an answer that it cannot read', () => {
    const misspell = fc.constantFrom(...writing.misspell);
    always([prompts, examples, misspell, fc.boolean(), cuts], (prompt, positions, spoil, isFirst, at) => {
      const example = `Like:\n${written(writing, prompt, 'other', positions)}\n`;
      const real = `So:\n${spoil(written(writing, prompt, 'answer', ALL))}\n`;
      expectNoExample(writing, prompt, isFirst ? example + real : real + example, at, 'stop');
    });
  });
});
