import { describe, expect, test } from 'vitest';
import { outcomeLabel, outcomeMatchers, oneOutcomeEach, summary, valuesOf } from '../../../src/testing/index.js';
import type { ErrorCode, Outcome } from '../../../src/types/outcome.js';

/** As of vitest's own, and with the equality that a framework hands in. */
const context = { equals: (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other) };

function good<T, R>(record: T, value: R): Outcome<T, R> {
  return { record, index: 0, batchId: 'b1', attempts: 1, value, error: null };
}

function bad<T>(record: T, code: ErrorCode): Outcome<T, never> {
  const place = { index: 0, batchId: 'b1', attempts: 1 };
  return { record, ...place, value: null, error: { code, message: 'that is why', ...place } };
}

describe('toBeAnsweredWith', () => {
  const matched = (received: unknown, value: unknown) => {
    const { pass, message } = outcomeMatchers.toBeAnsweredWith.call(context, received, value);
    return [pass, message()];
  };

  test('compares values as the framework does', () => {
    expect(matched(good('x', { stars: 5 }), { stars: 5 })).toEqual([
      true,
      'expected the record "x" not to be answered with {"stars":5}; it was answered with {"stars":5}',
    ]);
    expect(matched(good({ id: 7 }, 'good'), 'bad')).toEqual([
      false,
      'expected the record {"id":7} to be answered with "bad"; it was answered with "good"',
    ]);
  });

  test('does not take a failure for an answer of null', () => {
    expect(matched(bad('x', 'refusal'), null)[0]).toBe(false);
  });
});

test('toHaveFailedWith compares codes', () => {
  const matched = (received: unknown) => {
    const { pass, message } = outcomeMatchers.toHaveFailedWith.call(context, received, 'refusal');
    return [pass, message()];
  };

  expect(matched(bad('x', 'refusal'))[0]).toBe(true);
  expect(matched(bad('x', 'dropped'))).toEqual([
    false,
    'expected the record "x" to have failed with refusal; it failed with dropped: that is why',
  ]);
  expect(matched(good('x', 1))[0]).toBe(false);
});

describe('one outcome for each record', () => {
  test('is so in any order, for equal records as often as they come', () => {
    expect(oneOutcomeEach([good('y', 1), bad('x', 'dropped'), good('y', 2)], ['x', 'y', 'y'])).toEqual([]);
  });

  test('is not so where one is missing, comes twice, or is nobody’s', () => {
    expect(oneOutcomeEach([good('x', 1), good('x', 1), good('z', 1)], ['x', 'y'])).toEqual([
      'x has 2 outcomes, and should have 1',
      'y has 0 outcomes, and should have 1',
      'z has 1 outcomes, and should have 0',
    ]);
  });

  test('knows records by reference', () => {
    const record = { id: 1 };
    expect(oneOutcomeEach([good(record, 1)], [record])).toEqual([]);
    expect(oneOutcomeEach([good({ id: 1 }, 1)], [record])).toHaveLength(2);
  });

  test('has a message either way', () => {
    const matched = (outcomes: unknown) => {
      const { pass, message } = outcomeMatchers.toBeOneOutcomeEach.call(context, outcomes, ['x']);
      return [pass, message()];
    };
    expect(matched([good('x', 1)])).toEqual([true, 'expected anything but one outcome for each record']);
    expect(matched([])).toEqual([
      false,
      'expected one outcome for each record of 1:\n- x has 0 outcomes, and should have 1',
    ]);
  });
});

test.each([
  [
    () => outcomeMatchers.toBeAnsweredWith.call(context, 'good', 'good'),
    'toBeAnsweredWith looks at outcomes; got "good"',
  ],
  [() => outcomeMatchers.toHaveFailedWith.call(context, undefined, 'refusal'), 'looks at outcomes; got undefined'],
  [() => outcomeMatchers.toBeOneOutcomeEach.call(context, good('x', 1), []), 'takes a list of outcomes'],
  [() => outcomeMatchers.toBeOneOutcomeEach.call(context, [{ record: 1 }], []), 'looks at outcomes; got {"record":1}'],
])('a matcher refuses what is no outcome', (match, message) => {
  expect(match).toThrow(TypeError);
  expect(match).toThrow(message);
});

describe('labels', () => {
  test('are short, and name records as they are told', () => {
    expect(outcomeLabel()(good('x', { stars: 5 }))).toBe('x={"stars":5}');
    expect(outcomeLabel(({ id }: { id: number }) => `#${id}`)(good({ id: 7 }, 'good'))).toBe('#7=good');
    expect(summary([good({ id: 7 }, 1), bad(undefined, 'dropped')])).toBe('{"id":7}=1 undefined!dropped');
    expect(summary([good('x', 1)], () => 'it')).toBe('it=1');
  });

  test('can be made of what has no JSON', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(summary([good(circle, 1n)])).toBe('[object Object]=1');
  });
});

describe('valuesOf', () => {
  test('gives the values in order', () => {
    expect(valuesOf([good('x', 2), good('y', 1)])).toEqual([2, 1]);
  });

  test('says which records have none, and why', () => {
    expect(() => valuesOf([good('x', 2), bad('y', 'refusal')])).toThrow(
      new Error('every outcome must have a value; y: refusal, that is why'),
    );
  });
});
