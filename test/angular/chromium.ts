import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export async function launch(): Promise<Browser> {
  // Root may not have a sandbox, and the page is ours.
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

/** A page, and what its console says: errors, warnings, what the policy forbids. */
export interface OpenedPage {
  readonly page: Page;
  readonly said: string[];
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', ({ message }) => said.push(`thrown: ${message}`));
  page.setDefaultTimeout(100_000);
  await page.addInitScript(countBytesRead);
  await page.goto(url);
  return { page, said };
}

declare global {
  interface Window {
    /** Bytes of files that the page has taken so far. */
    bytesRead: number;
  }
}

/** Counts what is read of files. Runs in the browser. */
function countBytesRead(): void {
  const read = Object.getOwnPropertyDescriptor(Blob.prototype, 'arrayBuffer')?.value as () => Promise<ArrayBuffer>;
  window.bytesRead = 0;
  Blob.prototype.arrayBuffer = function arrayBuffer() {
    window.bytesRead += this.size;
    return read.call(this);
  };
}
