import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/pages/entries.js';
import { FIGURE_PAGES, readResults, shown, withFigures } from '../../scripts/pages/figures.js';

const results = readResults();

describe.each(FIGURE_PAGES)('%s', (page) => {
  const text = readFileSync(ROOT + page, 'utf8');

  it('has the figures that were measured (`npm run docs:figures` writes them)', async () => {
    expect(text).toBe(await withFigures(page, text, results));
  });

  it('would have others, had others been measured', async () => {
    const others = results.map((result) => ({ ...result, value: 2 * result.value }));

    expect(await withFigures(page, text, others)).not.toBe(text);
  });

  it('cannot have figures that were not', async () => {
    const without = results.filter(({ name }) => name !== 'wall');

    await expect(withFigures(page, text, without)).rejects.toThrow('wall () was not measured');
  });

  it('has a place for them', async () => {
    await expect(withFigures(page, text.replaceAll('<!-- end of', '<!--'), results)).rejects.toThrow(page);
  });
});

it.each([
  [0.077_27, '0.0773'],
  [1.0996, '1.1'],
  [13.2491, '13.2'],
  [9131.4, '9131'],
  [0, '0'],
])('a figure of %d is shown as %s', (figure, text) => {
  expect(shown(figure)).toBe(text);
});
