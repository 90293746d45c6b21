import { expect, test } from 'vitest';
import { makeNonces } from '../../src/prompt/nonce.js';

test.each([() => NaN, () => 0, () => 0.999_999_999, () => undefined as never])(
  'nonces are different, and as many as asked for, whatever the source of randomness gives',
  (random) => {
    const nonces = makeNonces(500, random);

    expect(new Set(nonces).size).toBe(500);
    for (const nonce of nonces) expect(nonce).toMatch(/^[a-v][0-9a-v]{5}$/);
  },
);
