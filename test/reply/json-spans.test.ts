import { describe, expect, test } from 'vitest';
import { jsonRepair } from '../../src/reply/json-repair.js';
import { documentSpans } from '../../src/reply/json-spans.js';
import { Prose } from '../../src/reply/prose.js';

/** The documents that stand in a text. */
function documentsIn(text: string): readonly string[] {
  return [...documentSpans(text, new Prose())].map(({ start, end }) => text.slice(start, end));
}

describe('a document is one', () => {
  test.each([
    ['{}'],
    ['[{"a": [1]}]'],
    ['{"a": "}"}'],
    [`{"a": 'x}'}`],
    [`{"a":\n\t'x}'}`],
    [`{ 'a}': 'b' }`],
    [`{'a': 'b' , 'c': '}'}`],
    [`{'a': 'b's } c'}`],
    [`['b\\', } c']`],
    [`{“a”: “}”, ‘b’: ‘}’}`],
    [`{a: it's}`],
    [`{a: 5', b: 6"}`],
    ['{"a": 1 /* } */, "b": 2}'],
    ['{"a": 1 /*/ } */}'],
    ['{"a": 1 // }\n}'],
    ['{"a": 1 // it\'s } */\n}'],
  ])('%s', (text) => {
    expect(documentsIn(text)).toEqual([text]);
    expect(documentsIn(`So: ${text} and ${text}.`)).toEqual([text, text]);
  });
});

describe('a document that does not close is none', () => {
  test.each([['{'], ['[}'], ['{"a": "}'], ['{"a": 1 // }'], ['{"a": 1 /* }'], ['{"a": [1}'], ["['a'"], ["['a"]])(
    '%s',
    (text) => {
      expect(documentsIn(text)).toEqual([]);
    },
  );
});

test('a thought has no documents', () => {
  expect(documentsIn('<think>{"a": [1]}</think>{"b": 2} <think>{"c": 3}')).toEqual(['{"b": 2}']);
});

describe('a repair', () => {
  test.each<[string, unknown]>([
    [String.raw`{'a': 'x\u0041\n'}`, { a: 'xA\n' }],
    [String.raw`{'a': 'b\tc\rd\be\f'}`, { a: 'b\tc\rd\be\f' }],
    [String.raw`{'a': 'it\'s'}`, { a: "it's" }],
    [String.raw`{'a': 'b\\c\/d'}`, { a: String.raw`b\c/d` }],
    [`{'a': None, 'b': True, 'c': False}`, { a: null, b: true, c: false }],
  ])('says what an escape stands for: %s', (text, value) => {
    expect(jsonRepair.parse(text)).toEqual(value);
  });

  test('says the same, or is refused', () => {
    expect(() => jsonRepair.parse(`{'a': 'b`)).toThrow(new Error('the repaired text says something else'));
  });

  test('is not of more than 100,000 characters', () => {
    const text = (length: number): string => `{'a': '${'x'.repeat(length - 9)}'}`;
    expect(text(50)).toHaveLength(50);
    expect(jsonRepair.parse(text(100_000))).toHaveProperty('a');
    expect(() => jsonRepair.parse(text(100_001))).toThrow(SyntaxError);
  });
});
