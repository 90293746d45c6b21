/** Draws the pictures of `docs/angular.md`: `npm run docs:screenshots`. Look at what has changed. */
import { mkdirSync, statSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApplication, installApplication } from '../../scripts/angular/application.js';
import { ROOT } from '../../scripts/pages/entries.js';
import { lexiconSentiment } from '../../src/testing/server.js';
import { launch } from './chromium.js';
import { openReviews, type OpenOptions, reviews, texts } from './open-reviews.js';
import type { ReviewsPage } from './reviews-page.js';

const FOLDER = `${ROOT}docs/screenshots`;
const MAX_BYTES = 100_000;

const viewport = { width: 1000, height: 760 };
const phone = { viewport: { width: 390, height: 760 }, isMobile: true };

const finish = async (page: ReviewsPage): Promise<void> => {
  await page.upload('reviews.jsonl', reviews);
  await page.ended('Finished.');
};

/** Until replies have stopped in their middle. */
const stream = async (page: ReviewsPage): Promise<void> => {
  await page.upload('reviews.jsonl', reviews);
  await page.rows.nth(1).locator('.mark').waitFor();
  await page.marked('waiting').first().waitFor();
};

const stalls: OpenOptions['fault'] = ({ number }) =>
  number > 4 ? { kind: 'stall', characters: 60 * number } : { kind: 'stall', characters: 110 };

/** A model that cannot make up its mind about two reviews. */
const undecided = (text: string): string => ([texts[1], texts[3]].includes(text) ? 'mixed' : lexiconSentiment(text));

const pictures: readonly (readonly [name: string, options: OpenOptions, (page: ReviewsPage) => Promise<void>])[] = [
  ['empty', {}, (page) => page.button('Start the ticker').waitFor()],
  ['streaming', { fault: stalls }, stream],
  ['finished', { timeScale: 1 }, finish],
  ['failed', { timeScale: 1, answer: undecided }, finish],
  ['dark', { timeScale: 1, answer: undecided, reader: { viewport, colorScheme: 'dark' } }, finish],
  ['phone', { timeScale: 1, reader: phone }, finish],
];

let browser: Browser;

beforeAll(async () => {
  await installApplication();
  await buildApplication();
  browser = await launch();
  mkdirSync(FOLDER, { recursive: true });
}, 300_000);

afterAll(() => browser.close());

it.each(pictures)('%s', async (name, options, prepare) => {
  const { page, reviews: shown } = await openReviews(browser, { reader: { viewport }, ...options });
  await prepare(shown);
  if (name === 'phone') await page.locator('app-totals-panel').evaluate((totals) => totals.scrollIntoView());
  const path = `${FOLDER}/${name}.png`;
  await page.screenshot({ path, animations: 'disabled', scale: 'css' });
  expect(statSync(path).size).toBeLessThan(MAX_BYTES);
});
