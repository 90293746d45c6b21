import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ParseIndexedOptions } from '../../operators/parseIndexed.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { FinishReason, ReplyChunk } from '../../src/types/reply.js';
import { cut, cuts, type Cuts } from './pieces.js';
import { answer, type Asked, opening, promptOf, read } from './replies.js';
import { scaled } from '../scale.js';
import { always } from './runs.js';
import { hostileValue, type Said, type Writing, WRITINGS } from './written-replies.js';

const PROMPTS = [1, 2, 3].flatMap((count) => [promptOf(count, 'index'), promptOf(count, 'nonce')]);
const prompts = fc.constantFrom(...PROMPTS);
const release = fc.constantFrom<('auto' | 'early' | 'end')[]>('auto', 'early', 'end');
const prose = fc.constantFrom('Here you are:\n', 'It is done.\n', '<think>\n[a] 1 <b 2|\n</think>\n');

type End = FinishReason | 'broken';

function chunks(prompt: BatchPrompt<Asked>, text: string, at: Cuts, end: End): ReplyChunk<Asked>[] {
  const pieces = cut(text, at).map((piece): ReplyChunk<Asked> => ({ prompt, done: false, text: piece }));
  const last: ReplyChunk<Asked> =
    end === 'broken'
      ? { prompt, done: true, error: { code: 'connection_error', message: 'broken' } }
      : { prompt, done: true, text: '', finish: end, usage: null, error: null };
  return [...pieces, last];
}

/** What a model says of each record of a prompt. */
function saidOf({ ids }: BatchPrompt<Asked>, valueOf: (position: number) => string): Said[] {
  return ids.map((id, position) => ({ id: ids.length === 1 ? null : id, value: valueOf(position) }));
}

function outcomesOf(all: ReplyChunk<Asked>[], options: ParseIndexedOptions<unknown>) {
  const { outcomes, error } = read(from(all), options);
  expect(error).toBeUndefined();
  return [...outcomes].sort((one, other) => one.index - other.index);
}

/** For each form of a reply, of which there are many. */
const RUNS = scaled(3000, 100_000);

describe.each(WRITINGS)('a reply in $name', ({ format, write, carries }: Writing) => {
  const value = hostileValue.filter(carries);

  test('gives back exactly the values that a model writes, whatever they are', () => {
    const values = fc.tuple(value, value, value);
    always(
      [prompts, values, release, cuts],
      (prompt, all, when, at) => {
        const text = write(saidOf(prompt, (position) => all[position]!));
        const outcomes = outcomesOf(chunks(prompt, text, at, 'stop'), { format, release: when });
        expect(outcomes.map(({ value: given }) => given)).toStrictEqual(all.slice(0, prompt.ids.length));
      },
      RUNS,
    );
  });

  test('gives the same outcomes however it is cut into pieces, whatever it is', () => {
    const stop = fc.oneof(fc.constant(9_999), fc.nat(200));
    const ends = fc.constantFrom<End[]>('stop', 'length', 'unknown', 'broken');
    const around = fc.tuple(
      fc.oneof(opening, prose),
      fc.constantFrom('', '\n```', '\nDone.', '\nEach <value> is my own.'),
    );
    always(
      [prompts, fc.tuple(value, value, value), around, stop, ends, release, cuts, cuts],
      (prompt, all, [before, after], length, end, when, one, other) => {
        const text = (before + write(saidOf(prompt, (position) => all[position]!)) + after).slice(0, length);
        const [first, second] = [one, other].map((at) =>
          read(from(chunks(prompt, text, at, end)), { format, release: when }),
        );
        expect(second).toStrictEqual(first);
      },
      RUNS,
    );
  });

  test('gives a record its own value or none, wherever it ends', () => {
    const ends = fc.constantFrom<End[]>('length', 'unknown', 'broken', 'content_filter');
    always(
      [prompts, fc.oneof(opening, prose), fc.nat(9_999), ends, release, cuts],
      (prompt, before, stop, end, when, at) => {
        const text = before + write(saidOf(prompt, (position) => answer('answer', position)));
        const outcomes = outcomesOf(chunks(prompt, text.slice(0, stop % (text.length + 1)), at, end), {
          format,
          release: when,
        });
        for (const { index, value: given, error } of outcomes)
          if (error === null) expect(given).toBe(answer('answer', index));
      },
      RUNS,
    );
  });

  test('is told from prose and thoughts around it', () => {
    const after = fc.constantFrom('', '\n```', '\n\nDone, as you asked.');
    always(
      [prompts, fc.oneof(opening, prose), after, cuts],
      (prompt, before, end, at) => {
        const text = before + write(saidOf(prompt, (position) => answer('answer', position))) + end;
        const outcomes = outcomesOf(chunks(prompt, text, at, 'stop'), { format });
        expect(outcomes.map(({ value: given }) => given)).toStrictEqual(
          prompt.ids.map((_, position) => answer('answer', position)),
        );
      },
      RUNS,
    );
  });

  test('gives no value if it is none', () => {
    const garbage = fc.array(fc.oneof(hostileValue, fc.constantFrom('positive', ' ', '.', '1.', '- ')), {
      maxLength: 8,
    });
    always(
      [prompts, garbage, cuts],
      (prompt, parts, at) => {
        const text = parts.join('').replace(/[\d|[{<]/g, '');
        for (const { error } of outcomesOf(chunks(prompt, text, at, 'stop'), { format })) expect(error).not.toBeNull();
      },
      RUNS,
    );
  });
});
