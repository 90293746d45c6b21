import fc from 'fast-check';
import { concat, EMPTY, from, of, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Failure, Outcome } from '../../src/types/outcome.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { FinishReason, ReplyChunk } from '../../src/types/reply.js';
import { scaled } from '../scale.js';
import { cut, cuts, type Cuts } from './pieces.js';
import {
  answer,
  type Asked,
  ending,
  type Entry,
  entry,
  form,
  type Layout,
  layOut,
  opening,
  positionIn,
  promptOf,
  prose,
  read,
  valueOf,
  writeEntry,
} from './replies.js';
import { always } from './runs.js';

const COUNT = 4;
const PROMPTS = { index: promptOf(COUNT, 'index'), nonce: promptOf(COUNT, 'nonce') };
const BROKEN: Failure = { code: 'connection_error', message: 'the answer broke off' };
const OPERATOR_ERROR = new Error('the source broke');

/** How the reply ends: as the model said, by an error, or without an end. */
type End = FinishReason | 'error chunk' | 'no last chunk' | 'source error';
const finishes = fc.constantFrom<FinishReason[]>('stop', 'unknown', 'length', 'content_filter', 'refusal');
const ends = fc.oneof(finishes, fc.constantFrom<End[]>('error chunk', 'no last chunk', 'source error'));

const MISSING: Readonly<Record<End, readonly string[]>> = {
  stop: ['record_missing', 'reply_unreadable'],
  unknown: ['record_missing', 'reply_unreadable'],
  length: ['length_stop'],
  content_filter: ['content_filter'],
  refusal: ['refusal'],
  'error chunk': ['connection_error'],
  'no last chunk': ['reply_unfinished'],
  'source error': ['reply_unfinished'],
};

interface Reading {
  readonly at: Cuts;
  readonly end: End;
  readonly enforced?: boolean;
  readonly release?: 'auto' | 'early' | 'end';
  readonly positional?: boolean;
}

/** Gives a reply in pieces; the outcomes are one for each record, in whatever order. */
function outcomesOf(prompt: BatchPrompt<Asked>, text: string, { at, end, enforced = false, ...options }: Reading) {
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
function said(outcome: Outcome<Asked, unknown>): unknown {
  return outcome.error === null ? outcome.value : outcome.error.code;
}

/** Entries by the record that they name. */
function naming(entries: readonly Entry[], position: number): readonly Entry[] {
  return entries.filter((one) => one.position === position && one.naming !== 'unnamed');
}

/** Where entries are documents of their own, a list in front of the index, or without one, would be taken for the reply's list. */
function unmistakable(one: Entry, shape: Layout['form']): Entry {
  if (shape !== 'lines' && shape !== 'commas') return one;
  return { ...one, valueFirst: one.valueFirst && !one.trap, trap: one.trap && one.naming !== 'unnamed' };
}

function isLoud(value: unknown): boolean {
  return value !== undefined && value !== null;
}

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

function plain(position: number, says: Entry['says'] = 'answer'): Entry {
  return { position, says, naming: 'exact', valueFirst: false, trap: false };
}

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

describe('a reply that is cut off or has decoys', () => {
  const how = fc.record({ enforced: fc.boolean(), release: fc.constantFrom('auto', 'end', 'early'), by: ids });

  test('gives a record its own value or none, wherever it ends', () => {
    const end = fc.nat(9_999);
    always(
      [entries, how, form, fc.oneof(opening, prose), end, ends, cuts],
      (all, { by, ...reading }, shape, before, stop, end, at) => {
        const written = all.map((one) => ({ ...unmistakable(one, shape), valueFirst: false }));
        const text = layOut(
          written.map((one) => writeEntry(one, PROMPTS[by].ids)),
          { form: shape, before, after: '' },
        );
        const outcomes = outcomesOf(PROMPTS[by], text.slice(0, stop % (text.length + 1)), { at, end, ...reading });
        for (const { index, value, error } of outcomes) {
          const claims = naming(written, index).map((one) => JSON.stringify(valueOf(one)));
          if (error === null) expect(claims).toContain(JSON.stringify(value));
        }
      },
    );
  });

  test('never chooses between the answer and a decoy that differs', () => {
    const decoys = fc.uniqueArray(fc.nat(COUNT - 1), { minLength: 1, maxLength: 2 });
    always([decoys, fc.boolean(), form, ids, finishes, cuts], (positions, isFirst, shape, by, end, at) => {
      const { ids: names } = PROMPTS[by];
      const decoy = `For example [${positions.map((one) => writeEntry(plain(one, 'other'), names)).join()}] would do.`;
      const real = layOut(
        names.map((_, position) => writeEntry(plain(position), names)),
        { form: shape, before: 'The answer: ', after: '\n' },
      );
      const outcomes = outcomesOf(PROMPTS[by], isFirst ? decoy + real : real + decoy, { at, end });
      outcomes.forEach((outcome, position) => {
        expect(said(outcome)).toBe(positions.includes(position) ? 'ambiguous_index' : answer('answer', position));
      });
    });
  });

  test('takes no example for the answer of a record, wherever the answer is cut off', () => {
    const examples = fc.uniqueArray(fc.nat(COUNT - 1), { minLength: 1, maxLength: COUNT - 1 });
    const end = fc.constantFrom<End[]>('length', 'content_filter', 'error chunk', 'no last chunk', 'source error');
    always([examples, form, ids, fc.nat(999), end, cuts], (positions, shape, by, stop, how, at) => {
      const { ids: names } = PROMPTS[by];
      const example = `As in [${positions.map((one) => writeEntry(plain(one, 'other'), names)).join()}]`;
      const real = layOut(
        names.map((_, position) => writeEntry(plain(position), names)),
        { form: shape, before: ', it is: ', after: '' },
      );
      const cutAt = example.length + 4 + (stop % (real.length - 4));
      for (const outcome of outcomesOf(PROMPTS[by], (example + real).slice(0, cutAt), { at, end: how }))
        if (outcome.error === null) expect(outcome.value).toBe(answer('answer', outcome.index));
    });
  });

  test('takes no example for an answer that it cannot read', () => {
    const dialect = fc.constantFrom<((text: string) => string)[]>(
      (text) => text.replaceAll('"', "'"),
      (text) => text.replaceAll(/"(\w+)":/g, '$1:'),
      (text) => text.replaceAll('"value": "', '"value": "\n'),
      (text) => text.slice(0, -20),
    );
    const examples = fc.uniqueArray(fc.nat(COUNT - 1), { minLength: 1, maxLength: COUNT - 1 });
    always([examples, fc.boolean(), form, ids, dialect, cuts], (positions, isFirst, shape, by, misspell, at) => {
      const { ids: names } = PROMPTS[by];
      const example = `As in [${positions.map((one) => writeEntry(plain(one, 'other'), names)).join()}] or so.`;
      const real = layOut(
        names.map((_, position) => writeEntry(plain(position), names)),
        { form: shape, before: '', after: '' },
      );
      const text = isFirst ? `${example} It is: ${misspell(real)}` : `It is: ${misspell(real)} ${example}`;
      for (const outcome of outcomesOf(PROMPTS[by], text, { at, end: 'stop' }))
        if (outcome.error === null) expect(outcome.value).toBe(answer('answer', outcome.index));
    });
  });

  test('passes over what the model thought, with or without a tag in front', () => {
    const opens = fc.constantFrom('', '<think>', '<thinking>', 'Hm. <think>');
    always([entries, opens, form, ids, finishes, cuts], (thought, tag, shape, by, end, at) => {
      const { ids: names } = PROMPTS[by];
      // Without a tag in front, what opens the reply is taken for the answer: so it has to be prose that opens it.
      const decoy = `${tag || 'Hm. '}[${thought.map((one) => writeEntry(one, names)).join()}] or so</think>\n`;
      const real = layOut(
        names.map((_, position) => writeEntry(plain(position), names)),
        { form: shape, before: decoy, after: '' },
      );
      const outcomes = outcomesOf(PROMPTS[by], real, { at, end });
      expect(outcomes.map(said)).toStrictEqual(names.map((_, position) => answer('answer', position)));
    });
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
