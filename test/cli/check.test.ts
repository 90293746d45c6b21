import { describe, expect, it } from 'vitest';
import { standIn } from '../testing/chat.js';
import { modelBy, PROVIDERS, runCli, sentimentModel, without, workplace } from './cli.js';

interface Row {
  readonly name: string;
  readonly value: unknown;
  readonly source: string;
}

interface Checked {
  readonly valid: boolean;
  readonly options: readonly Row[];
  readonly tokens: string | null;
  readonly ping: unknown;
}

interface CheckOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: readonly string[];
}

/** What `models check --json` says of a valid model. */
async function checked(model: object, set: readonly string[] = [], options: CheckOptions = {}): Promise<Checked> {
  const place = await workplace(model as Readonly<Record<string, unknown>>, '');
  const sets = set.flatMap((setting) => ['--set', setting]);
  const { status, stdout, stderr } = await runCli({ args: place.check('--json', ...sets), ...options });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Checked;
}

function rowsOf({ options }: Checked): Readonly<Record<string, readonly [value: unknown, source: string]>> {
  return Object.fromEntries(options.map(({ name, value, source }) => [name, [value, source]]));
}

const model = { ...sentimentModel('http://127.0.0.1:9/v1'), 'api.key': '${THE_KEY}' };
const env = { THE_KEY: 'abcdefghijklmnop-the-key' };

describe('models check', () => {
  it('prints every option, its value and its source, and sends nothing', async () => {
    const server = await standIn();
    for (const provider of PROVIDERS) {
      const place = await workplace({ ...modelBy(provider, server), 'request.temperature': '0', batch_size: 20 }, '');

      const { status, stdout, stderr } = await runCli({ args: place.check('--set', 'max.retries=1') });

      expect([status, stderr]).toEqual([0, '']);
      const lines = stdout.split('\n');
      expect(lines[0]).toBe(`${place.model} is valid`);
      const table = lines.slice(2, lines.indexOf('', 2)).map((line) => line.split(/ {2,}/));
      expect(table).toEqual(
        expect.arrayContaining([
          ['option', 'value', 'source'],
          ['provider', provider, 'file'],
          ['api.key', '(hidden)', 'file'],
          ['batch.size', '20', 'file'],
          ['batch.timeout.ms', '60000', 'file'],
          ['max.retries', '1', '--set'],
          ['request.temperature', '0', 'file'],
          ['response.schema', '{"type":"string","enum":["positive","negative"]}', 'file'],
          ['concurrency', '8', 'default'],
          ['order', 'input', 'default'],
          ['rate.tokens.per.minute', '-', 'none'],
        ]),
      );
      expect(stdout).toContain('nothing was sent');
    }
    expect(server.stats().requests).toBe(0);
  });

  it('tells the sources apart: file, --set, environment variable, default, none', async () => {
    const written = {
      ...model,
      max_retries: '1',
      'batch.size': '${SIZE}',
      'response.value.field': 'a',
      order: 'arrival',
    };

    const rows = rowsOf(
      await checked(written, ['responseValueField=b', 'order=${ORDER}'], {
        env: { ...env, SIZE: '20', ORDER: 'input' },
      }),
    );

    expect(rows).toMatchObject({
      'max.retries': [1, 'file'],
      'batch.size': [20, 'environment variable SIZE'],
      'response.value.field': ['b', '--set'],
      order: ['input', 'environment variable ORDER'],
      'api.key': ['(hidden)', 'environment variable THE_KEY'],
      'response.index.field': ['index', 'default'],
      'concurrency.adaptive': [false, 'default'],
      'budget.max.cost': [null, 'none'],
      'request.*': [null, 'none'],
    });
  });

  it('shows each field of the request with its own source', async () => {
    const written = { ...model, 'request.seed': '7', request: { temperature: 0.5, seed: 1, top_p: 1 } };

    const { options } = await checked(written, ['request.top_p=0.9', 'request={"user":"me"}'], { env });

    expect(options.filter(({ name }) => /^request\.(?!t\w+\.)/.test(name))).toEqual([
      { name: 'request.temperature', value: 0.5, source: 'file' },
      { name: 'request.seed', value: 7, source: 'file' },
      { name: 'request.top_p', value: 0.9, source: '--set' },
      { name: 'request.user', value: 'me', source: '--set' },
    ]);
  });

  it('says how batch.max.tokens is counted, if it is', async () => {
    const set = ['batch.max.tokens=1000'];
    expect(await checked(model, [], { env })).toMatchObject({ tokens: null });
    expect(await checked(model, set, { env })).toMatchObject({ tokens: 'gpt-tokenizer' });
    expect(await checked(model, set, { env, node: without('gpt-tokenizer') })).toMatchObject({ tokens: 'estimate' });
    const { check } = await workplace(model, '');
    const args = check('--set', 'batch.max.tokens=1000');
    expect((await runCli({ args, env })).stdout).toContain(
      '\nbatch.max.tokens is counted by gpt-tokenizer (o200k_base)',
    );
    expect((await runCli({ args, env, node: without('gpt-tokenizer') })).stdout).toContain(
      '\nbatch.max.tokens is counted at four characters a token, an estimate; npm install gpt-tokenizer counts',
    );
  });

  it('shortens long values in the table, and keeps them to their line', async () => {
    const { check } = await workplace({ ...model, 'system.prompt': `Classify\n${'very '.repeat(50)}well.` }, '');

    const { stdout } = await runCli({ args: check(), env });

    expect(stdout).toMatch(/\nsystem\.prompt +"Classify\\nvery (?:very )+v?e?r?y?… +file\n/);
  });
});

describe('a model that is not valid', () => {
  it.each([
    [{ 'batch.sise': '2' }, 'unknown option "batch.sise"; did you mean batch.size?'],
    [{ 'batch.size': '0' }, 'batch.size must be an integer from 1; got "0"'],
    [{ record_format: 'JSON' }, 'record_format must be one of plain, json, xml; got "JSON"'],
    [
      { 'failure.strategy': 'again' },
      'failure.strategy must be one of reask, bisect, single, retry, fail; got "again"',
    ],
    [{ 'response.format': 'yaml' }, 'response.format must be one of json, xml, delimited, or a format; got "yaml"'],
    [{ 'failure.when.open': 'open' }, 'failure.when.open must be one of wait, fail; got "open"'],
    [{ provider: 'opnai' }, 'provider must be one of openai, openai-responses, azure, anthropic, http; got "opnai"'],
    [{ provider: undefined }, 'provider is missing: name one of openai, openai-responses, azure, anthropic, http'],
    [{ model: undefined }, 'model is missing: name one that the provider knows'],
    [{ 'api.key': '${NOT_THERE}' }, 'api.key needs NOT_THERE in the environment'],
    [{ 'api.key': 5 }, 'api.key must be a text that is not empty; got another value'],
    [{ provider: 'anthropic', 'api.key': undefined }, 'api.key must be a text that is not empty'],
    [{ 'base.url': undefined }, 'base.url must be a text that is not empty'],
    [{ 'base.url': 'http://me:abc@localhost' }, /^base\.url must hold no user and no password/],
    [
      { 'base.url': 'localhost:80' },
      'base.url must be an http or https address, without query and fragment; got "localhost:80"',
    ],
    [{ 'batch.size': '1', batchSize: '2' }, 'batchSize is given twice'],
    [{ 'request.messages': '[]' }, 'request.messages is set by the library'],
    [{ 'request.n': '2' }, 'request.n would ask for several answers, of which one is read'],
    [{ 'request.max_tokens': '9' }, 'request.max_tokens is set by the library'],
    [{ 'record.content': '{{#open}}' }, 'record.content is no template: Unclosed section "open" at 9'],
    [
      { 'batch.prompt.template': '{{recrods}}' },
      'batch.prompt.template knows {{records}} and {{count}}; got {{recrods}}',
    ],
    [{ 'batch.max.tokens': '10' }, /^batch\.max\.tokens must leave room for records beside a prompt of \d+; got 10$/],
    [
      { 'budget.max.cost': '1' },
      'budget.max.cost needs prices: set price.input.per.million, price.output.per.million, or both',
    ],
    [
      { provider: 'anthropic', 'response.structured': 'json_object' },
      /^response\.structured must be json_schema or off; got json_object/,
    ],
    [{ 'response.schema': '{"type":"strin"}' }, /^response\.schema is not a JSON Schema: /],
  ])('is refused in one line that says what is wrong: %j', async (options, message) => {
    const place = await workplace({ ...model, ...options }, '');

    const { status, stdout, stderr } = await runCli({ args: place.check(), env });

    expect([status, stdout]).toEqual([2, '']);
    const [, said] = /^rxjs-llm: ([^\n]*)\n$/.exec(stderr) ?? [];
    expect(said).toContain(`${place.model}: `);
    expect(said?.slice(place.model.length + 2)).toEqual(
      typeof message === 'string' ? message : (expect.stringMatching(message) as string),
    );
  });

  it('is told all its mistakes at once, each in a line with its place', async () => {
    const place = await workplace({ ...model, 'batch.sise': 1, concurency: 2, 'batch.size': 'ten' }, '');
    const args = place.check('--set', 'ordre=input', '--set', 'max.retries=-1');
    const mistakes = [
      `${place.model}: unknown option "batch.sise"; did you mean batch.size?`,
      `${place.model}: unknown option "concurency"; did you mean concurrency?`,
      `${place.model}: batch.size must be an integer from 1; got "ten"`,
      '--set: unknown option "ordre"; did you mean order?',
      '--set: max.retries must be an integer from 0; got "-1"',
    ];

    expect(await runCli({ args, env })).toEqual({
      status: 2,
      stdout: '',
      stderr: mistakes.map((mistake) => `rxjs-llm: ${mistake}\n`).join(''),
    });
    const { stdout } = await runCli({ args: [...args, '--json'], env });
    expect(JSON.parse(stdout)).toEqual({ model: place.model, valid: false, mistakes });
  });

  it('is a file that is missing or is not JSON, too', async () => {
    const { folder } = await workplace({}, '');
    expect(await runCli({ args: ['models', 'check', '--model', `${folder}/no.json`] })).toEqual({
      status: 2,
      stdout: '',
      stderr: `rxjs-llm: --model ${folder}/no.json cannot be read: no such file or folder\n`,
    });
  });

  it.each([
    ['openai', 'openai'],
    ['openai-responses', 'openai'],
    ['azure', 'openai'],
    ['anthropic', '@anthropic-ai/sdk'],
  ])('is told which package provider %s needs', async (provider, name) => {
    const place = await workplace({ ...model, provider }, '');

    expect(await runCli({ args: place.check(), env, node: without(name) })).toEqual({
      status: 2,
      stdout: '',
      stderr: `rxjs-llm: provider "${provider}" needs the package ${name}: run npm install ${name}\n`,
    });
  });

  it('needs no package of a provider that it does not name', async () => {
    const packages = ['openai', '@anthropic-ai/sdk', 'gpt-tokenizer'];
    expect(await checked(model, [], { env, node: without(...packages) })).toMatchObject({ valid: true });
    const byAnthropic = { ...model, provider: 'anthropic' };
    expect(await checked(byAnthropic, [], { env, node: without('openai') })).toMatchObject({ valid: true });
  });
});
