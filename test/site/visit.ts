import type { BrowserContext, Page } from 'playwright-core';

/** What a page of the site has shown. */
export interface Visit {
  readonly title: string;
  /** Whole addresses, as the browser resolves them. */
  readonly links: readonly string[];
  /** Those of the side bar. */
  readonly bar: readonly string[];
  readonly anchors: readonly string[];
  /** What went wrong: in the console, on the wire, in a picture. */
  readonly faults: readonly string[];
  readonly pictures: number;
}

/** Opens a page, and waits until it is alive and all its pictures are there. */
async function visit(page: Page, address: string): Promise<Visit> {
  const faults = faultsOf(page, address);
  await page.goto(address);
  await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}));
  const seen = await page.evaluate(() => ({
    title: document.querySelector('h1')?.textContent ?? '',
    links: Array.from(document.querySelectorAll<HTMLAnchorElement>('a[href]'), ({ href }) => href),
    bar: Array.from(document.querySelectorAll<HTMLAnchorElement>('.VPSidebar a[href]'), ({ href }) => href),
    anchors: Array.from(document.querySelectorAll('[id]'), ({ id }) => id),
    pictures: document.images.length,
    missing: Array.from(document.images)
      .filter(({ complete, naturalWidth }) => !complete || naturalWidth === 0)
      .map(({ src }) => `no picture: ${src}`),
  }));
  page.removeAllListeners();
  const { missing, ...rest } = seen;
  return { ...rest, faults: [...faults, ...missing] };
}

function faultsOf(page: Page, address: string): readonly string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', ({ message }) => faults.push(`thrown: ${message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // What is still under way when the tab goes on to the next page (an icon) is aborted.
    if (reason !== 'net::ERR_ABORTED') faults.push(`${reason}: ${request.url()}`);
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(address).origin) faults.push(`elsewhere: ${request.url()}`);
  });
  return faults;
}

/** Visits all addresses, several at a time, each tab one after the other. */
export async function visitAll(
  context: BrowserContext,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, Visit>> {
  const visits = new Map<string, Visit>();
  const left = [...addresses];
  const tab = async (): Promise<void> => {
    const page = await context.newPage();
    for (let next = left.shift(); next !== undefined; next = left.shift()) visits.set(next, await visit(page, next));
    await page.close();
  };
  await Promise.all([tab(), tab(), tab(), tab()]);
  return visits;
}
