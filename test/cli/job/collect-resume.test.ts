import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { standIn } from '../../testing/chat.js';
import { jsonLines, linesIn, modelBy, reviews, runCli, startCli, until } from '../cli.js';
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

describe('collect', () => {
  it('takes handles in any order, and each once, however often it is there', async () => {
    const server = await standIn();
    const records = reviews(9);
    const place = await openaiPlace(server, jsonLines(records));
    await submitInParts(place, 3, 6, 9);
    const lines = (await readFile(place.handles, 'utf8')).trim().split('\n');
    await writeFile(place.handles, [lines[2], lines[0], '', lines[2], lines[1], lines[0]].join('\r\n'));

    const { status, stderr } = await runCli({ args: place.collect() });

    expect(status).toBe(0);
    expect(stderr).toContain('\n  jobs    3 (3 completed)\n  results 9\n');
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
  });

  it('asks on, when it is carried on, for what the budget of asking again did not reach', async () => {
    const server = await standIn();
    server.jobs.fault = () => ({ kind: 'end', as: 'expired', answered: 0 });
    const records = reviews(70);
    const place = await openaiPlace(server, jsonLines(records));
    await runCli({ args: place.submit('--records-per-request', '1') });

    const { status } = await runCli({ args: place.collect() });
    expect(status).toBe(3);
    const values = (await place.outcomes()).filter(({ error }) => error === null).length;
    expect(values).toBeLessThan(70);
    const asked = server.stats().records;

    expect((await runCli({ args: place.collect('--resume') })).status).toBe(0);
    expect(server.stats().records - asked).toBe(70 - values);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
  });

  it('tells how many records are in none of the jobs', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(9)));
    await submitInParts(place, 3, 9);
    const [first = ''] = (await readFile(place.handles, 'utf8')).split('\n');
    await writeFile(place.handles, first);

    const { status, stderr } = await runCli({ args: place.collect() });

    expect(status).toBe(3);
    expect(stderr).toContain(
      '\n  6 records without a line: they are in none of these jobs, and submit --resume submits what is in none at all\n',
    );
    expect(await place.outcomes()).toHaveLength(3);
  });

  it('is ended by a fatal answer with 2 and what to do, and leaves no file', async () => {
    for (const provider of JOB_PROVIDERS) {
      const server = await standIn();
      const place = await jobPlace(modelBy(provider, server), jsonLines(reviews(3)));
      await runCli({ args: place.submit() });
      server.jobs.callFault = () => ({ kind: 'status', status: 401 });

      const result = await runCli({ args: place.collect() });

      expect(result.status).toBe(2);
      expect(lastLine(result)).toMatch(/^rxjs-llm: the provider answered 401.*: check api\.key \(unauthorized\)$/);
      expect(existsSync(place.output)).toBe(false);
    }
  });

  it('ends with 1 when its reader leaves', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(3000)));
    await runCli({ args: place.submit('--records-per-request', '50') });
    const { child, result } = startCli({ args: place.collect('--output', '-'), isRead: false });
    child.stdout?.destroy();

    const ended = await result;

    expect(ended.status).toBe(1);
    expect(lastLine(ended)).toBe('rxjs-llm: stdout was closed by its reader: the run ends here');
  });
});

describe('submit', () => {
  it('is ended by a fatal answer with 2 and what to do', async () => {
    for (const provider of JOB_PROVIDERS) {
      const server = await standIn({ apiKey: 'another' });
      const place = await jobPlace(modelBy(provider, server), jsonLines(reviews(3)));

      const result = await runCli({ args: place.submit() });

      expect(result.status).toBe(2);
      expect(lastLine(result)).toMatch(/^rxjs-llm: the provider answered 401.*: check api\.key \(unauthorized\)$/);
      expect(await place.written()).toEqual([]);
      const resumed = await runCli({ args: place.submit('--resume', '--set', 'api.key=another') });
      expect(resumed.stderr).toContain('submitted  1 job, 3 requests, 3 records\n');
    }
  });

  it('ends with 1 when the reader of its handles leaves', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(3)));
    const { child, result } = startCli({ args: place.submit('--handles', '-'), isRead: false });
    child.stdout?.destroy();

    const ended = await result;

    expect(ended.status).toBe(1);
    expect(lastLine(ended)).toBe('rxjs-llm: stdout was closed by its reader: the run ends here');
  });
});

describe('collect --resume', () => {
  it('adds nothing to a whole output', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, `${jsonLines(reviews(6))}oops\n`);
    await runCli({ args: place.submit() });
    await runCli({ args: place.collect() });
    const whole = (await readFile(place.output, 'utf8')).split('\n').filter((line) => !line.includes('oops'));

    const { status, stderr } = await runCli({ args: place.collect('--resume') });

    expect(status).toBe(3);
    expect(stderr).toContain('1 record to ');
    expect(stderr).toContain('; 6 skipped, they have a value\n');
    expect((await readFile(place.output, 'utf8')).split('\n').filter((line) => !line.includes('oops'))).toEqual(whole);
    expect(await place.outcomes()).toHaveLength(7);
  });

  it('adds the jobs that were submitted since, and what Ctrl-C has left', async () => {
    const server = await standIn({ jobs: { durationMs: Infinity } });
    const records = reviews(9);
    const place = await openaiPlace(server, jsonLines(records));
    await submitInParts(place, 3, 6);
    const { child, result } = startCli({ args: place.collect() });
    await server.jobs.finish(server.jobs.all[1]?.id ?? '');
    await until(async () => (await linesIn(place.output)) === 3);

    child.kill('SIGINT');
    const ended = await result;

    expect(ended.status).toBe(1);
    expect(lastLine(ended)).toBe(`rxjs-llm: stopped: ${place.output} has what was finished, and --resume carries on`);
    expect(ended.stderr).toContain('\n  3 records without a line: --resume carries on\n');
    expect(await answersIn(place)).toEqual(lexiconAnswers(records.slice(3, 6)));
    await submitInParts(place, 9);
    for (const { id } of server.jobs.all) await server.jobs.finish(id);
    await appendFile(place.output, '{"key":"r1","record":{"id":"r1","te');
    const resumed = await runCli({ args: place.collect('--resume') });

    expect(resumed.status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
    expect(timesSubmitted(server, records)).toEqual(records.map(() => 1));
    expect(server.stats().requests).toBe(0);
  });

  it('may begin while submit goes on', async () => {
    const server = await standIn();
    const records = reviews(6);
    const place = await openaiPlace(server, jsonLines(records));
    await submitInParts(place, 3);
    const submitting = startCli({
      args: place.submit('--resume', '--input', '-'),
      stdin: jsonLines(records),
      isOpen: true,
    });
    await until(() => existsSync(`${place.handles}.d/lock`));

    expect((await runCli({ args: place.collect() })).status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records.slice(0, 3)));
    submitting.child.stdin?.end();
    expect((await submitting.result).status).toBe(0);

    expect((await runCli({ args: place.collect('--resume') })).status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
    expect(timesSubmitted(server, records)).toEqual(records.map(() => 1));
  });

  it('asks error lines again, and of a request only the records without a value', async () => {
    const server = await standIn({ jobs: { fault: () => ({ kind: 'end', as: 'expired', answered: 0 }) } });
    const records = reviews(6);
    const place = await openaiPlace(server, jsonLines(records));
    await runCli({ args: place.submit('--records-per-request', '6') });
    const lines = records.map((record, position) =>
      position % 2 === 0
        ? { key: record.id, record, value: 'kept', error: null }
        : { key: record.id, record, value: null, error: { code: 'job_expired', message: '', attempts: 1 } },
    );
    await writeFile(place.output, jsonLines(lines));

    const { status } = await runCli({ args: place.collect('--resume') });

    expect(status).toBe(0);
    expect(server.stats().records).toBe(3);
    const right = new Map(lexiconAnswers(records));
    expect(await answersIn(place)).toEqual(
      records.map(({ id }, position) => [id, position % 2 === 0 ? 'kept' : right.get(id)]),
    );
  });

  it('is needed, or --overwrite, where there is an output', async () => {
    const server = await standIn();
    const records = reviews(4);
    const place = await openaiPlace(server, jsonLines(records));
    await runCli({ args: place.submit() });
    await runCli({ args: place.collect() });

    expect((await runCli({ args: place.collect() })).status).toBe(2);
    expect((await runCli({ args: place.collect('--overwrite') })).status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
  });
});
