import { describe, expect, test } from 'vitest';
import { coreSize } from '../../bench/size.js';

describe('bench size', () => {
  test('the four core operators stay under 10 kB', async () => {
    const { value, goals } = await coreSize();

    expect(value).toBeLessThanOrEqual(10_000);
    expect(goals?.[0]).toMatchObject({ reached: true });
  });
});
