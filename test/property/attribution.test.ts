import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaled } from '../scale.js';
import { cuts } from './pieces.js';
import {
  COUNT,
  PROMPTS,
  finishes,
  ends,
  MISSING,
  type Reading,
  outcomesOf,
  said,
  naming,
  unmistakable,
  isLoud,
  plain,
} from './reading.js';
import {
  answer,
  ending,
  type Entry,
  entry,
  form,
  layOut,
  opening,
  promptOf,
  prose,
  valueOf,
  writeEntry,
} from './replies.js';
import { always } from './runs.js';

const entries = fc.array(entry(COUNT), { maxLength: 6 });
const ids = fc.constantFrom('index', 'nonce');

describe('a reply read at its end', () => {
  test('gives each record what all entries that name it say', () => {
    const release = fc.constantFrom('end', 'auto');
    const begin = fc.oneof(opening, prose);
    always(
      [entries, ids, form, begin, ending, release, ends, cuts],
      (all, by, shape, start, after, when, end, at) => {
        const written = all.map((one) => unmistakable(one, shape));
        // With nonces, only a payload that does not open the reply is read at its end.
        const readAtEnd = by === 'index' || when === 'end';
        const before = readAtEnd ? start : `Here: ${start}`;
        const text = layOut(
          written.map((one) => writeEntry(one, PROMPTS[by].ids)),
          { form: shape, before, after },
        );
        const outcomes = outcomesOf(PROMPTS[by], text, { at, end, release: when });
        outcomes.forEach((outcome, position) => {
          const claims = naming(written, position).map((one) => JSON.stringify(valueOf(one)));
          // What is cut off after some more words may have been the answer, and this an example.
          const mayBeExample = end !== 'stop' && /[a-z]/.test(after) && !/^\s*$|^\uFEFF$|^```/.test(before);
          if (mayBeExample && MISSING[end].includes(String(said(outcome)))) return;
          if (claims.length === 0) expect(MISSING[end]).toContain(said(outcome));
          else if (new Set(claims).size > 1) expect(said(outcome)).toBe('ambiguous_index');
          else {
            const value = valueOf(naming(written, position)[0]!);
            expect(said(outcome)).toStrictEqual(isLoud(value) ? value : 'value_missing');
          }
        });
      },
      scaled(20_000, 1_000_000),
    );
  }, 3_600_000);

  test('shifts indices that are exactly 0 to n-1, and takes no others that begin with 0', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: COUNT - 1 }), { maxLength: COUNT - 1 });
    const missing = fc.oneof(fc.constant(0), fc.nat(200));
    always(
      [some, form, fc.oneof(opening, prose), missing, finishes, cuts],
      (others, shape, before, cutOff, end, at) => {
        const zeroBased = [0, ...others].map((position) => writeEntry(plain(position), PROMPTS.index.ids, 0));
        const text = layOut(zeroBased, { form: shape, before, after: '' });
        const outcomes = outcomesOf(PROMPTS.index, text.slice(0, Math.max(0, text.length - cutOff)), { at, end });
        const taken = outcomes.filter(({ error }) => error === null).length;
        if (others.length < COUNT - 1 || cutOff > 30) expect(taken).toBe(0);
        else if (cutOff === 0) expect(taken).toBe(COUNT);
        else expect([0, COUNT]).toContain(taken);
      },
    );
  });

  test('takes entries without any index in order only if that was asked for, and there is one for each record', () => {
    const said = fc.array(fc.constantFrom('answer', 'other'), { maxLength: COUNT + 2 });
    always([said, form, opening, fc.boolean(), cuts], (values, shape, before, positional, at) => {
      const objects = values.map((value, position) => `{"value": "${answer(value, position)}"}`);
      const text = layOut(objects, { form: shape, before, after: '' });
      const outcomes = outcomesOf(PROMPTS.index, text, { at, end: 'stop', positional });
      const expected = positional && values.length === COUNT ? values.map((value, at) => answer(value, at)) : [];
      expect(outcomes.flatMap(({ value, error }) => (error === null ? [value] : []))).toStrictEqual(expected);
    });
  });
});

/** An entry that names none of the records. */
function isStranger(one: Entry): boolean {
  return PROMPTS.index.records.every((_, position) => naming([one], position).length === 0);
}

describe('a reply read as its entries close', () => {
  test('gives each record what the first entry that names it says', () => {
    const early = fc.constantFrom<(Omit<Reading, 'at' | 'end'> & { by: 'index' | 'nonce' })[]>(
      { by: 'nonce' },
      { by: 'index', enforced: true },
      { by: 'nonce', release: 'early' },
      { by: 'index', release: 'early' },
    );
    always(
      [entries, early, form, opening, ending, ends, cuts],
      (all, { by, ...how }, shape, before, after, end, at) => {
        const written = all.map((one) => unmistakable(one, shape));
        const text = layOut(
          written.map((one) => writeEntry(one, PROMPTS[by].ids)),
          { form: shape, before, after },
        );
        outcomesOf(PROMPTS[by], text, { at, end, ...how }).forEach((outcome, position) => {
          // An index that names nobody is a doubt: what comes after it waits for the end, and is matched there.
          const doubt = by === 'index' ? written.findIndex((one) => isStranger(one)) : -1;
          const first = naming(doubt < 0 ? written : written.slice(0, doubt), position)[0];
          if (first !== undefined)
            expect(said(outcome)).toStrictEqual(isLoud(valueOf(first)) ? valueOf(first) : 'value_missing');
          else if (doubt < 0) expect(MISSING[end]).toContain(said(outcome));
          else if (outcome.error === null) expect(written.map(valueOf)).toContainEqual(outcome.value);
        });
      },
    );
  });
});

describe('a reply to one record', () => {
  const alone = promptOf(1, 'index');
  const wrappers = fc.constantFrom(
    ['', ''],
    ['[', ']'],
    ['{"results": [', ']}'],
    ['```json\n', '\n```'],
    ['<think>{"value": 1}</think>', ''],
  );

  test('needs no index, and may have any', () => {
    const index = fc.constantFrom('', '"index": 1, ', '"index": "7", ', '"index": null, ');
    always([wrappers, index, fc.oneof(opening, prose), finishes, cuts], ([open, close], named, before, end, at) => {
      const text = `${before}${open}{${named}"value": "${answer('answer', 0)}"}${close}`;
      expect(outcomesOf(alone, text, { at, end }).map(said)).toStrictEqual([answer('answer', 0)]);
    });
  });

  test('is none if it is cut off, and if there are two that differ', () => {
    const second = fc.constantFrom('answer', 'other', null);
    always([fc.oneof(opening, prose), second, fc.nat(200), finishes, cuts], (before, other, stop, end, at) => {
      const first = `${before}{"value": "${answer('answer', 0)}"}`;
      const text = other === null ? first.slice(0, stop) : `${first} {"value": "${answer(other, 0)}"}`;
      const isMissing = stop < first.length;
      const expected =
        other === 'other' ? ['ambiguous_index'] : other === null && isMissing ? MISSING[end] : [answer('answer', 0)];
      expect(expected).toContain(said(outcomesOf(alone, text, { at, end })[0]!));
    });
  });
});
