import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecoveryStrategy } from '../../src/types/recovery.js';
import { runsOf } from '../scale.js';
import { type Mood, Run } from './asking.js';

/** Input is all that costs, so that it can be counted to the character. */
const INPUT_ONLY = { inputPerMillion: 1, outputPerMillion: 0 };
/** Asking again may always cost as much as this many records alone. */
const FLOOR = 50;
const RUBRIC = 'word '.repeat(400);

function pseudoRandom(seed: number): () => number {
  let state = seed + 1;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Each answer fails by itself, or all of a reply together, by a chance that depends on how many are asked for. */
function moody(chance: (records: number) => number, seed: number, together: boolean): Mood {
  const random = pseudoRandom(seed);
  return (texts) => {
    const common = random();
    return texts.map(() => (together ? common : random()) >= chance(texts.length));
  };
}

const linear =
  (worst: number) =>
  (records: number): number =>
    (worst * (records - 1)) / 19;

describe('a run with recovery', () => {
  test('sends no more than asking for each record alone would, however answers fail', () => {
    const chances = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }).map((share) => () => share),
      fc.double({ min: 0, max: 2, noNaN: true }).map(linear),
      fc.integer({ min: 1, max: 20 }).map((limit) => (records: number) => (records > limit ? 1 : 0)),
    );
    const strategies = fc.constantFrom<RecoveryStrategy[]>('reask', 'bisect', 'single', 'retry');
    const property = fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 2, max: 20 }),
      chances,
      strategies,
      fc.constantFrom('', 'Rate them.', RUBRIC),
      fc.nat(1000),
      fc.boolean(),
      (count, batchSize, chance, strategy, system, seed, together) => {
        const run = new Run(count, moody(chance, seed, together), { batchSize, strategy, system, price: INPUT_ONLY });
        const floor = run.sentFirst + (run.alone * FLOOR) / count;
        expect(run.sent).toBeLessThanOrEqual(Math.max(run.alone, floor) + run.excess + 1e-6);
      },
    );
    fc.assert(property, { numRuns: runsOf(2000) });
  });

  test.each([
    ['each by itself', false],
    ['with all of their reply', true],
  ] as const)(
    'leaves nothing out for 2/3 of what single calls send, with a long prompt, where most of 20 answers fail %s',
    (_, together) => {
      for (let seed = 0; seed < 10; seed++) {
        const run = new Run(600, moody(linear(0.7), seed, together), { batchSize: 20, system: RUBRIC });
        expect(run.outcomes.filter(({ error }) => error !== null)).toHaveLength(0);
        expect(run.sent / run.alone).toBeLessThan(2 / 3);
      }
    },
  );

  test('learns the size at which answers are usable, also where it is a cliff', () => {
    const run = new Run(
      2000,
      moody((records) => (records > 8 ? 1 : 0), 1, false),
      { batchSize: 20, system: RUBRIC },
    );
    const sizes = run.again.slice(-30).map(({ records }) => records.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8);
    expect(Math.min(...sizes)).toBeGreaterThan(4);
  });

  test('learns to ask together where batches fail as often as single records', () => {
    const run = new Run(
      2000,
      moody(() => 0.2, 1, true),
      { batchSize: 10, system: RUBRIC },
    );
    const whole = run.again.filter(({ records }) => records.length === 10).length;
    // About 40 of 200 batches fail, and most of them are asked for together again.
    expect(whole).toBeGreaterThan(20);
  });

  test('takes a run of a few records apart whatever it costs', () => {
    const run = new Run(
      5,
      moody((records) => (records > 1 ? 1 : 0), 1, false),
      { batchSize: 5, strategy: 'bisect' },
    );
    expect(run.outcomes.every(({ error }) => error === null)).toBe(true);
    expect(run.sent).toBeGreaterThan(run.alone);
  });
});
