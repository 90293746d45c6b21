import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { standIn } from '../../testing/chat.js';
import { jsonLines, modelBy, reviews, runCli, startCli, until, type Workplace } from '../cli.js';
import {
  answersIn,
  JOB_PROVIDERS,
  jobPlace,
  lastLine,
  lexiconAnswers,
  openaiPlace,
  submitInParts,
  timesSubmitted,
} from './place.js';

const once = (count: number): number[] => Array.from({ length: count }, () => 1);

async function write({ input }: Workplace, records: readonly unknown[]): Promise<void> {
  await writeFile(input, jsonLines(records));
}

describe.each(JOB_PROVIDERS)('submit --resume with jobs of %s', (provider) => {
  it('submits nothing twice: of the same input nothing, of a longer or reordered one what is new', async () => {
    const server = await standIn();
    const records = reviews(30);
    const place = await jobPlace(modelBy(provider, server), jsonLines(records.slice(0, 10)));
    expect((await runCli({ args: place.submit() })).status).toBe(0);

    const again = await runCli({ args: place.submit('--resume') });
    expect(again.status).toBe(0);
    expect(again.stderr).toContain(
      '\n  submitted  0 jobs, 0 requests, 0 records\n  of before  1 job, 10 requests, 10 records\n',
    );
    await write(place, records.slice(0, 20));
    await runCli({ args: place.submit('--resume', '--records-per-request', '3') });
    await write(place, records.toReversed());
    const last = await runCli({ args: place.submit('--resume') });

    expect(last.stderr).toContain('10 records\n  of before  2 jobs, 14 requests, 20 records\n');
    expect(timesSubmitted(server, records)).toEqual(once(30));
    expect(server.jobs.all.map((job) => job.records)).toEqual([10, 10, 10]);
    expect((await place.written()).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect((await runCli({ args: place.collect() })).status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
  });
});

describe('submit --resume', () => {
  it('takes a record that has changed for another one, and those that are alike for as many as there are', async () => {
    const server = await standIn();
    const twin = { id: 't', text: 'good twin' };
    const place = await openaiPlace(server, jsonLines([{ id: 'a', text: 'bad' }, twin, twin]));
    await runCli({ args: place.submit() });
    await write(place, [twin, { id: 'a', text: 'good' }, twin, twin]);

    await runCli({ args: place.submit('--resume') });

    expect(['bad', 'good', 'good twin'].map((text) => server.jobs.timesSubmitted(text))).toEqual([1, 1, 3]);
    expect((await runCli({ args: place.collect() })).status).toBe(0);
    expect((await place.outcomes()).map(({ record, value }) => [record, value])).toHaveLength(5);
    expect(await answersIn(place)).toEqual(
      expect.arrayContaining([
        ['a', 'negative'],
        ['a', 'positive'],
      ]),
    );
  });

  it('writes handles again that are lost, torn off by a crash or whole', async () => {
    const server = await standIn();
    const records = reviews(15);
    const place = await openaiPlace(server, jsonLines(records));
    await submitInParts(place, 5, 10);
    const whole = await readFile(place.handles, 'utf8');
    await writeFile(place.handles, whole.slice(0, -30));

    await submitInParts(place, 15);
    const handles = await place.written();
    await rm(place.handles);
    await submitInParts(place, 15);

    expect(handles.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect((await place.written()).toSorted((one, other) => one.number - other.number)).toEqual(handles);
    expect(timesSubmitted(server, records)).toEqual(once(15));
  });

  it('cuts off the record that a crash has torn, and what it left of requests', async () => {
    const server = await standIn();
    const records = reviews(8);
    const place = await openaiPlace(server, jsonLines(records));
    await submitInParts(place, 4);
    await appendFile(join(`${place.handles}.d`, 'records.jsonl'), '{"key":"r5","line":5,"problem":null,"rec');
    await appendFile(join(`${place.handles}.d`, 'refused.jsonl'), '\n{"name":"0-');

    await submitInParts(place, 8);

    expect(timesSubmitted(server, records)).toEqual(once(8));
    expect((await runCli({ args: place.collect() })).status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
  });

  it('finds the job whose answer never came', async () => {
    const server = await standIn({
      jobs: { callFault: ({ operation }) => (operation === 'createJob' ? { kind: 'lostAnswer' } : undefined) },
    });
    const records = reviews(6);
    const place = await openaiPlace(server, jsonLines(records));
    const { child } = startCli({ args: place.submit() });
    await server.jobs.whenCreated();
    child.kill('SIGKILL');
    server.jobs.callFault = undefined;

    expect((await runCli({ args: place.submit('--resume') })).status).toBe(0);

    expect(timesSubmitted(server, records)).toEqual(once(6));
    expect(await place.written()).toHaveLength(1);
  });

  it('carries on after Ctrl-C, which keeps the handles of what was submitted', async () => {
    const server = await standIn();
    const records = reviews(12);
    const place = await openaiPlace(server, jsonLines(records));
    await submitInParts(place, 6);
    server.jobs.callFault = ({ operation }) => (operation === 'uploadFile' ? { kind: 'hang' } : undefined);
    const { child, result } = startCli({ args: place.submit('--resume') });
    await until(() => server.jobs.calls.filter(({ operation }) => operation === 'uploadFile').length === 2);

    child.kill('SIGINT');
    const ended = await result;

    expect(ended.status).toBe(1);
    expect(lastLine(ended)).toBe(`rxjs-llm: stopped: ${place.handles} has what was submitted, and --resume carries on`);
    server.jobs.callFault = undefined;
    await submitInParts(place, 12);
    expect(timesSubmitted(server, records)).toEqual(once(12));
    expect(await place.written()).toHaveLength(2);
  });

  it('tells a record anew that could not be submitted, until it can be', async () => {
    const server = await standIn();
    const place = await openaiPlace(
      server,
      jsonLines([
        { id: 'a', text: 'good', body: 'bad' },
        { id: 'b', body: 'bad' },
      ]),
    );
    const [first, second] = [await runCli({ args: place.submit() }), await runCli({ args: place.submit('--resume') })];
    expect([first.status, second.status]).toEqual([3, 3]);

    const third = await runCli({ args: place.submit('--resume', '--content', 'body') });

    expect(third.status).toBe(0);
    expect((await runCli({ args: place.collect() })).status).toBe(0);
    expect(await answersIn(place)).toEqual([
      ['a', 'positive'],
      ['b', 'negative'],
    ]);
  });
});
