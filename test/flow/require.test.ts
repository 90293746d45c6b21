import { expect, test } from 'vitest';
import { MAX_DELAY_MS, requireAtLeast, requireDelay } from '../../src/flow/require.js';

test('what only looks like a number is none', () => {
  expect(() => requireAtLeast('share', '5' as unknown as number, 1)).toThrow(
    new RangeError('share must be a number from 1; got 5'),
  );
});

test('the longest delay of a timer is one, and what is longer is none, unless it is for ever', () => {
  const longest = 2_147_483_647;
  expect(MAX_DELAY_MS).toBe(longest);
  for (const allowed of [1, longest, Infinity]) expect(() => requireDelay('waitMs', allowed, 1)).not.toThrow();
  expect(() => requireDelay('waitMs', longest + 1, 1)).toThrow(
    new RangeError(`waitMs must be at most ${longest} (ms), or Infinity; got ${longest + 1}`),
  );
});
