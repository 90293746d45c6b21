import { describe, expect, test } from 'vitest';
import { median, race } from '../../bench/race.js';

describe('race', () => {
  test('lets all run in each round, every other round in reverse, after rounds that warm up', async () => {
    const ran: string[] = [];
    const runner = (name: string) => ({ name, units: 1, run: () => ran.push(name) });

    await race([runner('a'), runner('b')], { rounds: 2, warmUps: 1 });

    expect(ran.join('')).toBe('baabba');
  });

  test('compares times for one unit', async () => {
    const spin = (): number => {
      let sum = 0;
      for (let turn = 0; turn < 1e5; turn++) sum += turn;
      return sum;
    };

    const { ratio } = await race([
      { name: 'whole', units: 1, run: spin },
      { name: 'thousand', units: 1000, run: spin },
    ]);

    // The same time for a thousand times the work: far apart on any machine.
    expect(ratio('whole', 'thousand')).toBeGreaterThan(20);
  });

  test('refuses a name that nobody has', async () => {
    const { microseconds } = await race([{ name: 'a', units: 1, run: () => undefined }]);

    expect(() => microseconds('b')).toThrow('no runner is called b');
  });
});

describe('median', () => {
  test('is the middle one, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 9, 2])).toBe(3);
  });
});
