import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { createStandInServer, type StandInServer } from '../../src/testing/server.js';
import { bundlePage } from './bundle.js';
import type { Driver, Tasks } from './page/main.js';
import { type PagePolicy, servePage } from './serve.js';

/** Debian's. */
const CHROMIUM = '/usr/bin/chromium';

const AT_ONCE = { timeScale: 0, apiKey: null };

/** A page of the operators, with a server of models at its own origin. */
export interface OpenPage {
  /** Answers at once. */
  readonly server: StandInServer;
  /** Puts another server in its place, that has not been asked for anything; what the last one still answers breaks off. */
  renew(): Promise<void>;
  /** What the console has shown, and what the policy has forbidden, since it was asked last; but not requests that failed. */
  faults(): Promise<readonly string[]>;
  /** Requests that failed: browsers show each in the console, whatever a page does about it. */
  readonly failedRequests: readonly string[];
  run<Name extends keyof Tasks>(
    name: Name,
    ...args: Parameters<Tasks[Name]>
  ): Promise<Awaited<ReturnType<Tasks[Name]>>>;
  close(): Promise<void>;
}

/** Starts the browser for the tests of a file. */
export function withBrowser() {
  let browser: Browser | undefined;
  let modules: ReadonlyMap<string, string>;
  beforeAll(async () => {
    [browser, modules] = await Promise.all([launch(), bundlePage()]);
  });
  afterAll(() => browser?.close());

  return async (policy: PagePolicy = {}): Promise<OpenPage> => {
    let server = await createStandInServer(AT_ONCE);
    const site = await servePage(modules, () => server.origin, policy);
    const page = await browser!.newPage();
    const { said, failedRequests } = watch(page);
    await page.goto(site.origin);
    await page.waitForFunction(() => 'driver' in globalThis);
    return {
      get server() {
        return server;
      },
      renew: async () => {
        const last = server;
        server = await createStandInServer(AT_ONCE);
        await last.close();
      },
      failedRequests,
      faults: async () => [...said.splice(0), ...(await page.evaluate(violations))],
      run: async (name, ...args) => (await page.evaluate(drive, { name, args })) as never,
      close: async () => {
        await page.close();
        await Promise.all([site.close(), server.close()]);
      },
    };
  };
}

async function launch(): Promise<Browser> {
  try {
    // Root may not have a sandbox, and the pages are ours.
    return await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  } catch (cause) {
    throw new Error(`${CHROMIUM} does not start; npm run system-packages installs it, or says what to install`, {
      cause,
    });
  }
}

function watch(page: Page): { readonly said: string[]; readonly failedRequests: string[] } {
  const said: string[] = [];
  const failedRequests: string[] = [];
  page.on('console', (message) => {
    const isRequest = message.text().startsWith('Failed to load resource') && message.location().url.includes('/v1/');
    (isRequest ? failedRequests : said).push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', ({ message }) => said.push(`thrown: ${message}`));
  return { said, failedRequests };
}

declare const driver: Driver;

/** Runs in the page. */
function drive({ name, args }: { readonly name: keyof Tasks; readonly args: unknown[] }): Promise<unknown> {
  return driver.run(name, args as never);
}

/** Runs in the page. */
function violations(): readonly string[] {
  return driver.violations.splice(0);
}
