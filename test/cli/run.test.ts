import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { lexiconSentiment } from '../../src/testing/server.js';
import { standIn } from '../testing/chat.js';
import {
  jsonLines,
  linesIn,
  modelBy,
  parseLines,
  PROVIDERS,
  reviews,
  runCli,
  sentimentModel,
  startCli,
  until,
  workplace,
} from './cli.js';

describe('a run', () => {
  it('writes one line a record, in the order of the input, in batches', async () => {
    const server = await standIn();
    const records = reviews(45);
    const place = await workplace(sentimentModel(server.url), jsonLines(records));

    const { status, stdout } = await runCli({ args: place.args('--set', 'batch.size=20') });

    expect(status).toBe(0);
    expect(stdout).toBe('');
    expect(server.stats()).toMatchObject({ requests: 3, records: 45 });
    expect(await place.outcomes()).toEqual(
      records.map((record) => ({ key: record.id, record, value: lexiconSentiment(record.text), error: null })),
    );
  });

  it('writes exactly key, record, value and error, the record as it was read', async () => {
    const server = await standIn();
    const place = await workplace(
      sentimentModel(server.url),
      '{"id": 7, "text": "good", "price": 1.00, "big": 12345678901234567890}\n',
    );

    await runCli({ args: place.args() });

    expect(await readFile(place.output, 'utf8')).toBe(
      '{"key":7,"record":{"id": 7, "text": "good", "price": 1.00, "big": 12345678901234567890},"value":"positive","error":null}\n',
    );
  });

  it('reads stdin and writes stdout when no file is named', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), '');

    const { status, stdout } = await runCli({ args: ['run', '--model', place.model], stdin: jsonLines(reviews(3)) });

    expect(status).toBe(0);
    expect(parseLines(stdout)).toMatchObject([{ key: 'r1' }, { key: 'r2' }, { key: 'r3' }]);
  });

  it('does nothing, and well, for an empty input', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), '\n  \n');

    const { status } = await runCli({ args: place.args() });

    expect(status).toBe(0);
    expect(await readFile(place.output, 'utf8')).toBe('');
    expect(server.stats().requests).toBe(0);
  });

  it('reads the first records only with --limit', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(30)));

    const { status } = await runCli({ args: place.args('--limit', '7', '--set', 'batch.size=5') });

    expect(status).toBe(0);
    expect(server.stats()).toMatchObject({ requests: 2, records: 7 });
    expect((await place.outcomes()).map(({ key }) => key)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7']);
  });

  it('ends at its limit, or at a Ctrl-C, also while stdin stays open', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), '');
    const options = { stdin: jsonLines(reviews(3)), isOpen: true };

    const limited = await runCli({ ...options, args: ['run', '--model', place.model, '--limit', '3'] });
    expect(limited.status).toBe(0);
    expect(parseLines(limited.stdout)).toHaveLength(3);

    const { child, result } = startCli({ ...options, args: ['run', '--model', place.model] });
    await server.whenReceived(6);
    child.kill('SIGTERM');
    expect((await result).status).toBe(1);
  });

  it('takes content and key from where it is told to', async () => {
    const server = await standIn({ answer: (text) => text });
    const model = { ...sentimentModel(server.url), 'response.schema': undefined, 'record.content': 'title' };
    const place = await workplace(model, jsonLines([{ asin: 'B00X', title: 'Cable', body: 'It {{broke}}.' }]));
    const contentOf = async (...args: string[]) => {
      const { stdout } = await runCli({ args: ['run', '--model', place.model, '--input', place.input, ...args] });
      return parseLines(stdout);
    };

    expect(await contentOf()).toMatchObject([{ key: 1, value: 'Cable' }]);
    expect(await contentOf('--key', 'asin', '--content', 'body')).toMatchObject([
      { key: 'B00X', value: 'It {{broke}}.' },
    ]);
    expect(await contentOf('--content', '{{title}}: {{body}}')).toMatchObject([{ value: 'Cable: It {{broke}}.' }]);
  });

  it('lets --set stand in place of the model file, under any of the names of an option', async () => {
    const server = await standIn();
    const model = { ...sentimentModel(server.url), batch_size: '2', 'request.temperature': '0.5', 'request.seed': '1' };
    const place = await workplace(model, jsonLines(reviews(4)));

    const { status } = await runCli({
      args: place.args('--set', 'batch.size=4', '--set', 'request.seed=2', '--set', 'system.prompt=a=b'),
    });

    expect(status).toBe(0);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.body).toMatchObject({ temperature: 0.5, seed: 2 });
    expect(JSON.stringify(server.requests[0]?.body)).toContain('a=b');
  });

  it('reads ${NAME} of the model file from the environment', async () => {
    const server = await standIn({ apiKey: 'key-from-outside' });
    const place = await workplace({ ...sentimentModel('${BASE}'), 'api.key': '${THE_KEY}' }, jsonLines(reviews(1)));

    const { status } = await runCli({ args: place.args(), env: { BASE: server.url, THE_KEY: 'key-from-outside' } });

    expect(status).toBe(0);
  });

  it('leaves records in the order of their answers if the model says so', async () => {
    const server = await standIn({ fault: ({ number }) => (number === 1 ? { kind: 'hang' } : undefined) });
    const place = await workplace({ ...sentimentModel(server.url), order: 'arrival' }, jsonLines(reviews(3)));

    const { child } = startCli({ args: place.args() });
    await until(async () => (await linesIn(place.output)) === 2);

    expect((await place.outcomes()).map(({ key }) => key).sort()).toEqual(['r2', 'r3']);
    child.kill('SIGKILL');
  });

  it.each(PROVIDERS)('asks by provider %s, with the fields of the request', async (provider) => {
    const server = await standIn();
    const model = { ...modelBy(provider, server), 'request.temperature': '0.25' };
    const place = await workplace(model, jsonLines(reviews(6)));

    const { status } = await runCli({ args: place.args('--set', 'batch.size=3', '--set', 'request.top_p=0.5') });

    expect(status).toBe(0);
    expect((await place.outcomes()).map(({ value }) => value)).toEqual(
      reviews(6).map(({ text }) => lexiconSentiment(text)),
    );
    expect(server.requests).toHaveLength(2);
    for (const { body } of server.requests) expect(body).toMatchObject({ temperature: 0.25, top_p: 0.5 });
  });
});

describe('the exit status', () => {
  it('is 3, with an error line, if a record has no value', async () => {
    const server = await standIn({ answer: (text) => (text.includes('3') ? 'neutral' : 'positive') });
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(5)));

    const { status, stderr } = await runCli({ args: place.args('--set', 'batch.size=5') });

    expect(status).toBe(3);
    expect(stderr).toContain('1 schema_mismatch, the first: ');
    const outcomes = await place.outcomes();
    expect(outcomes.filter(({ error }) => error === null)).toHaveLength(4);
    expect(outcomes[2]).toMatchObject({ key: 'r3', value: null, error: { code: 'schema_mismatch', attempts: 3 } });
    expect(Object.keys(outcomes[2]?.error ?? {})).toEqual(['code', 'message', 'attempts']);
  });

  it('is 1 for what nobody has foreseen', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(1)));
    const broken = `data:text/javascript,${encodeURIComponent('Number.prototype.toFixed = () => { throw new Error("a bug") }')}`;

    const { status, stderr } = await runCli({ args: place.args(), node: ['--import', broken] });

    expect(status).toBe(1);
    expect(stderr).toContain('rxjs-llm: unexpected: a bug\n');
  });
});
