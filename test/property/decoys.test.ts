import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cuts } from './pieces.js';
import { COUNT, PROMPTS, type End, finishes, ends, outcomesOf, said, naming, unmistakable, plain } from './reading.js';
import { answer, entry, form, layOut, opening, prose, valueOf, writeEntry } from './replies.js';
import { always } from './runs.js';

const entries = fc.array(entry(COUNT), { maxLength: 6 });
const ids = fc.constantFrom('index', 'nonce');

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
    always([decoys, fc.boolean(), form, ids, cuts], (positions, isFirst, shape, by, at) => {
      const { ids: names } = PROMPTS[by];
      const decoy = `For example [${positions.map((one) => writeEntry(plain(one, 'other'), names)).join()}] would do.`;
      const real = layOut(
        names.map((_, position) => writeEntry(plain(position), names)),
        { form: shape, before: 'The answer: ', after: '\n' },
      );
      const outcomes = outcomesOf(PROMPTS[by], isFirst ? decoy + real : real + decoy, { at, end: 'stop' });
      // Which of the two is the answer cannot be told: for no record.
      for (const outcome of outcomes) expect(said(outcome)).toBe('ambiguous_index');
    });
  });

  test('takes one that agrees with the answer for no other answer', () => {
    const examples = fc.uniqueArray(fc.nat(COUNT - 1), { minLength: 1, maxLength: COUNT });
    always([examples, fc.boolean(), form, ids, cuts], (positions, isFirst, shape, by, at) => {
      const { ids: names } = PROMPTS[by];
      const example = `For example [${positions.map((one) => writeEntry(plain(one), names)).join()}] would do.`;
      const real = layOut(
        names.map((_, position) => writeEntry(plain(position), names)),
        { form: shape, before: 'The answer: ', after: '\n' },
      );
      const outcomes = outcomesOf(PROMPTS[by], isFirst ? example + real : real + example, { at, end: 'stop' });
      expect(outcomes.map(said)).toStrictEqual(names.map((_, position) => answer('answer', position)));
    });
  });

  test('takes nothing of an example that names more than the answer does', () => {
    const some = fc.uniqueArray(fc.nat(COUNT - 1), { minLength: 1, maxLength: COUNT - 1 });
    const wrap = fc.constantFrom(
      (example: string, real: string) => `As in [${example}], it is: [${real}]`,
      (example: string, real: string) => `[${real}] As in: [${example}]`,
      (example: string, real: string) => `{"examples": [${example}], "results": [${real}]}`,
    );
    const examples = fc.uniqueArray(fc.nat(COUNT - 1), { minLength: 1, maxLength: COUNT });
    always([some, examples, wrap, ids, cuts], (positions, shown, write, by, at) => {
      const { ids: names } = PROMPTS[by];
      const example = shown.map((one) => writeEntry(plain(one, 'other'), names)).join();
      const real = positions.map((one) => writeEntry(plain(one), names)).join();
      for (const outcome of outcomesOf(PROMPTS[by], write(example, real), { at, end: 'stop', release: 'end' }))
        expect(['ambiguous_index', 'record_missing']).toContain(said(outcome));
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
