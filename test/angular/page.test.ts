import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApplication, installApplication, testApplication } from '../../scripts/angular/application.js';
import { lexiconSentiment } from '../../src/testing/server.js';
import { violationsIn } from './accessibility.js';
import { launch } from './chromium.js';
import { openReviews, type OpenOptions, reviews, texts } from './open-reviews.js';
import type { SeenRow } from './reviews-page.js';

const open = (options: OpenOptions = {}) => openReviews(browser, options);

let browser: Browser;

beforeAll(async () => {
  await installApplication();
  await buildApplication();
  browser = await launch();
}, 300_000);

afterAll(() => browser.close());

const jsonl = (records: readonly string[]) => records.map((text) => JSON.stringify({ text })).join('\n');

/** The first rows as they should be. */
const rowsOf = (some: readonly string[]): readonly SeenRow[] =>
  some.map((text, position) => [String(position + 1), text, lexiconSentiment(text)]);

describe('a file', () => {
  it('in JSONL has a result in each row, by as few calls as there are batches', async () => {
    const { server, reviews: page } = await open();
    await page.upload('reviews.jsonl', reviews);
    await page.ended('Finished.');

    expect((await page.seenRows()).slice(0, 5)).toEqual(rowsOf(texts.slice(0, 5)));
    expect(await page.figure('Results')).toEqual(['240', '0 waiting, 0 failed']);
    expect(await page.figure('Calls')).toEqual(['12', 'alone 240']);
    const { inputTokens, outputTokens } = server.stats();
    expect((await page.figure('Tokens'))[0]).toBe((inputTokens + outputTokens).toLocaleString('en'));
  });

  it('in CSV does too, with quotes and line ends in its fields', async () => {
    const { reviews: page } = await open();
    await page.upload('reviews.csv', 'id,text\n1,"Great, really."\n2,"Awful.\nJust ""awful""."\n');
    await page.ended('Finished.');

    expect(await page.seenRows()).toEqual([
      ['1', 'Great, really.', 'positive'],
      ['2', 'Awful.\nJust "awful".', 'negative'],
    ]);
  });

  it('that breaks off keeps the results that it has, and says what is wrong', async () => {
    const { reviews: page } = await open();
    await page.upload('reviews.csv', 'text\nGreat.\n"Open');
    await page.ended('The run has ended.');

    expect(await page.seenRows()).toEqual([['1', 'Great.', 'positive']]);
    await page.page.getByRole('region', { name: 'Run' }).getByText('Quote Not Closed').waitFor();
  });
});

describe('while the model writes', () => {
  it('shows each row when its entry has closed, although the reply has not ended', async () => {
    // Some of the entries, and then silence.
    const { server, reviews: page } = await open({ fault: () => ({ kind: 'stall', characters: 150 }) });
    await page.upload('reviews.jsonl', jsonl(texts.slice(0, 10)));
    await page.marked('waiting').first().waitFor();
    await page.rows.nth(1).getByText(lexiconSentiment(texts[1]!), { exact: true }).waitFor();

    const rows = await page.seenRows();
    const filled = rows.filter(([, , mark]) => mark !== 'waiting').length;
    expect(filled).toBeLessThan(10);
    expect(rows.slice(0, filled)).toEqual(rowsOf(texts.slice(0, filled)));
    expect(server.requests).toMatchObject([{ endedAt: null }]);
  });

  it('aborts all that is on the wire when it is stopped, and asks again for what has no answer', async () => {
    const { server, reviews: page } = await open({ fault: () => ({ kind: 'stall', characters: 150 }) });
    await page.upload('reviews.jsonl', reviews);
    await server.whenReceived(4);
    await page.marked('positive').first().waitFor();
    await page.button('Stop').click();
    await server.whenAborted(4);
    await page.ended('Stopped.');
    expect(server.stats()).toMatchObject({ requests: 4, aborted: 4, inFlight: 0 });

    const answered = (await page.figure('Results'))[0];
    server.fault = undefined;
    await page.button(/Ask again/).click();
    await page.ended('Finished.');
    const asked = server.requests.slice(4).flatMap(({ records }) => records);
    expect(asked.length + Number(answered)).toBe(160); // the places in flight: what had been read
    expect(await page.figure('Results')).toEqual(['160', '0 waiting, 0 failed']);
  });
});

describe('a row that failed', () => {
  it('has its code and what the model wrote, and is asked again alone', async () => {
    const hard = texts[3]!;
    let isSure = false;
    const answer = (text: string) => (text === hard && !isSure ? 'mixed' : lexiconSentiment(text));
    const { server, reviews: page } = await open({ answer });
    await page.upload('reviews.jsonl', reviews);
    await page.ended('Finished.');
    await page.page.getByLabel('failed only').check();
    const [[number, text, code] = []] = await page.seenRows();
    expect([number, code]).toEqual(['4', 'schema_mismatch']);
    expect(text).toMatch(/"mixed"/);

    isSure = true;
    const before = server.requests.length;
    await page.button('Ask again for 1 failed').click();
    await page.page.getByText('No review has failed.').waitFor();
    expect(server.requests.slice(before).map(({ records }) => records.map((record) => record.text))).toEqual([[hard]]);
    await page.page.getByLabel('failed only').uncheck();
    await page.rows.nth(3).getByText(hard).waitFor();
    expect((await page.seenRows())[3]).toEqual(['4', hard, lexiconSentiment(hard)]);
  });
});

describe('many records', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => `${texts[i % texts.length]!} (${i + 1})`);

  it('are all in the table, of which only what is seen is drawn', { timeout: 120_000 }, async () => {
    const { reviews: page } = await open({ deltaCharacters: 1000 });
    await page.set('Reviews a call', 50);
    await page.upload('reviews.jsonl', jsonl(many));
    await page.ended('Finished.');
    expect(await page.figure('Results')).toEqual(['10,000', '0 waiting, 0 failed']);
    expect(await page.page.getByRole('table').getAttribute('aria-rowcount')).toBe('10001');

    await page.page.getByRole('rowgroup', { name: 'Rows' }).focus();
    await page.page.keyboard.press('End');
    await page.page.getByRole('row', { name: '(10000)' }).waitFor();
    const last = (await page.seenRows()).at(-1);
    expect(last).toEqual(['10000', many.at(-1), lexiconSentiment(many.at(-1)!)]);
    expect(await page.rows.count()).toBeLessThan(50);
  });

  it('are read from their file only as fast as results leave', async () => {
    let isHeld = true;
    const { server, reviews: page } = await open({ fault: () => (isHeld ? { kind: 'hang' } : undefined) });
    const file = jsonl(many);
    await page.upload('reviews.jsonl', file);
    await server.whenReceived(4);
    // A batch on the wire for each of the four permits, and as many that wait: 15 KB of text.
    await page.page.getByText('160 waiting').waitFor();
    const held = await page.bytesRead();
    // Streams hold a piece of 64 KiB each.
    expect(held).toBeLessThan(5 * 64 * 1024);

    await page.button('Stop').click();
    await page.ended('Stopped.');
    expect(await page.bytesRead()).toBe(held);
    isHeld = false;
    const short = jsonl(many.slice(0, 1000));
    await page.upload('reviews.jsonl', short);
    await page.ended('Finished.');
    expect(await page.bytesRead()).toBe(held + Buffer.byteLength(short));
  });
});

describe('the ticker', () => {
  it('goes on until it is stopped, by the keyboard alone', async () => {
    const { reviews: page } = await open();
    const { keyboard } = page.page;
    await page.set('Reviews a call', 3);
    await page.page.getByLabel('Drop a CSV or JSONL file').focus();
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await page.marked('positive').nth(1).waitFor();
    for (const key of ['Tab', 'Tab', 'Tab', 'Tab', 'Space']) await keyboard.press(key);
    await page.ended('Stopped.');
    expect((await page.seenRows())[0]?.[2]).toBe('positive');
  });
});

describe('the policy', () => {
  it('is strict, and forbids what it should', async () => {
    const { page, url } = await open();
    const policy = (await fetch(url)).headers.get('content-security-policy');
    expect(policy?.split('; ')).toEqual(
      expect.arrayContaining([
        `default-src 'self'`,
        `script-src 'self'`,
        `object-src 'none'`,
        `base-uri 'none'`,
        expect.stringMatching(/^style-src 'self' 'nonce-[\w+/=]{24}'$/),
      ]),
    );
    const nonces = await page.locator('style').evaluateAll((styles) => styles.map(({ nonce }) => nonce));
    expect(nonces.length).toBeGreaterThan(3);
    expect(policy).not.toContain(nonces[0]); // each answer has its own
    expect(new Set(nonces).size).toBe(1);
  });

  it('is told of by the console where something breaks it', async () => {
    const { page, said } = await open();
    await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
    await expect.poll(() => said.join('\n')).toContain(`violates the following Content Security Policy directive`);
    said.length = 0;
  });
});

describe('who reads it otherwise', () => {
  const readers: readonly (readonly [string, BrowserContextOptions])[] = [
    ['in the light', { colorScheme: 'light' }],
    ['in the dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ];

  it.each(readers)('%s: axe finds nothing serious, and nothing is wider than the page', async (_, options) => {
    const { page, reviews: shown } = await open({
      reader: options,
      answer: (text) => (text === texts[2] ? 'mixed' : lexiconSentiment(text)),
    });
    expect(await violationsIn(page)).toEqual([]);
    await shown.upload('reviews.jsonl', reviews);
    await shown.ended('Finished.');
    expect(await violationsIn(page)).toEqual([]);
    const [width, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(width).toBe(room);
  });

  it('hears how a run has ended, and whoever sees does not read it twice', async () => {
    const { page, reviews: shown } = await open();
    await shown.upload('reviews.jsonl', reviews);
    const said = page.locator('[aria-live]', { hasText: 'Finished.' });
    await said.waitFor({ state: 'attached' });
    const { width, height } = (await said.boundingBox())!;
    expect([width, height]).toEqual([1, 1]);
  });

  it('sees a dark page in the dark', async () => {
    const { page } = await open({ reader: { colorScheme: 'dark' } });
    const [red = 255] = await page.evaluate(() =>
      getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number),
    );
    expect(red).toBeLessThan(40);
  });
});

it('has tests of its own, in its own test runner', { timeout: 120_000 }, async () => {
  expect(await testApplication()).toMatch(/Tests\s+9 passed/);
});
