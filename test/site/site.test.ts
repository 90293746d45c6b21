import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/pages/entries.js';
import { operatorNames } from '../../scripts/pages/operator.js';
import { serve } from './serve.js';
import { type Visit, visitAll } from './visit.js';

const OUT = `${ROOT}site/out`;
const run = promisify(execFile);

let site: Awaited<ReturnType<typeof serve>>;
let browser: Browser;
let context: BrowserContext;
/** All pages, by their addresses. */
let visits: ReadonlyMap<string, Visit>;

beforeAll(async () => {
  await run(process.execPath, ['--import', './scripts/ts-imports.ts', 'scripts/site.ts'], { cwd: ROOT });
  site = await serve(OUT);
  // Root may not have a sandbox, and the pages are ours.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  context = await browser.newContext();
  const pages = readdirSync(OUT, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html') && path !== '404.html')
    .map((path) => `${site.url}/${path.replace(/(^|\/)index\.html$/, '$1')}`);
  visits = await visitAll(context, pages);
}, 300_000);

afterAll(async () => {
  await browser.close();
  await site.close();
});

describe('the site', () => {
  it('has a page of each operator, with its diagrams', () => {
    const lacking = operatorNames().filter(
      (name) => (visits.get(`${site.url}/operators/${name}.html`)?.pictures ?? 0) === 0,
    );
    expect(lacking).toEqual([]);
  });

  it('opens without an error, a picture that is missing, or a request to elsewhere', () => {
    const faults = [...visits].flatMap(([address, { faults }]) => faults.map((fault) => `${address} ${fault}`));
    expect(faults).toEqual([]);
    expect([...visits].filter(([, { title }]) => title === '').map(([address]) => address)).toEqual([]);
  });

  it('has no link that leads nowhere', () => {
    const broken = [...visits].flatMap(([address, { links }]) =>
      links.filter((link) => leadsNowhere(link)).map((link) => `${address} → ${link}`),
    );
    expect([...new Set(broken)]).toEqual([]);
  });

  it('has each page in the side bar, but the sources, which other pages lead to', () => {
    const bar = new Set(visits.get(`${site.url}/`)?.bar.map(pageOf));
    const linked = new Set([...visits.values()].flatMap(({ links }) => links.map(pageOf)));
    const missing = [...visits.keys()].filter((address) => !(address.includes('/source/') ? linked : bar).has(address));
    expect(missing).toEqual([]);
  });
});

describe('the diagrams', () => {
  it.each([
    ['light', 255],
    ['dark', 20],
  ] as const)('are %s where the reader has chosen that', async (theme, brightness) => {
    const page = await context.newPage();
    await page.goto(`${site.url}/operators/inOrder.html`);
    if (theme === 'dark') await page.getByRole('switch').first().click();
    const picture = await page.locator('main img').first().screenshot({ animations: 'disabled' });
    const seen = await page.evaluate(brightnessOf, picture.toString('base64'));
    expect(Math.abs(seen - brightness)).toBeLessThan(10);
    await page.close();
  });
});

describe('the search', () => {
  it('finds mlPredict, and leads to its page', async () => {
    const page = await context.newPage();
    await page.goto(site.url);
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.getByRole('searchbox').fill('mlPredict');
    const first = page.getByRole('option').first();
    await first.waitFor();
    await first.click();
    await page.locator('h1', { hasText: /^mlPredict/ }).waitFor();
    expect(pageOf(page.url())).toBe(`${site.url}/operators/mlPredict.html`);
    await page.close();
  });
});

/** The site's address of a page, without what only the browser needs. */
function pageOf(link: string): string {
  return link.replace(/[#?].*$/, '').replace(/\/index\.html$/, '/');
}

function leadsNowhere(link: string): boolean {
  if (!link.startsWith(site.url)) return false;
  const { hash } = new URL(link);
  const target = visits.get(pageOf(link));
  return target === undefined || (hash !== '' && !target.anchors.includes(decodeURIComponent(hash.slice(1))));
}

/** Of the paper, which is at the left of a picture's middle: from 0 to 255. Runs in the browser. */
async function brightnessOf(png: string): Promise<number> {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context?.drawImage(image, 0, 0);
  const [red = 0, green = 0, blue = 0] = context?.getImageData(5, Math.floor(image.height / 2), 1, 1).data ?? [];
  return (red + green + blue) / 3;
}
