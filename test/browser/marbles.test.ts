import { expect, test } from 'vitest';
import { eachPageSuite, eachSuite } from '../../marbles/all.js';
import { withBrowser } from './open.js';

const open = withBrowser();

test('marbles hold in a page with a strict policy, as many as in Node', async () => {
  const page = await open();
  const counts = eachPageSuite(({ specs, refused }) => specs.length + refused.length);

  const { held, failed } = await page.run('playMarbles');

  expect(failed).toEqual([]);
  expect(held).toHaveLength(counts.reduce((sum, count) => sum + count));
  expect(await page.faults()).toEqual([]);
  await page.close();
});

test('only operators that submit jobs are not among them', () => {
  const inPages = eachPageSuite(({ operator }) => operator);
  const others = eachSuite(({ operator }) => operator).filter((name) => !inPages.includes(name));

  expect(others).toEqual(['submitBatchJob', 'mlPredictJob']);
});
