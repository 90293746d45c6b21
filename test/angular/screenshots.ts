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
const MAX_BYTES = 120_000;

const viewport = { width: 1000, height: 800 };
const phone = { viewport: { width: 390, height: 760 }, isMobile: true };

const finish = async (page: ReviewsPage): Promise<void> => {
  await page.upload('reviews.jsonl', reviews);
  await page.ended('Finished.');
};

/** Until only the first reply is left, which has stopped in its middle. */
const stream = async (page: ReviewsPage): Promise<void> => {
  await page.upload('reviews.jsonl', reviews);
  await page.page.getByText(/^1\d waiting/).waitFor();
};

const stalls: OpenOptions['fault'] = ({ number }) => (number === 1 ? { kind: 'stall', characters: 130 } : undefined);

/** A model that cannot make up its mind about two reviews. */
const undecided = (text: string): string => ([texts[1], texts[3]].includes(text) ? 'mixed' : lexiconSentiment(text));

const pictures: readonly (readonly [name: string, options: OpenOptions, (page: ReviewsPage) => Promise<void>])[] = [
  ['empty', {}, (page) => page.button('Start the ticker').waitFor()],
  ['streaming', { timeScale: 1, fault: stalls }, stream],
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
