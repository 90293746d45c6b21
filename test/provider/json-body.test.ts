import { expect, test } from 'vitest';
import { arrayAt, fieldAt, numberAt, parseJson, textAt } from '../../src/provider/json-body.js';

test('parseJson gives undefined for what is no JSON', () => {
  expect(parseJson('{"a": 1}')).toEqual({ a: 1 });
  expect(parseJson('null')).toBeNull();
  expect(parseJson('{"a": ')).toBeUndefined();
});

const body = { a: { b: { text: 'deep', count: 3, list: [1] } }, none: null };

test('a path leads to what stands there', () => {
  expect(fieldAt(body, 'a', 'b', 'count')).toBe(3);
  expect(textAt(body, 'a', 'b', 'text')).toBe('deep');
  expect(numberAt(body, 'a', 'b', 'count')).toBe(3);
  expect(arrayAt(body, 'a', 'b', 'list')).toEqual([1]);
  expect(fieldAt(body)).toBe(body);
});

test.each([[['a', 'c', 'text']], [['none', 'text']], [['a', 'b', 'text', 'length']], [['a', 'b']]])(
  'a path that leads nowhere, or to something else, is empty: %j',
  (path) => {
    expect(textAt(body, ...path)).toBe('');
    expect(numberAt(body, ...path)).toBeUndefined();
    expect(arrayAt(body, ...path)).toEqual([]);
  },
);
