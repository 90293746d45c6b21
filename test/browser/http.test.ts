import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/testing/fault.js';
import { type OpenPage, withBrowser } from './open.js';
import { serveElsewhere } from './serve.js';

const open = withBrowser();
const reviews = ['good', 'bad', 'fine'];

let page: OpenPage;
beforeAll(async () => {
  page = await open();
});
beforeEach(() => page.renew());
afterAll(() => page.close());

/** The first request fails like this, and all others are answered. */
function failFirst(fault: Fault): void {
  page.server.fault = ({ number }) => (number === 1 ? fault : undefined);
}

describe('a pipeline in a page, over its fetch', () => {
  test('gives outcomes before the reply has ended, and aborts the request on unsubscribe', async () => {
    failFirst({ kind: 'stall', characters: 60 });
    await page.run('start', reviews);

    expect(await page.run('seen', 1)).toEqual(['good=positive']);
    expect(page.server.stats()).toMatchObject({ inFlight: 1, aborted: 0 });
    await page.run('stop');

    await page.server.whenAborted(1);
    expect(page.server.stats().requests).toBe(1);
    expect(await page.faults()).toEqual([]);
    expect(page.failedRequests).toEqual([]);
  });

  test('keeps what had closed when a stream breaks, and asks again for the rest', async () => {
    failFirst({ kind: 'stall', characters: 60 });
    await page.run('start', reviews);
    await page.run('seen', 1);
    await page.renew();

    expect(await page.run('seen')).toEqual(['good=positive', 'bad=negative', 'fine=positive']);
    const asked = page.server.requests.flatMap(({ records }) => records.map(({ text }) => text));
    expect(asked).toEqual(['bad', 'fine']);
    expect(await page.faults()).toEqual([]);
  });

  test('lets a request go that hears nothing', async () => {
    failFirst({ kind: 'hang' });
    await page.run('start', reviews, { requestTimeoutMs: 100, maxRetries: 0, failureStrategy: 'fail' });

    expect(await page.run('seen')).toEqual(reviews.map((review) => `${review}!request_timeout`));
    await page.server.whenAborted(1);
    expect(await page.faults()).toEqual([]);
  });

  test('waits for as long as retry-after says', async () => {
    failFirst({ kind: 'status', status: 429, headers: { 'retry-after-ms': '30' } });
    await page.run('start', reviews);

    expect(await page.run('seen')).toHaveLength(3);
    expect(await page.run('events')).toContain('hold 30');
    expect(await page.faults()).toEqual([]);
  });

  test('survives a connection that breaks before an answer, which the browser may have sent again by itself', async () => {
    failFirst({ kind: 'reset' });
    await page.run('start', reviews);

    expect(await page.run('seen')).toEqual(['good=positive', 'bad=negative', 'fine=positive']);
    expect(page.server.stats().requests).toBe(2);
    expect(await page.faults()).toEqual([]);
  });

  test('follows no redirect, and ends', async () => {
    page.server.fault = () => ({ kind: 'status', status: 302, headers: { location: '/v1/elsewhere' } });
    await page.run('start', reviews);

    const said = await page.run('seen');
    expect(said.slice(0, 3)).toEqual(reviews.map((review) => `${review}!not_found`));
    expect(said[3]).toMatch(/^LlmError/);
    expect(page.server.stats().requests).toBe(1);
    expect(await page.faults()).toEqual([]);
  });
});

describe('a server at another origin', () => {
  const CORS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type, authorization' };

  /** What a page is told of a first answer 429 that asks for 30 ms, and then all is well. */
  const askElsewhere = async (headers: Readonly<Record<string, string>>) => {
    failFirst({ kind: 'status', status: 429, headers: { 'retry-after-ms': '30' } });
    const elsewhere = await serveElsewhere(page.server.origin, headers);
    const other = await open({ connect: elsewhere.origin });
    await other.run('start', reviews, {}, elsewhere.origin);
    const [seen, events, faults] = [await other.run('seen'), await other.run('events'), await other.faults()];
    await Promise.all([other.close(), elsewhere.close()]);
    return { seen, events, faults };
  };

  test('is heard as one of the own origin where it exposes its headers', async () => {
    const { seen, events, faults } = await askElsewhere({ ...CORS, 'access-control-expose-headers': 'retry-after-ms' });

    expect(seen).toEqual(['good=positive', 'bad=negative', 'fine=positive']);
    expect(events).toContain('hold 30');
    expect(faults).toEqual([]);
  });

  test('asks for no wait that a page could read where it does not; the request is sent again all the same', async () => {
    const { seen, events } = await askElsewhere(CORS);

    expect(seen).toEqual(['good=positive', 'bad=negative', 'fine=positive']);
    expect(events.filter((event) => event.startsWith('hold'))).toEqual([]);
    expect(events).toContain('retry');
  });
});
