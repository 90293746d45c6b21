import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { startBackend } from '../../examples/angular/server/backend.js';
import { PAGE } from '../../scripts/angular/application.js';
import { ROOT } from '../../scripts/pages/entries.js';
import { createStandInServer, type StandInOptions } from '../../src/testing/server.js';
import { openPage } from './chromium.js';
import { ReviewsPage } from './reviews-page.js';

/** A file, and the texts in it. */
export const reviews = readFileSync(`${ROOT}examples/data/reviews.jsonl`, 'utf8');
export const texts = reviews
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { readonly text: string }).text);

/** Of the model, and of who looks at the page. */
export interface OpenOptions extends StandInOptions {
  readonly reader?: BrowserContextOptions;
}

/** Opens the built page, with its backend and a server that stands in for the model. Its console has to stay empty. */
export async function openReviews(browser: Browser, { reader = {}, ...settings }: OpenOptions) {
  const apiKey = 'the-key-that-the-page-never-sees';
  const server = await createStandInServer({ apiKey, timeScale: 0, ...settings });
  onTestFinished(() => server.close());
  const upstream = { baseUrl: server.url, apiKey, model: 'stand-in' };
  const backend = await startBackend({ page: PAGE, upstream, port: 0 });
  onTestFinished(() => backend.close());
  const { page, said } = await openPage(browser, backend.url, reader);
  onTestFinished(async () => {
    await page.context().close();
    expect(said).toEqual([]);
  });
  return { server, url: backend.url, page, said, reviews: new ReviewsPage(page) };
}
