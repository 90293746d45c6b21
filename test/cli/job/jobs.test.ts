import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { standIn } from '../../testing/chat.js';
import { jsonLines, modelBy, reviews, runCli } from '../cli.js';
import { answersIn, JOB_PROVIDERS, jobPlace, lastLine, lexiconAnswers, openaiPlace, timesSubmitted } from './place.js';

describe.each(JOB_PROVIDERS)('batch jobs of %s', (provider) => {
  it('give each record its own value, once, with its key', async () => {
    const server = await standIn();
    const records = reviews(50);
    const place = await jobPlace(modelBy(provider, server), jsonLines(records));

    const submitted = await runCli({ args: place.submit('--records-per-request', '8') });
    expect(submitted.status).toBe(0);
    expect(submitted.stderr).toMatch(
      /^done in \d+\.\d s: 50 records read, handles to .*reviews\.handles\n {2}submitted {2}1 job, 7 requests, 50 records\n$/,
    );
    const collected = await runCli({ args: place.collect() });

    expect(collected.status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
    expect((await place.outcomes()).map(({ record }) => record)).toEqual(expect.arrayContaining(records));
    expect(timesSubmitted(server, records)).toEqual(records.map(() => 1));
    expect(server.jobs.all.map(({ requests }) => requests)).toEqual([7]);
    expect(server.stats().requests).toBe(0);
    expect(collected.stdout + submitted.stdout).toBe('');
  });

  it('give records back to the digit, and tell of those that no job can have', async () => {
    const server = await standIn();
    const lines = [
      '{"id":12345678901234567890, "text":"good",  "n":1.50e3}',
      'oops',
      '{"id":"blank","text":"  "}',
      '"bad"',
      '{"id":0.10,"text":"bad \\ud83d"}',
      '[1]',
    ];
    const place = await jobPlace(modelBy(provider, server), lines.join('\n'));

    const submitted = await runCli({ args: place.submit('--records-per-request', '2') });
    const collected = await runCli({ args: place.collect() });

    expect([submitted.status, collected.status]).toEqual([3, 3]);
    expect(submitted.stderr).toContain('\n  refused    3 records, which collect writes as errors\n');
    const written = (await readFile(place.output, 'utf8')).trim().split('\n');
    expect(written).toHaveLength(6);
    expect(written).toEqual(
      expect.arrayContaining([
        `{"key":"12345678901234567890","record":${lines[0]},"value":"positive","error":null}`,
        '{"key":4,"record":"bad","value":"negative","error":null}',
        `{"key":0.1,"record":${lines[4]},"value":"negative","error":null}`,
      ]),
    );
    const errors = (await place.outcomes()).filter(({ error }) => error !== null);
    expect(errors.toSorted((one, other) => String(one.key).localeCompare(String(other.key)))).toMatchObject([
      { key: 2, record: 'oops', value: null, error: { code: 'input_malformed', attempts: 0 } },
      { key: 6, record: '[1]', value: null, error: { code: 'input_malformed', attempts: 0 } },
      { key: 'blank', record: { id: 'blank', text: '  ' }, value: null, error: { code: 'content_error', attempts: 0 } },
    ]);
    expect(errors[0]?.error?.message).toContain('input.jsonl:2: the line is not JSON');
  });

  it('pass on the fields of the request', async () => {
    const server = await standIn();
    const bodies: unknown[] = [];
    server.fault = ({ body }) => void bodies.push(body);
    const place = await jobPlace(
      { ...modelBy(provider, server), 'request.temperature': '0.25' },
      jsonLines(reviews(4)),
    );

    await runCli({ args: place.submit('--set', 'request.top_p=0.5', '--set', 'batch.size=2') });
    await server.jobs.finish(server.jobs.all[0]?.id ?? '');

    expect(bodies).toHaveLength(2);
    for (const body of bodies) expect(body).toMatchObject({ temperature: 0.25, top_p: 0.5 });
  });
});

describe('submit', () => {
  it('keeps what it has submitted in a private folder beside the handles, and leaves no requests there', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, `${jsonLines(reviews(4))}oops\n`);

    await runCli({ args: place.submit() });

    const folder = `${place.handles}.d`;
    expect((await readdir(folder)).toSorted()).toEqual(['records.jsonl', 'refused.jsonl', 'run.json', 'runs']);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of ['records.jsonl', 'refused.jsonl', 'run.json'])
      expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600);
  });

  it('submits nothing of an empty input, of which collect gives nothing', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, '\n');

    const submitted = await runCli({ args: place.submit() });
    const collected = await runCli({ args: place.collect() });

    expect([submitted.status, collected.status]).toEqual([0, 0]);
    expect(await place.written()).toEqual([]);
    expect(await place.outcomes()).toEqual([]);
    expect(server.jobs.all).toEqual([]);
  });

  it('reads a .csv file, another field as key, and a template as content', async () => {
    const server = await standIn({ answer: (text) => text });
    const model = { ...modelBy('openai', server), 'response.schema': { type: 'string' } };
    const place = await jobPlace(model, 'asin,title,body\nB1,Cable,"It\nbroke."\nB2,Plug,Fine.\n', 'in.csv');
    const content = ['--content', '{{title}}: {{body}}'];

    await runCli({ args: place.submit('--key', 'asin', ...content) });
    expect((await runCli({ args: place.collect(...content) })).status).toBe(0);

    expect(await answersIn(place)).toEqual([
      ['B1', 'Cable: It\nbroke.'],
      ['B2', 'Plug: Fine.'],
    ]);
  });

  it('stops at the first malformed line with --strict, and has submitted what came before', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, `${jsonLines(reviews(3))}oops\n`);

    const result = await runCli({ args: place.submit('--strict') });

    expect(result.status).toBe(2);
    expect(lastLine(result)).toContain('input.jsonl:4: the line is not JSON');
    expect(await place.written()).toMatchObject([{ records: 3 }]);
  });

  it.each(['http', 'azure'])('says that provider %s has no batch jobs, and leaves nothing', async (provider) => {
    const server = await standIn();
    const place = await jobPlace(modelBy(provider, server), jsonLines(reviews(1)));
    for (const args of [place.submit(), place.collect()]) {
      const { status, stderr } = await runCli({ args });
      expect(status).toBe(2);
      expect(stderr).toBe(
        `rxjs-llm: ${place.model}: provider must be openai, openai-responses or anthropic for batch jobs; it is ${provider}\n`,
      );
    }
    expect(existsSync(`${place.handles}.d`)).toBe(false);
  });
});
