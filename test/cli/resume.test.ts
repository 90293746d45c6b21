import { readFile, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { lexiconSentiment } from '../../src/testing/server.js';
import { standIn } from '../testing/chat.js';
import {
  jsonLines,
  linesIn,
  type Review,
  reviews,
  runCli,
  sentimentModel,
  startCli,
  until,
  type Workplace,
  workplace,
} from './cli.js';

/** Batches of 5, two calls at a time. */
const BATCHES = ['--set', 'batch.size=5', '--set', 'concurrency=2'];

/** Each record has exactly one line, with its own value. */
async function expectComplete(place: Workplace, records: readonly Review[]): Promise<void> {
  const outcomes = await place.outcomes();
  expect(outcomes).toHaveLength(records.length);
  expect(new Map(outcomes.map(({ record, value }) => [JSON.stringify(record), value]))).toEqual(
    new Map(records.map((record) => [JSON.stringify(record), lexiconSentiment(record.text)])),
  );
}

describe('--resume', () => {
  it('carries on after a kill: what was answered is on disk, and asked no more', async () => {
    const server = await standIn({ fault: ({ number }) => (number > 6 ? { kind: 'hang' } : undefined) });
    const records = reviews(60);
    const place = await workplace(sentimentModel(server.url), jsonLines(records));
    const { child, result } = startCli({ args: place.args(...BATCHES) });
    await server.whenReceived(8);
    await until(async () => (await linesIn(place.output)) === 30);

    child.kill('SIGKILL');
    expect((await result).status).toBe(null);
    expect(await place.outcomes()).toHaveLength(30);

    server.fault = undefined;
    const before = server.stats();
    const { status, stderr } = await runCli({ args: place.args(...BATCHES, '--resume') });

    expect(status).toBe(0);
    expect(stderr).toContain('30 skipped');
    expect(server.stats().records - before.records).toBe(30);
    expect(server.stats().requests - before.requests).toBe(6);
    await expectComplete(place, records);
  });

  it('carries on after Ctrl-C, which writes what was finished out of turn and aborts the rest', async () => {
    // When request 4 comes in, 2 and 3 are through, and wait for 1 to be written in front of them.
    const server = await standIn({ fault: ({ number }) => ([1, 4].includes(number) ? { kind: 'hang' } : undefined) });
    const records = reviews(60);
    const place = await workplace(sentimentModel(server.url), jsonLines(records));
    const { child, result } = startCli({ args: place.args(...BATCHES) });
    await server.whenReceived(4);
    expect(await linesIn(place.output)).toBe(0);

    child.kill('SIGINT');
    await server.whenAborted(2);
    const { status, stderr } = await result;

    expect(status).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `rxjs-llm: stopped: ${place.output} has what was finished, and --resume carries on`,
    );
    expect((await place.outcomes()).map(({ key }) => key)).toEqual(records.slice(5, 15).map(({ id }) => id));

    server.fault = undefined;
    expect((await runCli({ args: place.args(...BATCHES, '--resume') })).status).toBe(0);
    await expectComplete(place, records);
  });

  it('asks error lines again, and drops a torn last line', async () => {
    const server = await standIn();
    const records = reviews(4);
    const place = await workplace(sentimentModel(server.url), jsonLines(records));
    const written = (record: unknown, value: string | null) => ({
      key: (record as Review).id,
      record,
      value,
      error: value === null ? { code: 'server_error', message: '', attempts: 4 } : null,
    });
    const earlier = jsonLines([
      written(records[0], 'negative'),
      written(records[1], null),
      written(records[2], 'kept'),
    ]);
    await writeFile(place.output, `${earlier}{"key":"r4","record":{"id":"r4","te`, { mode: 0o600 });

    const { status } = await runCli({ args: place.args('--resume') });

    expect(status).toBe(0);
    expect((await place.outcomes()).map(({ key, value }) => [key, value])).toEqual([
      ['r1', 'negative'],
      ['r3', 'kept'],
      ['r2', 'positive'],
      ['r4', 'negative'],
    ]);
    expect(await readdir(place.folder)).toHaveLength(3);
  });

  it('keeps a last line that only lacks its newline', async () => {
    const server = await standIn();
    const [record] = reviews(1);
    const place = await workplace(sentimentModel(server.url), jsonLines([record]));
    await writeFile(place.output, JSON.stringify({ key: 'r1', record, value: 'kept', error: null }));

    expect((await runCli({ args: place.args('--resume') })).status).toBe(0);
    expect(await place.outcomes()).toMatchObject([{ value: 'kept' }]);
    expect(server.stats().requests).toBe(0);
  });

  it('skips as many records of a key as it has values, and the right ones', async () => {
    const server = await standIn({ answer: (text) => (text === 'ask again' ? 'neutral' : 'positive') });
    const records = [
      { id: 'a', text: 'ask again' },
      { id: 'a', text: 'good' },
      { id: 'b', text: 'good' },
      { id: 'b', text: 'good' },
    ];
    const once = ['--set', 'failure.strategy=fail'];
    const place = await workplace(sentimentModel(server.url), jsonLines(records));
    expect((await runCli({ args: place.args(...once) })).status).toBe(3);

    const { status } = await runCli({ args: place.args('--resume', ...once) });

    expect(status).toBe(3);
    expect(server.stats().records).toBe(5);
    expect((await place.outcomes()).map(({ record, value }) => [record, value])).toEqual([
      [records[1], 'positive'],
      [records[2], 'positive'],
      [records[3], 'positive'],
      [records[0], null],
    ]);
  });

  it('takes a key that stands on one line for its record, also if that has changed', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines([{ id: 1, text: 'good' }]));
    await writeFile(place.output, '{"key":1,"record":{"id":1,"text":"god"},"value":"positive","error":null}\n');

    expect((await runCli({ args: place.args('--resume') })).status).toBe(0);
    expect(server.stats().requests).toBe(0);
  });

  it('tells keys beyond 2^53 apart', async () => {
    const server = await standIn();
    const records =
      '{"x":{"id":1},"id":12345678901234567890,"text":"good"}\n{"id":12345678901234567891,"text":"bad"}\n';
    const place = await workplace(sentimentModel(server.url), records);
    await runCli({ args: place.args('--limit', '1') });

    const { status } = await runCli({ args: place.args('--resume') });

    expect(status).toBe(0);
    expect(server.stats().records).toBe(2);
    expect((await place.outcomes()).map(({ key }) => key)).toEqual(['12345678901234567890', '12345678901234567891']);
  });

  it('starts anew where there is no output yet', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(2)));

    expect((await runCli({ args: place.args('--resume') })).status).toBe(0);
    await expectComplete(place, reviews(2));
  });

  it('refuses a file that a run has not written, and leaves it alone', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(1)));
    await writeFile(place.output, '{"name":"my precious"}\n');

    const { status, stderr } = await runCli({ args: place.args('--resume') });

    expect(status).toBe(2);
    expect(stderr).toContain(`${place.output}:1: not a line of rxjs-llm`);
    expect(await readFile(place.output, 'utf8')).toBe('{"name":"my precious"}\n');
  });
});
