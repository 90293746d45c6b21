import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/types/outcome.js';
import type { RecoveryStrategy } from '../../src/types/recovery.js';
import { answerTo, type Asking, type Mood, nameOf, Run, TWISTS } from './asking.js';
import { always } from './runs.js';

const strategies = fc.constantFrom<RecoveryStrategy[]>('reask', 'bisect', 'single', 'retry', 'fail');
const failures = fc.constantFrom<Failure[]>(
  { code: 'context_length', message: 'too long', kind: 'splittable' },
  { code: 'server_error', message: 'down', kind: 'retryable' },
  { code: 'connection_error', message: 'cut', kind: 'retryable', interrupted: true },
  { code: 'bad_request', message: 'no', kind: 'final' },
  { code: 'refusal', message: 'I would rather not' },
);

/** Moods of a model, one a request, around and around. */
const moods = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }) }, failures), {
    minLength: 1,
    maxLength: 8,
  })
  .map((script): Mood => (texts, number) => {
    const mood = script[number % script.length]!;
    return 'code' in mood ? mood : texts.map((_, position) => mood[position % mood.length]!);
  });

const asking = fc.record<Asking>({
  batchSize: fc.integer({ min: 1, max: 7 }),
  strategy: strategies,
  ids: fc.constantFrom('index', 'nonce'),
  budget: fc.constantFrom(0, 0.02, 1, Infinity),
  twist: fc.constantFrom(...Object.values(TWISTS)),
});

describe('recoverFailed', () => {
  test('gives each record exactly one outcome, which is its own, whatever model and attempt do', () => {
    always([fc.nat(12), moods, asking], (count, mood, options) => {
      const { items, outcomes } = new Run(count, mood, options);
      expect(outcomes.map(({ index }) => index).sort((a, b) => a - b)).toStrictEqual([...items.keys()]);
      for (const { record, index, value, error, attempts } of outcomes) {
        expect(record).toBe(items[index]);
        if (error === null) expect(value).toBe(answerTo(record.text));
        else expect([value, error.index, error.attempts]).toStrictEqual([null, index, attempts]);
      }
    });
  });

  test('asks only for what failed, in no larger prompts, and comes to an end', () => {
    always([fc.nat(12), moods, asking], (count, mood, options) => {
      const { first, again, outcomes } = new Run(count, mood, { ...options, twist: TWISTS['does as it should']! });
      const asks = new Map<number, number[]>();
      for (const { indices } of [...first, ...again])
        for (const index of indices) asks.set(index, [...(asks.get(index) ?? []), indices.length]);
      for (const { index, attempts } of outcomes) {
        const sizes = asks.get(index)!;
        expect(attempts).toBe(sizes.length);
        expect(sizes).toStrictEqual([...sizes].sort((a, b) => b - a));
        // Together once more, in halves down to one, and alone twice.
        expect(sizes.length).toBeLessThanOrEqual(3 + Math.ceil(Math.log2(sizes[0]!)));
      }
      if (options.strategy === 'fail') expect(again).toStrictEqual([]);
    });
  });

  test('finds the records at fault with as many requests as bisecting needs, and saves all others', () => {
    const atFault = fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 3 });
    const by = fc.constantFrom<RecoveryStrategy[]>('reask', 'bisect');
    const failure = fc.constantFrom<Failure[]>(
      { code: 'input_filtered', message: 'no', kind: 'splittable' },
      { code: 'content_filter', message: 'no' },
    );
    always([fc.integer({ min: 1, max: 20 }), atFault, by, failure], (count, positions, strategy, why) => {
      const poisoned = positions.filter((position) => position < count).map(nameOf);
      const mood: Mood = (texts) => (texts.some((text) => poisoned.includes(text)) ? why : texts.map(() => true));
      const { outcomes, again } = new Run(count, mood, { batchSize: 20, strategy, budget: Infinity });
      for (const { record, error } of outcomes)
        expect(error?.code).toBe(poisoned.includes(record.text) ? why.code : undefined);
      expect(again.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count)) * poisoned.length);
    });
  });

  test('is not paid for what a provider refused: one record at fault in each batch is found within the budget', () => {
    const mood: Mood = (texts) =>
      texts.some((text) => text.endsWith('7'))
        ? { code: 'input_filtered', message: 'no', kind: 'splittable' }
        : texts.map(() => true);
    const { outcomes } = new Run(200, mood, { batchSize: 10, price: { inputPerMillion: 1, outputPerMillion: 0 } });
    expect(outcomes.filter(({ error }) => error !== null).map(({ index }) => index % 10)).toStrictEqual(
      Array(20).fill(7),
    );
  });
});
