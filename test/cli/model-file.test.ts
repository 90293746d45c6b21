import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { standIn } from '../testing/chat.js';
import { jsonLines, reviews, runCli, sentimentModel, without, workplace } from './cli.js';

describe('the model file', () => {
  it.each([
    [{ 'batch.sise': '2' }, 'unknown option "batch.sise"', 'batch.size'],
    [{ 'batch.size': '0' }, 'batch.size must be an integer from 1', '"0"'],
    [{ 'batch.max.tokens': '10' }, 'batch.max.tokens must leave room for records', '10'],
    [{ 'failure.when.open': 'stop' }, 'failure.when.open must be one of wait, fail', '"stop"'],
    [
      { provider: 'antropic' },
      'provider must be one of openai, openai-responses, azure, anthropic, http',
      '"antropic"',
    ],
    [{ 'budget.max.cost': '1' }, 'budget.max.cost needs prices', 'price.input.per.million'],
    [{ provider: undefined }, 'provider is missing', ''],
    [{ 'api.key': '${NOT_THERE}' }, 'api.key', 'NOT_THERE'],
    [{ 'base.url': undefined }, 'base.url', ''],
    [{ 'record.content': '{{#open}}' }, 'record.content is no template', 'Unclosed section "open"'],
    [{ 'batch.prompt.template': '{{recrods}}' }, 'batch.prompt.template knows {{records}}', '{{recrods}}'],
    [{ 'response.schema': '{"type":"strin"}' }, 'response.schema is not a JSON Schema', ''],
  ])('with %j is an error in one line that names the file', async (options, ...parts) => {
    const server = await standIn();
    const place = await workplace({ ...sentimentModel(server.url), ...options }, jsonLines(reviews(1)));

    const { status, stderr } = await runCli({ args: place.args() });

    expect(status).toBe(2);
    expect(stderr).toMatch(/^rxjs-llm: [^\n]*\n$/);
    expect(stderr).toContain(`${place.model}: `);
    for (const part of parts) expect(stderr).toContain(part);
    expect(server.stats().requests).toBe(0);
  });

  it('that is missing, or holds something else, is an error', async () => {
    const place = await workplace({}, '');
    expect((await runCli({ args: ['run', '--model', `${place.folder}/no.json`] })).stderr).toBe(
      `rxjs-llm: --model ${place.folder}/no.json cannot be read: no such file or folder\n`,
    );
    await writeFile(place.model, '["http"]');
    expect((await runCli({ args: place.args() })).stderr).toContain('must hold a JSON object');
    await writeFile(place.model, '{"provider": "http" "model": "any"}');
    expect((await runCli({ args: place.args() })).stderr).toContain('is not JSON (line 1 column 21)');
  });

  it('names --set for what is wrong there', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), '');

    const { status, stderr } = await runCli({ args: place.args('--set', 'batch.sise=2') });

    expect(status).toBe(2);
    expect(stderr).toMatch(/^rxjs-llm: --set: unknown option "batch\.sise".*batch\.size\??\n$/);
  });

  it('says which optional package it needs', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(1)));
    const node = without('openai', 'ajv');

    const withSchema = await runCli({ args: place.args(), node });
    expect(withSchema).toMatchObject({
      status: 2,
      stderr: 'rxjs-llm: response.schema needs the package ajv: run npm install ajv\n',
    });
    const withOpenAI = await runCli({ args: place.args('--set', 'provider=openai'), node });
    expect(withOpenAI).toMatchObject({
      status: 2,
      stderr: 'rxjs-llm: provider "openai" needs the package openai: run npm install openai\n',
    });
  });

  it('needs no optional package that it does not name', async () => {
    const server = await standIn();
    const place = await workplace(
      { ...sentimentModel(server.url), 'response.schema': undefined },
      jsonLines(reviews(1)),
    );

    const { status } = await runCli({
      args: place.args(),
      node: without('openai', 'ajv', 'gpt-tokenizer', 'vader-sentiment'),
    });

    expect(status).toBe(0);
  });
});
