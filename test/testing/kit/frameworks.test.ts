import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, consumerOf, type Framework, FRAMEWORKS } from './consumer.js';

/** Two outcomes, one of them a failure, and three matchers that do not match. */
const WRONG = `
  import 'rxjs-llm/testing/vitest';
  import { expect, test } from 'vitest';
  const good = { record: 'x', index: 0, batchId: 'b1', attempts: 1, value: 'good', error: null };
  const error = { code: 'record_missing', message: 'nothing is said of it', index: 1, batchId: 'b1', attempts: 1 };
  const bad = { ...good, record: 'y', index: 1, value: null, error };
  test('right', () => expect(good).toBeAnsweredWith(expect.stringContaining('oo')));
  test('value', () => expect(bad).toBeAnsweredWith('good'));
  test('code', () => expect(good).toHaveFailedWith('refusal'));
  test('each', () => expect([good, bad]).toBeOneOutcomeEach(['x', 'z']));
  test('not', () => expect(good).not.toBeAnsweredWith('good'));
`;

describe.each(Object.keys(FRAMEWORKS) as Framework[])('the built kit, with %s', (framework) => {
  let consumer: Consumer;

  beforeAll(async () => {
    consumer = await consumerOf(framework);
  });
  afterAll(() => consumer.remove());

  test('runs the example of the docs, in virtual time', async () => {
    await consumer.add('reviews', { file: 'examples/testing/reviews.test.ts' });
    const { status, output } = await consumer.run('reviews');

    expect(output).toMatch(/Tests:? +5 passed/);
    expect(status).toBe(0);
  });

  test('fails where outcomes are not as expected, and says how they are', async () => {
    await consumer.add('wrong', { text: WRONG });
    const { status, output } = await consumer.run('wrong');

    expect(status).toBe(1);
    expect(output).toMatch(/Tests:? +4 failed/);
    expect(output).toContain(
      'expected the record "y" to be answered with "good"; it failed with record_missing: nothing is said of it',
    );
    expect(output).toContain('expected the record "x" to have failed with refusal; it was answered with "good"');
    expect(output).toMatch(
      /expected one outcome for each record of 2:\s+- z has 0 outcomes, and should have 1\s+- y has 1 outcomes, and should have 0/,
    );
    expect(output).toContain('expected the record "x" not to be answered with "good"; it was answered with "good"');
  });
});
