import { describe, expect, test } from 'vitest';
import { RateLimits } from '../../src/testing/rate-limit.js';
import { durationText } from '../../src/testing/wire/openai-headers.js';

/** Limits on a clock that only the test moves. */
function limitsAt(limits: { requests: number; tokens: number }) {
  const clock = { ms: 1000 };
  return { clock, limits: new RateLimits(limits, () => clock.ms) };
}

describe('rate limits', () => {
  test('let a minute’s worth pass at once, and the next when it has come in', () => {
    const { clock, limits } = limitsAt({ requests: 60, tokens: 1e9 });
    for (let n = 0; n < 60; n++) expect(limits.take(10)).toBeNull();

    expect(limits.take(10)).toEqual({ kind: 'requests', limit: 60, retryAfterMs: 1000 });
    clock.ms += 999;
    expect(limits.take(10)).toMatchObject({ retryAfterMs: expect.closeTo(1, 6) as number });
    clock.ms += 1.001;
    expect(limits.take(10)).toBeNull();
    expect(limits.take(10)).not.toBeNull();
  });

  test('hold back by tokens, and take nothing for what they hold back', () => {
    const { clock, limits } = limitsAt({ requests: 100, tokens: 600 });
    expect(limits.take(500)).toBeNull();

    expect(limits.take(200)).toEqual({ kind: 'tokens', limit: 600, retryAfterMs: 10_000 });
    expect(limits.take(100)).toBeNull();
    expect(limits.states()).toEqual({
      requests: { limit: 100, remaining: 98, resetMs: 1200 },
      tokens: { limit: 600, remaining: 0, resetMs: 60_000 },
    });
    clock.ms += 30_000;
    expect(limits.states()).toMatchObject({ tokens: { remaining: 300, resetMs: 30_000 } });
  });

  test('never hold more than a minute’s worth', () => {
    const { clock, limits } = limitsAt({ requests: 2, tokens: 10 });

    clock.ms += 3_600_000;

    expect([1, 2, 3].map(() => limits.take(1) === null)).toEqual([true, true, false]);
  });

  test('write times as OpenAI does', () => {
    expect([0, 0.2, 120, 999.5, 8640, 60_000, 361_500].map(durationText)).toEqual([
      '0s',
      '1ms',
      '120ms',
      '1s',
      '8.64s',
      '1m0s',
      '6m1.5s',
    ]);
  });
});
