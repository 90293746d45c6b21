import { describe, expect, it } from 'vitest';
import { OPTIONS } from '../../src/model/options.js';
import type { Fault, StandInServer } from '../../src/testing/server.js';
import { standIn } from '../testing/chat.js';
import { modelBy, PROVIDERS, runCli, workplace } from './cli.js';
import { saidByCheck } from './in-process.js';

const KEY = 'abcdefghijklmnop-the-key';

/** Its parts, down to what could be anything. */
const PARTS = [KEY.slice(0, 8), KEY.slice(4, 12), KEY.slice(-8)];

type Written = Readonly<Record<string, unknown>>;

/** Where a model may have its key from. */
const PLACES: readonly (readonly [place: string, key: Written, args: readonly string[]])[] = [
  ['the file', { 'api.key': KEY }, []],
  ['the environment', { 'api.key': '${THE_KEY}' }, []],
  ['--set', {}, ['--set', `api.key=${KEY}`]],
  ['--set and the environment', { API_KEY: 'of-the-file' }, ['--set', 'api_key=${THE_KEY}']],
];

const ENV = { THE_KEY: KEY };

/** All that is said to a check, as a table and as JSON. */
async function allSaid(model: Written, ...args: readonly string[]): Promise<string> {
  const said = [await saidByCheck(model, ENV, ...args), await saidByCheck(model, ENV, ...args, '--json')];
  return said.join('\n');
}

/** A model without a key. */
function keyless(provider: string, server: StandInServer): Written {
  return { ...modelBy(provider, server), 'api.key': undefined };
}

function expectNoKey(said: string, why?: string): void {
  for (const part of PARTS) expect(said, why).not.toContain(part);
}

describe('a key', () => {
  it.each(PLACES)('of %s is shown as set, and from where, and no part of it', async (place, key, args) => {
    const server = await standIn();

    const said = await allSaid({ ...keyless('http', server), ...key }, ...args);

    const source = place.includes('environment') ? 'environment variable THE_KEY' : place.replace('the ', '');
    expect(said).toMatch(new RegExp(`\\napi\\.key +\\(hidden\\) +${source}\\n`));
    expect(said).toContain(`{"name":"api.key","value":"(hidden)","source":"${source}"}`);
    expectNoKey(said);
    expect(said).not.toContain('of-the-file');
  });

  it('that is not set is shown as not set', async () => {
    const server = await standIn();
    const said = await allSaid(keyless('http', server));
    expect(said).toMatch(/\napi\.key +- +none\n/);
    expect(said).toContain('{"name":"api.key","value":null,"source":"none"}');
  });

  const quote = { error: { message: `Wrong key: ${KEY}. Bearer ${KEY}`, type: KEY, code: KEY } };
  const faults: readonly Fault[] = [
    { kind: 'status', status: 400, body: quote },
    { kind: 'status', status: 401, body: quote },
    { kind: 'status', status: 500, body: KEY },
    { kind: 'errorInStream', characters: 0, error: quote.error },
    { kind: 'refusal', message: KEY },
    { kind: 'reply', rewrite: () => JSON.stringify({ value: KEY, [KEY]: KEY }) },
    { kind: 'reply', rewrite: () => KEY },
  ];

  it.each(PROVIDERS)('does not show in a --ping by provider %s whose answer quotes it', async (provider) => {
    const server = await standIn();
    for (const fault of faults) {
      server.fault = () => fault;
      for (const [, key, args] of PLACES) {
        const said = await allSaid({ ...keyless(provider, server), ...key }, '--ping', ...args);
        expectNoKey(said, fault.kind);
      }
    }
    expect(server.stats().requests).toBe(faults.length * PLACES.length * 2);
  });

  it('that is the value is taken out of it', async () => {
    const server = await standIn({ answer: () => [{ [KEY]: `It is ${KEY}.` }] });
    const model = { ...modelBy('http', server), 'api.key': KEY, 'response.schema': undefined };

    const said = await allSaid(model, '--ping');

    expect(said).toContain('"value":[{"[secret]":"It is [secret]."}]');
    expectNoKey(said);
  });

  it('does not show where it stands in the place of another option, in whatever form', async () => {
    const server = await standIn();
    const model = { ...modelBy('http', server), 'api.key': '${THE_KEY}' };
    const names = [...Object.keys(OPTIONS), 'request.user', 'api.kye', 'response.path', 'request.messages'];
    for (const name of names) {
      for (const text of ['${THE_KEY}', 'http://${THE_KEY}/', '{"a":"${THE_KEY}"}', '{{${THE_KEY}}}', '"${THE_KEY}"']) {
        const said = await allSaid({ ...model, [name]: text });
        expectNoKey(said, `${name}=${text}`);
      }
      expectNoKey(await allSaid(model, '--set', `${name}=\${THE_KEY}`), name);
    }
  });

  it('does not show where the key of the file stands in the place of another option as well', async () => {
    const server = await standIn();
    const model = { ...modelBy('http', server), 'api.key': KEY };
    for (const name of ['batch.size', 'order', 'base.url', KEY, `batch.${KEY}`, 'request.messages', 'api_key'])
      expectNoKey(await allSaid({ ...model, [name]: KEY }), name);
    for (const name of ['system.prompt', 'request.user', 'batch.prompt.template', 'record.content', 'model'])
      expectNoKey(await allSaid({ ...model, [name]: `It is ${KEY}.` }), name);
    expectNoKey(await allSaid({ ...model, request: { user: KEY, [KEY]: [KEY] } }));
    expectNoKey(await allSaid({ ...model, 'base.url': `http://${KEY}@127.0.0.1/` }));
  });
});

describe('what comes from the environment', () => {
  it('is shown where it is too short for a key, and as its variable elsewhere', async () => {
    const server = await standIn();
    const model = { ...modelBy('http', server), model: '${THE_KEY}', 'batch.size': '2${ONE}', order: '${ONE}' };
    const place = await workplace({ ...model, order: undefined, 'system.prompt': '${ONE} ${THE_KEY}' }, '');

    const { stdout } = await runCli({ args: place.check('--ping'), env: { THE_KEY: KEY, ONE: '1' } });

    expect(stdout).toMatch(/\nmodel +\$\{THE_KEY\} +environment variable THE_KEY\n/);
    expect(stdout).toMatch(/\nbatch\.size +21 +environment variable ONE\n/);
    expect(stdout).toMatch(/\nsystem\.prompt +1 \$\{THE_KEY\} +environment variable ONE, THE_KEY\n/);
    expect(stdout).toMatch(/\n {2}model +\$\{THE_KEY\}\n/);
    expect(server.requests[0]?.body).toMatchObject({ model: KEY });
  });

  it('is shown of no text that looks like a key, wherever it is from', async () => {
    const server = await standIn();
    const said = await allSaid({ ...modelBy('http', server), 'system.prompt': 'Use sk-12345678abcdef for this.' });
    expect(said).toMatch(/\nsystem\.prompt +Use \[secret\] for this\. +file\n/);
    expect(said).not.toContain('12345678');
  });
});
