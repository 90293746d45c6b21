import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { standIn } from '../testing/chat.js';
import { type CliResult, jsonLines, modelBy, PROVIDERS, reviews, runCli, sentimentModel, workplace } from './cli.js';

const KEY = 'abcdefghijklmnop-the-key';

const lastLine = ({ stderr }: CliResult): string | undefined => stderr.trim().split('\n').at(-1);

describe('a fatal answer', () => {
  it.each(PROVIDERS)('by provider %s: ends the run with 2 and one line, and leaves no file', async (provider) => {
    const server = await standIn({ apiKey: 'another' });
    const place = await workplace(modelBy(provider, server), jsonLines(reviews(100)));

    const result = await runCli({ args: place.args() });

    expect(result.status).toBe(2);
    expect(lastLine(result)).toMatch(/^rxjs-llm: the provider answered 401: .*: check api\.key \(unauthorized\)$/);
    expect(server.stats().requests).toBeLessThanOrEqual(8);
    expect(existsSync(place.output)).toBe(false);
  });

  it('of an unknown model says what to check', async () => {
    const server = await standIn({ models: ['gpt-4.1-mini'] });
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(3)));

    const result = await runCli({ args: place.args() });

    expect(result.status).toBe(2);
    expect(lastLine(result)).toMatch(/: check model and base\.url \(not_found\)$/);
  });

  it('leaves on disk what was answered before, and nothing of the rest', async () => {
    const server = await standIn({
      fault: ({ number }) => (number === 3 ? { kind: 'status', status: 403 } : undefined),
    });
    const records = reviews(40);
    const place = await workplace(sentimentModel(server.url), jsonLines(records));
    const args = place.args('--set', 'batch.size=5', '--set', 'concurrency=1');

    const result = await runCli({ args });

    expect(result.status).toBe(2);
    expect(server.stats().requests).toBe(3);
    expect((await place.outcomes()).map(({ key, error }) => [key, error])).toEqual(
      records.slice(0, 10).map(({ id }) => [id, null]),
    );
    expect((await runCli({ args: [...args, '--resume'] })).status).toBe(0);
    expect(await place.outcomes()).toHaveLength(40);
  });
});

describe('a key', () => {
  /** What went to stdout, to stderr and to the output. */
  async function allSaid(model: Readonly<Record<string, unknown>>, env = {}, ...more: string[]): Promise<string> {
    const place = await workplace(model, jsonLines(reviews(3)));
    const { stdout, stderr } = await runCli({ args: place.args(...more), env });
    return stdout + stderr + (await readFile(place.output, 'utf8').catch(() => ''));
  }

  it.each(PROVIDERS)('does not show when provider %s refuses it, and quotes it', async (provider) => {
    const quote = { error: { message: `Wrong key: ${KEY}.` } };
    const server = await standIn({
      fault: ({ number }) => ({ kind: 'status', status: number > 1 ? 401 : 400, body: quote }),
    });
    const model = { ...modelBy(provider, server), 'api.key': '${THE_KEY}', concurrency: 1 };

    const said = await allSaid(model, { THE_KEY: KEY });

    expect(said).toContain('Wrong key: [secret].');
    expect(said).toContain('"bad_request"');
    expect(said).not.toContain(KEY);
  });

  it('does not show when it stands in the place of another option', async () => {
    const server = await standIn();
    const env = { THE_KEY: KEY };
    for (const option of ['base.url', 'batch.size', 'provider', 'response.schema', 'record.format', 'api.kye']) {
      const said = await allSaid({ ...sentimentModel(server.url), [option]: '${THE_KEY}' }, env, '--progress', 'json');
      expect(said, option).toContain(option);
      expect(said, option).not.toContain(KEY);
    }
  });

  it('does not show when the model file is not JSON', async () => {
    const place = await workplace({}, '');
    await writeFile(place.model, `{"provider": "http",\n "api.key": ${KEY}}`);

    const { status, stderr } = await runCli({ args: place.args() });

    expect(status).toBe(2);
    expect(stderr).toBe(`rxjs-llm: --model ${place.model} is not JSON\n`);
  });

  it('does not show when the command line is wrong', async () => {
    for (const args of [['--api-key', KEY], [`--api.key=${KEY}`], ['--set', KEY], ['--set', 'api.key=', KEY], [KEY]]) {
      const { status, stdout, stderr } = await runCli({ args: ['run', '--model', 'model.json', ...args] });
      expect(status).toBe(2);
      expect(stdout + stderr).not.toContain(KEY);
    }
  });
});
