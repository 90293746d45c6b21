import { encode, encodeChat } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import type { StandInServer } from '../../src/testing/server.js';
import type { JsonObject } from '../../src/testing/json.js';
import { apis, ask as askOf, askForEvents, askForJson, dataOf } from './apis.js';
import { standIn, userMessage } from './chat.js';

const api = apis.messages;
const ask = (server: StandInServer, body: JsonObject = {}) => askForJson(server, api, { body });
const stream = (server: StandInServer, body: JsonObject = {}) => askForEvents(server, api, { body });
const names = (events: Awaited<ReturnType<typeof stream>>) =>
  events.map((event) => ('event' in event ? event.event : event.message));
const { content } = userMessage(['good', 'bad']);
const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';
const text = (value: string) => ({ type: 'text', text: value });

describe('a message', () => {
  test('is an object with one block of text', async () => {
    const input = encodeChat([{ role: 'user', content }], 'gpt-4o').length;

    expect(await ask(await standIn())).toEqual({
      id: expect.stringMatching(/^msg_/) as string,
      type: 'message',
      role: 'assistant',
      model: 'vader-lexicon',
      content: [{ type: 'text', text: reply, citations: null }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      usage: {
        input_tokens: input,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
        output_tokens: encode(reply).length,
        service_tier: 'standard',
      },
    });
  });

  test.each([
    ['a text', 'Reply like {"all": [{"nr": 1, "tone": <answer>}, …]}'],
    ['blocks', [text('Reply like {"all": '), text('[{"nr": 1, "tone": <answer>}, …]}')]],
  ])('follows a system prompt that is %s', async (_, system) => {
    expect(api.text(await ask(await standIn(), { system }))).toContain('{"all": [{"nr": 1, "tone": "positive"}');
  });

  test('answers blocks of text, and the last message of the user', async () => {
    const messages = [
      userMessage(['bad']),
      { role: 'assistant', content: [text('…')] },
      { role: 'user', content: [text(content), { type: 'image' }] },
    ];

    expect(api.text(await ask(await standIn(), { messages }))).toBe(reply);
  });

  test('has no block, where there is no text', async () => {
    const server = await standIn({ fault: () => ({ kind: 'finish', reason: 'content_filter', characters: 0 }) });

    expect(await ask(server)).toMatchObject({ content: [], stop_reason: 'refusal', usage: { output_tokens: 0 } });
    expect(names(await stream(server))).toEqual(['message_start', 'ping', 'message_delta', 'message_stop']);
  });
});

describe('the events of a message', () => {
  test('come in the API’s order, each with its name', async () => {
    const events = await stream(await standIn({ deltaCharacters: 40 }));

    expect(names(events)).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(dataOf(events).map(({ type }) => type)).toEqual(names(events));
  });

  test('say at the start what went in, and at the end what came out', async () => {
    const server = await standIn();
    const { content: _, usage, stop_reason, ...rest } = await ask(server);

    const data = dataOf(await stream(server));

    expect(data[0]).toMatchObject({
      message: {
        ...rest,
        id: expect.stringMatching(/^msg_/) as string,
        content: [],
        stop_reason: null,
        usage: { ...(usage as JsonObject), output_tokens: 1 },
      },
    });
    expect(data[1]).toMatchObject({ index: 0, content_block: { type: 'text', text: '' } });
    expect(data[3]).toMatchObject({ index: 0, delta: { type: 'text_delta', text: '{"re' } });
    expect(data.at(-2)).toEqual({
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null, stop_details: null },
      usage: { output_tokens: encode(reply).length },
    });
  });

  test('end with an error', async () => {
    const server = await standIn({ fault: () => ({ kind: 'errorInStream', characters: 10 }) });
    const last = async () => (await stream(server)).at(-1);

    expect(await last()).toEqual({
      event: 'error',
      data: {
        type: 'error',
        error: { type: 'overloaded_error', message: 'Overloaded' },
        request_id: expect.stringMatching(/^req_/) as string,
      },
    });
    server.fault = () => ({ kind: 'errorInStream', characters: 0, error: { type: 'api_error', message: 'Oh' } });
    expect(await last()).toMatchObject({ data: { error: { type: 'api_error', message: 'Oh' } } });
  });
});

describe('an error of the messages API', () => {
  const refused = async (body: JsonObject, options = {}, headers: Readonly<Record<string, string>> = api.headers) => {
    const response = await askOf(await standIn(options), api, { body, headers });
    const { type, error, request_id } = (await response.json()) as JsonObject;
    expect([type, request_id]).toEqual(['error', response.headers.get('request-id')]);
    return { status: response.status, ...(error as { type: string; message: string }) };
  };
  const invalid = (message: string) => ({ status: 400, type: 'invalid_request_error', message });

  test.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [422, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [529, 'overloaded_error'],
  ])('has by its status %d the type %s', async (status, type) => {
    expect(await refused({}, { fault: () => ({ kind: 'status', status }) })).toMatchObject({ status, type });
  });

  test.each([
    ['no key', { 'x-api-key': '' }, 401, 'x-api-key header is required'],
    ['a wrong key', { 'x-api-key': 'wrong' }, 401, 'invalid x-api-key'],
  ])('says of %s', async (_, headers, status, message) => {
    expect(await refused({}, { apiKey: 'k' }, { ...api.headers, ...headers })).toEqual({
      status,
      type: 'authentication_error',
      message,
    });
  });

  test('says what is missing or not done', async () => {
    const unversioned = { 'x-api-key': 'k' };

    expect(await refused({}, {}, unversioned)).toEqual(invalid('anthropic-version: header is required'));
    expect(await refused({ max_tokens: undefined })).toEqual(invalid('max_tokens: Field required'));
    expect(await refused({ messages: undefined })).toEqual(invalid('messages: Field required'));
    expect(await refused({ model: undefined })).toEqual(invalid('model: Field required'));
    expect((await refused({ tools: [{}] })).message).toContain('tools');
    expect((await refused({ messages: [{ role: 'system', content: 'x' }] })).message).toContain('role "system"');
  });

  test('says which model there is not, and by how much a prompt is too long', async () => {
    const tokens = encodeChat([{ role: 'user', content }], 'gpt-4o').length;

    expect(await refused({}, { models: ['other'] })).toEqual({
      status: 404,
      type: 'not_found_error',
      message: 'model: any',
    });
    expect(await refused({}, { contextTokens: 20 })).toEqual(
      invalid(`prompt is too long: ${tokens} tokens > 20 maximum`),
    );
  });

  test('comes at a path that there is not, if the client seems to be Anthropic’s', async () => {
    const { url } = await standIn();

    const response = await fetch(`${url}/v1/messages`, { headers: api.headers });

    expect([response.status, await response.json()]).toMatchObject([404, { error: { type: 'not_found_error' } }]);
  });
});
