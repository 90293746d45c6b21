import { describe, expect, test } from 'vitest';
import { http, type HttpOptions, httpFactory } from '../../src/provider/http.js';
import { json } from '../../src/reply/json.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { fieldAt } from '../../src/testing/json.js';
import { standIn } from '../testing/chat.js';
import { ask, failures, results } from './ask.js';
import { describeProvider } from './contract.js';
import { openStream, rawServer, sse, writeParts } from './raw-server.js';
import { httpSubject } from './subject.js';

describeProvider(httpSubject);

const build = (options: Partial<HttpOptions>) => () => http({ baseUrl: 'http://localhost/v1', model: 'm', ...options });

describe('http says when it is built that', () => {
  test.each<[string, Partial<HttpOptions>, RegExp]>([
    ['the model is missing', { model: '' }, /^model must be a text that is not empty$/],
    ['the address is missing', { baseUrl: ' ' }, /^baseUrl must be a text that is not empty$/],
    [
      'the address is none',
      { baseUrl: 'localhost:11434' },
      /^baseUrl must be an http or https address, without query and fragment; got localhost:11434$/,
    ],
    ['the address is no http', { baseUrl: 'file:///etc' }, /^baseUrl must be an http or https address, .*; got file:/],
    ['the address has a query', { baseUrl: 'http://localhost/v1?key=1' }, /^baseUrl must be .*without query/],
    ['the address has a fragment', { baseUrl: 'http://localhost/v1#f' }, /^baseUrl must be .*fragment/],
    ['the address has a user', { baseUrl: 'http://me@localhost/v1' }, /^baseUrl must hold no user and no password/],
    [
      'the address has a password',
      { baseUrl: 'https://:pass@localhost/v1' },
      /^baseUrl must hold no user and no password/,
    ],
    [
      'the key cannot be sent',
      { apiKey: 'sk-\u2026' },
      /^the header authorization has characters that HTTP cannot carry/,
    ],
    ['a header cannot be sent', { headers: { 'x-a': 'a\nb' } }, /^the header x-a has characters/],
    ['a header has no name', { headers: { 'x a': 'a' } }, /^the header x a has characters/],
  ])('%s', (_, options, message) => {
    expect(build(options)).toThrow(TypeError);
    expect(build(options)).toThrow(message);
  });

  test('a way to reply in JSON is none', () => {
    expect(build({ structured: true as never })).toThrow(
      /^structured must be one of json_schema, json_object, off; got true$/,
    );
  });

  test('permits are no number', () => {
    expect(build({ concurrency: 0 })).toThrow(/^concurrency must be an integer from 1, or Infinity; got 0$/);
  });

  test('what was wrong with an address, without its password', () => {
    expect(build({ baseUrl: 'ftp://me:pass@localhost/v1' })).toThrow('got ftp://[secret]@localhost/v1');
  });
});

describe('http', () => {
  test('sends no key where there is none', async () => {
    const server = await standIn({ apiKey: null });

    expect(results(await ask(http({ baseUrl: server.url, model: 'm' }), [['good']]))).toEqual(['positive']);
  });

  test('takes an address with slashes at its end', async () => {
    const server = await standIn({ apiKey: null });

    expect(results(await ask(http({ baseUrl: `${server.url}//`, model: 'm' }), [['good']]))).toEqual(['positive']);
  });

  test("sends the user's headers in place of its own, however they are written", async () => {
    const server = await standIn({ apiKey: 'theirs' });
    const headers = { Authorization: 'Bearer theirs', ACCEPT: 'application/json' };

    const asking = await ask(http({ baseUrl: server.url, model: 'm', apiKey: 'ours', headers }), [['good']]);

    expect(results(asking)).toEqual(['positive']);
    expect(server.requests[0]?.headers.accept).toBe('application/json');
  });

  test('says what it takes, and that it sends JSON', async () => {
    const server = await standIn({ apiKey: null });

    for (const stream of [true, false]) await ask(http({ baseUrl: server.url, model: 'm', stream }), [['good']]);

    expect(server.requests.map(({ headers }) => [headers.accept, headers['content-type']])).toEqual([
      ['text/event-stream, application/json', 'application/json'],
      ['application/json', 'application/json'],
    ]);
  });

  test('sends through the fetch that it is given', async () => {
    const server = await standIn();
    const seen: unknown[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      seen.push(input);
      return globalThis.fetch(input, init);
    };

    const asking = await ask(http({ baseUrl: server.url, apiKey: 'k', model: 'm', fetch }), [['good']]);

    expect(results(asking)).toEqual(['positive']);
    expect(seen).toEqual([`${server.url}/chat/completions`]);
  });

  describe.each(['in one piece', 'in many'])('takes events of at most so many characters, %s', (how) => {
    const [longest = '', ...others] = [...httpSubject.wire.events([`{"value": "${'x'.repeat(1000)}"}`])].sort(
      (one, other) => other.length - one.length,
    );

    test.each([
      [longest.length, 'x'.repeat(1000), undefined],
      [longest.length - 1, 'connection_error', 'the answer cannot be read: an event of the stream is too long'],
    ])('%i', async (maxEventCharacters, expected, message) => {
      const server = await rawServer(async (response) => {
        openStream(response);
        const text = sse([longest, ...others]);
        await writeParts(response, how === 'in many' ? (text.match(/[^]{1,50}/gu) ?? []) : [text]);
        response.end();
      });

      const asking = await ask(http({ baseUrl: server.url, model: 'm', maxEventCharacters }), [['a']]);

      expect(results(asking)).toEqual([expected]);
      expect(failures(asking)[0]?.message).toBe(message);
    });
  });

  test.each<[Partial<HttpOptions>, boolean]>([
    [{}, false],
    [{ enforcesSchema: true }, true],
    [{ enforcesSchema: true, structured: 'json_object' }, false],
    [{ enforcesSchema: true, structured: 'off' }, false],
  ])('enforces schemas with %j: %j', (options, enforcesSchema) => {
    expect(build(options)().capabilities).toEqual({ streaming: true, enforcesSchema });
    expect(build({ stream: false })().capabilities.streaming).toBe(false);
  });
});

describe('httpFactory', () => {
  const settings = { model: 'm', apiKey: undefined, baseUrl: 'http://localhost/v1', concurrency: undefined };

  test('needs an address', () => {
    expect(() => httpFactory.connect({ ...settings, baseUrl: undefined, structured: 'auto' })).toThrow(
      'base.url must be a text that is not empty',
    );
  });

  test.each([
    ['auto', false],
    ['json_schema', true],
    ['json_object', false],
    ['off', false],
  ] as const)('takes %s for a server that enforces schemas: %j', (structured, enforcesSchema) => {
    expect(httpFactory.connect({ ...settings, structured }).capabilities.enforcesSchema).toBe(enforcesSchema);
  });

  test.each([
    ['auto', 'json_schema'],
    ['json_schema', 'json_schema'],
    ['json_object', 'json_object'],
    ['off', undefined],
  ] as const)('asks with %s for the format %j', async (structured, type) => {
    const server = await standIn({ apiKey: null });
    const labels = { format: json({ schema: jsonSchema({ enum: ['positive'] }) }) };

    await ask(httpFactory.connect({ ...settings, baseUrl: server.url, structured }), [['good']], { prompt: labels });

    expect(fieldAt(server.requests[0]?.body, 'response_format', 'type')).toBe(type);
  });

  test('has as many permits as it is told, and its rates', () => {
    expect(() => httpFactory.connect({ ...settings, structured: 'auto', requestsPerMinute: 0 })).toThrow(RangeError);
    expect(httpFactory.connect({ ...settings, structured: 'auto', adaptive: true }).gate.limit).toBe(8);
    expect(httpFactory.connect({ ...settings, concurrency: 3, structured: 'auto' }).gate.concurrency).toBe(3);
    expect(httpFactory.connect({ ...settings, structured: 'auto' }).gate.concurrency).toBe(8);
  });
});
