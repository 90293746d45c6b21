import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenPage, withBrowser } from './open.js';

const open = withBrowser();

/** 16 MB in lines of 16,000 bytes. */
const file = { records: 1000, charactersEach: 16_000, maxInFlight: 60 };
const inFlight = file.maxInFlight * file.charactersEach;

let page: OpenPage;
beforeAll(async () => {
  page = await open();
});
afterAll(() => page.close());

test('a file is read only as fast as outcomes leave: three pieces of it and what is in flight are ahead of them', async () => {
  const read = await page.run('readFile', { ...file, wanted: file.records });

  expect(read).toMatchObject({ outcomes: file.records, bytesRead: read.bytesOfFile, cancelled: false });
  // The browser's own pieces are large; a file of fewer would prove nothing.
  expect(read.bytesOfFile).toBeGreaterThan(2 * read.maxAhead);
  expect(read.maxAhead).toBeLessThanOrEqual(3 * read.largestPiece + inFlight);
  expect(await page.faults()).toEqual([]);
});

test('a file is read no further once nobody wants its outcomes', async () => {
  const read = await page.run('readFile', { ...file, wanted: 100 });

  expect(read).toMatchObject({ outcomes: 100, cancelled: true });
  expect(read.bytesRead).toBeLessThanOrEqual(100 * file.charactersEach + 3 * read.largestPiece + inFlight);
  expect(await page.faults()).toEqual([]);
});
