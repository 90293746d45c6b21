import { describe, expect, it } from 'vitest';
import { standIn } from '../testing/chat.js';
import { jsonLines, runCli, sentimentModel, workplace } from './cli.js';

const good = { id: 'a', text: 'good' };

describe('a malformed line', () => {
  it('becomes an error line that names file and line, and the run goes on', async () => {
    const server = await standIn();
    const lines = [
      JSON.stringify(good),
      '',
      '{"id": "b", "text"',
      '[1]',
      '17',
      'null',
      JSON.stringify({ id: 'c', text: 'bad' }),
    ];
    const place = await workplace(sentimentModel(server.url), lines.join('\n'));

    const { status } = await runCli({ args: place.args('--set', 'batch.size=20') });

    expect(status).toBe(3);
    const outcomes = await place.outcomes();
    expect(outcomes.map(({ key, record, value }) => [key, record, value])).toEqual([
      ['a', good, 'positive'],
      [3, '{"id": "b", "text"', null],
      [4, '[1]', null],
      [5, '17', null],
      [6, 'null', null],
      ['c', { id: 'c', text: 'bad' }, 'negative'],
    ]);
    const errors = outcomes.slice(1, 5).map(({ error }) => error);
    expect(errors.map((error) => [error?.code, error?.attempts])).toEqual(errors.map(() => ['input_malformed', 0]));
    expect(errors.map((error) => error?.message)).toEqual([
      expect.stringContaining(`${place.input}:3: the line is not JSON: `),
      `${place.input}:4: a record is an object or a text; got an array`,
      `${place.input}:5: a record is an object or a text; got a number`,
      `${place.input}:6: a record is an object or a text; got null`,
    ]);
    expect(server.stats()).toMatchObject({ requests: 1, records: 2 });
  });

  it('ends the run with --strict, after the records before it', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), `${jsonLines([good])}oops\n${jsonLines([good])}`);

    const { status, stderr } = await runCli({ args: place.args('--strict') });

    expect(status).toBe(2);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^rxjs-llm: .*input\.jsonl:2: the line is not JSON: .* \(--strict stops here\)$/,
    );
    expect(stderr).toMatch(/^stopped early in .*: 1 record to /);
    expect(await place.outcomes()).toMatchObject([{ key: 'a', value: 'positive' }]);
  });

  it('is what is not UTF-8, with its damaged text', async () => {
    const server = await standIn();
    const latin1 = Buffer.from('{"id":"b","text":"très bon"}\n', 'latin1');
    const place = await workplace(sentimentModel(server.url), Buffer.concat([latin1, Buffer.from(jsonLines([good]))]));

    const { status } = await runCli({ args: place.args() });

    expect(status).toBe(3);
    expect(await place.outcomes()).toMatchObject([
      { key: 1, error: { code: 'input_malformed', message: `${place.input}:1: the line is not UTF-8` } },
      { key: 'a', value: 'positive' },
    ]);
  });

  it('is not a JSON text: that is its own content', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(['good', 'bad']));

    const { status } = await runCli({ args: place.args() });

    expect(status).toBe(0);
    expect(await place.outcomes()).toMatchObject([
      { key: 1, record: 'good', value: 'positive' },
      { key: 2, record: 'bad', value: 'negative' },
    ]);
  });

  it('is not a record whose content cannot be read: that is a content_error', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines([{ id: 'a' }, { id: 'b', text: ' ' }, good]));

    const { status } = await runCli({ args: place.args() });

    expect(status).toBe(3);
    expect(await place.outcomes()).toMatchObject([
      { key: 'a', error: { code: 'content_error', attempts: 0 } },
      { key: 'b', error: { code: 'content_error', attempts: 0 } },
      { key: 'a', value: 'positive' },
    ]);
  });
});

describe('CSV', () => {
  it('is read by its header: quotes, commas and newlines in fields, CRLF, a byte-order mark', async () => {
    const server = await standIn();
    const csv = '\ufeffid,text,"the ""mark"""\r\n1,"good, very\r\ngood",5\r\n\r\n2,bad,"1"\r\n';
    const place = await workplace(sentimentModel(server.url), csv, 'input.CSV');

    const { status } = await runCli({ args: place.args('--set', 'batch.size=2') });

    expect(status).toBe(0);
    expect(await place.outcomes()).toEqual([
      { key: '1', record: { id: '1', text: 'good, very\r\ngood', 'the "mark"': '5' }, value: 'positive', error: null },
      { key: '2', record: { id: '2', text: 'bad', 'the "mark"': '1' }, value: 'negative', error: null },
    ]);
  });

  it('goes on after rows with a wrong number of fields and with wrong quotes', async () => {
    const server = await standIn();
    const csv = 'id,text\n1,good\n2\n3,"two\nlines",more\n4,a 5" screen\n5,"x"y\n6,"never closed\n7,bad\n';
    const place = await workplace(sentimentModel(server.url), csv, 'input.csv');

    const { status } = await runCli({ args: place.args() });

    expect(status).toBe(3);
    const outcomes = await place.outcomes();
    expect(outcomes.filter(({ error }) => error === null).map(({ key }) => key)).toEqual(['1', '7']);
    expect(
      outcomes.flatMap(({ key, record, error }) => (error === null ? [] : [[key, record, error.message]])),
    ).toEqual([
      [3, '2', `${place.input}:3: the row has 1 field, the header 2 fields`],
      [4, '3,"two\nlines",more', `${place.input}:4: the row has 3 fields, the header 2 fields`],
      [6, '4,a 5" screen', `${place.input}:6: a quote stands inside a field that is not quoted`],
      [7, '5,"x"y', expect.stringContaining(`${place.input}:7: a closing quote is not followed by a comma`)],
      [8, '6,"never closed', `${place.input}:8: a quote is opened and not closed`],
    ]);
  });

  it('cannot be read with a header that names two columns alike', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), 'id,text,text\n1,a,b\n', 'input.csv');

    const { status, stderr } = await runCli({ args: place.args() });

    expect(status).toBe(2);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `rxjs-llm: ${place.input}:1: the header cannot be used: two columns are named "text"`,
    );
  });
});
