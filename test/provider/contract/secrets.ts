import { from } from 'rxjs';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { mlPredict } from '../../../operators/mlPredict.js';
import { modelFromOptions } from '../../../src/model/define-model.js';
import { json } from '../../../src/reply/json.js';
import type { Fault } from '../../../src/testing/server.js';
import { standIn } from '../../testing/chat.js';
import { ask } from '../ask.js';
import { deadUrl, openStream, rawServer } from '../raw-server.js';
import type { Subject } from '../subject.js';

/** Nothing in them looks like a key. */
const KEY = 'theKeyOfThisTest42';
const GATEWAY = 'theTokenOfTheGateway43';
const SESSION = 'theSessionAtTheGateway44';
const MASKED = 'theKeyO**********Test42';

const secretsOfTest = [KEY, GATEWAY, SESSION, MASKED];

/** All ways in which a server may give a key back. */
const ECHO = `no: Bearer ${KEY}, "${GATEWAY}", ${SESSION}; you sent ${MASKED} as theKeyOfThisTest42!`;

/** Everything that can be seen of some values: as text, as JSON, and as Node shows it. */
function dump(...values: readonly unknown[]): string {
  const seen = values.map((value) => [
    String(value),
    value instanceof Error ? value.stack : '',
    JSON.stringify(value),
    inspect(value, { depth: 10, showHidden: true, maxStringLength: null, maxArrayLength: null }),
  ]);
  return seen.flat().join('\n');
}

/** A key never leaves but in the request's headers. */
export function secrets({ name, connect, factory, baseUrl, wire }: Subject): void {
  let consoles: readonly MockInstance[];

  beforeEach(() => {
    const methods = ['debug', 'log', 'info', 'warn', 'error', 'trace'] as const;
    consoles = methods.map((method) => vi.spyOn(console, method).mockImplementation(() => undefined));
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  const connection = {
    apiKey: KEY,
    headers: { 'x-gateway-token': `Token ${GATEWAY}`, cookie: `session=${SESSION}; theme=dark` },
  };

  const expectNoSecret = (...values: readonly unknown[]): void => {
    const seen = dump(
      ...values,
      consoles.map(({ mock }) => mock.calls),
    );
    for (const secret of secretsOfTest) expect(seen).not.toContain(secret);
  };

  const cases: readonly (readonly [string, Fault])[] = [
    ...wire.errors.map(({ status, title }) => {
      const body = wire.errorBody({ message: ECHO, code: ECHO, type: ECHO, param: ECHO });
      return [`${title} (${status})`, { kind: 'status', status, body }] as const;
    }),
    ['a page', { kind: 'status', status: 502, body: `<html>${ECHO}</html>` }],
    ['a page in place of a reply', { kind: 'status', status: 200, body: `<html>${ECHO}</html>` }],
    ['words', { kind: 'status', status: 400, body: ECHO }],
    ['a header', { kind: 'status', status: 429, headers: { 'x-you-sent': KEY, 'retry-after': KEY } }],
    ['an error in the stream', { kind: 'errorInStream', characters: 0, error: { message: ECHO, code: ECHO } }],
    ['an error after text', { kind: 'errorInStream', characters: 20, error: { message: ECHO } }],
    ['a line that is not JSON', { kind: 'badSse', lines: [`data: {${ECHO}`] }],
    ['a reset', { kind: 'reset' }],
    ['a cut', { kind: 'cut', characters: 20 }],
  ];

  describe.each(cases)('no key is seen after %s', (_, fault) => {
    test.each([true, false])('streamed: %j', async (stream) => {
      const server = await standIn({ fault: () => fault });
      const provider = connect({ ...server, ...connection, stream });

      const { chunks, outcomes, events, error } = await ask(provider, [['a', 'b']], { call: { maxRetries: 1 } });

      expect(outcomes).toHaveLength(2);
      expect(events).not.toHaveLength(0);
      expectNoSecret(chunks, outcomes, events, error, provider);
    });
  });

  describe.each<[string, string]>([
    ['prose', ECHO],
    ['prose that is cut within the key', `${'x'.repeat(190)}${KEY} ${GATEWAY}`],
    ['a value that is none', JSON.stringify({ results: [{ index: 1, value: { said: ECHO } }] })],
    ['an entry that cannot be read', `{"results": [{"index": 1, "value": ${ECHO}}]}`],
    ['values that contradict each other', `[{"index": 1, "value": "${KEY}"}, {"index": 1, "value": "${MASKED}"}]`],
  ])('no key is seen where a reply gives it back in %s', (_, text) => {
    test.each([true, false])('streamed: %j', async (stream) => {
      const server = await standIn({ fault: () => ({ kind: 'reply', rewrite: () => text }) });
      const quotes = {
        validate: (value: unknown) => ({ issues: [{ message: `not this: ${JSON.stringify(value)}` }] }),
      };
      const format = json({ schema: { '~standard': { version: 1, vendor: 'test', ...quotes } } });

      const { outcomes, events, error } = await ask(connect({ ...server, ...connection, stream }), [['a', 'b']], {
        prompt: { format },
      });

      expect(outcomes.map(({ value }) => value)).toEqual([null, null]);
      expect(outcomes[0]?.error?.evidence).toBeTypeOf('string');
      expectNoSecret(outcomes, events, error);
    });
  });

  test('the server does get the key, and the headers', async () => {
    const server = await rawServer((response) => {
      const { 'x-gateway-token': token, cookie } = response.req.headers;
      const seen = JSON.stringify({ value: [wire.keyIn(response.req.headers), token, cookie] });
      openStream(response);
      response.end(
        wire
          .events([seen])
          .map((data) => `data: ${data}\n\n`)
          .join(''),
      );
    });

    const { outcomes } = await ask(connect({ ...server, ...connection }), [['a']]);

    expect(outcomes[0]?.value).toEqual([wire.keySent(KEY), `Token ${GATEWAY}`, `session=${SESSION}; theme=dark`]);
  });

  test('no key is seen where nobody listens', async () => {
    const provider = connect({ url: await deadUrl(), ...connection });

    const { chunks, outcomes, events } = await ask(provider, [['a']]);

    expect(outcomes).toMatchObject([{ error: { code: 'connection_error' } }]);
    expectNoSecret(chunks, outcomes, events, provider);
  });

  test.each([
    ['a password in the address', 'http://user:theKeyOfThisTest42@127.0.0.1:9/v1', KEY],
    ['a key that HTTP cannot carry', 'http://127.0.0.1:9/v1', `${KEY}\u2026`],
    ['a key in two lines', 'http://127.0.0.1:9/v1', `${KEY}\n${KEY}`],
  ])('no key is seen after %s', async (_, url, apiKey) => {
    const seen: unknown[] = [];
    try {
      const { chunks, outcomes, events, error } = await ask(connect({ url, apiKey }), [['a']], {
        call: { maxRetries: 3 },
      });
      seen.push(chunks, outcomes, events, error);
      expect(outcomes).toHaveLength(1);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      seen.push(error);
    }

    expect(seen).not.toHaveLength(0);
    expectNoSecret(...seen);
  });

  test('no key is seen in a model, nor in what it gives', async () => {
    const body = wire.errorBody({ message: ECHO });
    const server = await standIn({ fault: () => ({ kind: 'status', status: 401, body }) });
    const options = { provider: name, model: 'any', 'api.key': '${SECRET}', 'base.url': baseUrl(server.url) };
    const model = modelFromOptions(options, { providers: [factory], env: { SECRET: KEY } });
    const seen: unknown[] = [model, model.options, model.provider];
    const events = { next: (event: unknown) => seen.push(event) };

    await new Promise<void>((resolve) => {
      from(['a', 'b'])
        .pipe(mlPredict(model, { batchSize: 2, events }))
        .subscribe({
          next: (outcome) => seen.push(outcome),
          error: (error: unknown) => {
            seen.push(error);
            resolve();
          },
        });
    });

    expect(seen.length).toBeGreaterThan(5);
    const shown = dump(seen, ...seen);
    expect(shown).toMatch(/the provider answered 401: no: (?:Bearer )?\[secret\]/);
    for (const secret of [KEY, MASKED]) expect(shown).not.toContain(secret);
  });
}
