import { readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lexiconSentiment } from '../../../src/testing/server.js';
import { type ForkedStandIn, forkStandIn } from '../../testing/own-process.js';
import { jsonLines, linesIn, modelBy, reviews, runCli } from '../cli.js';
import { JOB_PROVIDERS, jobPlace, type JobPlace } from './place.js';

const RECORDS = reviews(20_000);

/** A line of the output for each record, with its own value. */
const LINES: ReadonlySet<string> = new Set(
  RECORDS.map((record) =>
    JSON.stringify({ key: record.id, record, value: lexiconSentiment(record.text), error: null }),
  ),
);

/** A server in a process of its own: what the test reads does not keep it waiting. */
async function ownServer(): Promise<ForkedStandIn> {
  const server = await forkStandIn({ timeScale: 0 });
  onTestFinished(() => server.close());
  return server;
}

/** Submits the records up to each limit, 20 a request, in a job of their own. */
async function submitInParts(place: JobPlace, ...limits: readonly number[]): Promise<void> {
  for (const limit of limits) {
    const args = place.submit('--records-per-request', '20', '--resume', '--limit', String(limit));
    expect((await runCli({ args })).status).toBe(0);
  }
}

async function expectComplete({ output }: JobPlace): Promise<void> {
  expect(await linesIn(output)).toBe(RECORDS.length);
  const written = new Set((await readFile(output, 'utf8')).trimEnd().split('\n'));
  expect(written.size).toBe(RECORDS.length);
  expect([...LINES].filter((line) => !written.has(line))).toEqual([]);
}

async function expectSubmittedOnce(server: ForkedStandIn): Promise<void> {
  const times = await server.ask<ReadonlyMap<string, number>>('submissions');
  expect(times.size).toBe(RECORDS.length);
  expect([...times].filter(([, count]) => count !== 1)).toEqual([]);
}

describe('20,000 records, 20 a request, through two processes', () => {
  it.each(JOB_PROVIDERS)('have one outcome each, their own, by jobs of %s', async (provider) => {
    const server = await ownServer();
    const place = await jobPlace(modelBy(provider, server), jsonLines(RECORDS));

    const submitted = await runCli({ args: place.submit('--records-per-request', '20') });
    expect(submitted.stderr).toContain('submitted  1 job, 1,000 requests, 20,000 records\n');
    expect((await stat(place.handles)).size).toBeLessThan(100_000);
    const collected = await runCli({ args: place.collect() });

    expect([submitted.status, collected.status]).toEqual([0, 0]);
    await expectComplete(place);
    await expectSubmittedOnce(server);
    expect((await server.ask<{ readonly requests: number }>('stats')).requests).toBe(0);
  });

  it('by several jobs, whose handles come in any order, some twice; and again, which adds nothing', async () => {
    const server = await ownServer();
    const place = await jobPlace(modelBy('openai', server), jsonLines(RECORDS));
    await submitInParts(place, 3000, 9990, 10_001, 20_000);
    const lines = (await readFile(place.handles, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    const shuffled = [lines[2], lines[0], lines[3], lines[2], lines[1], lines[0]].map((line) => `${line ?? ''}\n`);
    await writeFile(place.handles, shuffled.join(''));
    expect((await stat(place.handles)).size).toBeLessThan(100_000);

    expect((await runCli({ args: place.collect() })).status).toBe(0);
    await expectComplete(place);
    await expectSubmittedOnce(server);
    const before = await readFile(place.output, 'utf8');

    const refused = await runCli({ args: place.collect() });
    const resumed = await runCli({ args: place.collect('--resume') });

    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('exists: add --resume to carry it on, or --overwrite to replace it\n');
    expect(resumed.status).toBe(0);
    expect(resumed.stderr).toContain('0 records to ');
    expect(resumed.stderr).toContain('; 20,000 skipped, they have a value\n');
    expect((await readFile(place.output, 'utf8')) === before).toBe(true);
    await expectSubmittedOnce(server);
  });

  it('by the input alone, with handles through stdin', async () => {
    const server = await ownServer();
    const place = await jobPlace(modelBy('anthropic', server), jsonLines(RECORDS));
    const size = ['--records-per-request', '20'];

    const submitted = await runCli({ args: place.submit('--handles', '-', ...size) });
    const collected = await runCli({
      args: place.collect('--handles', '-', '--input', place.input, ...size),
      stdin: submitted.stdout,
    });

    expect([submitted.status, collected.status]).toEqual([0, 0]);
    expect(submitted.stdout.length).toBeLessThan(100_000);
    await expectComplete(place);
    await expectSubmittedOnce(server);
  });
});
