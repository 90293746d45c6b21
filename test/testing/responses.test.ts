import { encode, encodeChat } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import type { StandInServer } from '../../src/testing/server.js';
import type { JsonObject } from '../../src/testing/json.js';
import { apis, askForEvents, askForJson, dataOf } from './apis.js';
import { standIn, userMessage } from './chat.js';

const api = apis.responses;
const ask = (server: StandInServer, body: JsonObject = {}) => askForJson(server, api, { body });
const stream = (server: StandInServer, body: JsonObject = {}) => askForEvents(server, api, { body });
const { content } = userMessage(['good', 'bad']);
const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';

describe('a response', () => {
  test('is an object with one message', async () => {
    const whole = await ask(await standIn(), { metadata: { run: '7' }, max_output_tokens: 500 });

    expect(whole).toMatchObject({
      id: expect.stringMatching(/^resp_/) as string,
      object: 'response',
      status: 'completed',
      error: null,
      incomplete_details: null,
      instructions: null,
      max_output_tokens: 500,
      metadata: { run: '7' },
      output: [
        {
          id: expect.stringMatching(/^msg_/) as string,
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: reply, annotations: [], logprobs: [] }],
        },
      ],
    });
  });

  test('follows its instructions', async () => {
    const instructions = 'Reply like {"all": [{"nr": 1, "tone": <answer>}, …]}';

    const whole = await ask(await standIn(), { instructions });

    expect(whole.instructions).toBe(instructions);
    expect(api.text(whole)).toContain('{"all": [{"nr": 1, "tone": "positive"}');
  });

  test.each([
    ['a text', content],
    ['messages', [{ role: 'developer', content: 'Be brief.' }, userMessage(['good', 'bad'])]],
    ['items with parts', [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: content }] }]],
  ])('answers an input that is %s', async (_, input) => {
    expect(api.text(await ask(await standIn(), { input }))).toBe(reply);
  });

  test('counts its instructions and its cached tokens', async () => {
    const server = await standIn();
    const instructions = Array.from({ length: 700 }, (_, n) => `rule ${n}`).join('\n');
    const tokens = encodeChat(
      [
        { role: 'system', content: instructions },
        { role: 'user', content },
      ],
      'gpt-4o',
    ).length;

    const [first, again] = [await ask(server, { instructions }), await ask(server, { instructions })];

    const output = encode(reply).length;
    expect(first.usage).toEqual({
      input_tokens: tokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: tokens + output,
    });
    expect(again.usage).toMatchObject({ input_tokens_details: { cached_tokens: tokens - (tokens % 128) } });
  });
});

describe('the events of a response', () => {
  const lengths = { deltaCharacters: 40 };
  const names = (events: Awaited<ReturnType<typeof stream>>) =>
    events.map((event) => ('event' in event ? event.event : event.message));

  test('come in the API’s order, named and numbered', async () => {
    const events = await stream(await standIn(lengths));

    expect(names(events)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(dataOf(events).map(({ type }) => type)).toEqual(names(events));
    expect(dataOf(events).map((data) => data.sequence_number)).toEqual(events.map((_, number) => number));
  });

  test('are all of one response and one item', async () => {
    const data = dataOf(await stream(await standIn(lengths)));

    const response = data[0]!.response as JsonObject;
    const item = data[2]!.item as JsonObject;
    expect(response).toMatchObject({ status: 'in_progress', output: [], usage: null });
    expect(item).toMatchObject({ status: 'in_progress', content: [] });
    for (const event of data.slice(3, -2))
      expect(event).toMatchObject({ item_id: item.id, output_index: 0, content_index: 0 });
    expect(data.at(-2)).toMatchObject({ item: { id: item.id, status: 'completed', content: [{ text: reply }] } });
    expect(data.at(-1)).toMatchObject({ response: { id: response.id, output: [{ id: item.id }] } });
  });

  test('end with the whole response, usage and all', async () => {
    const server = await standIn();

    const whole = await ask(server);
    const last = dataOf(await stream(server)).at(-1)?.response as JsonObject;

    expect(last.usage).toEqual(whole.usage);
    expect(Object.keys(last)).toEqual(Object.keys(whole));
  });

  test('say that a response is incomplete', async () => {
    const events = await stream(await standIn(lengths), { max_output_tokens: 16 });

    expect(names(events).at(-1)).toBe('response.incomplete');
    expect(dataOf(events).at(-2)).toMatchObject({ item: { status: 'incomplete' } });
    expect(dataOf(events).at(-1)).toMatchObject({
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    });
  });

  test('spell a refusal', async () => {
    const server = await standIn({ ...lengths, fault: () => ({ kind: 'refusal', message: 'No.' }) });
    const events = await stream(server);

    expect(names(events).slice(3, 7)).toEqual([
      'response.content_part.added',
      'response.refusal.delta',
      'response.refusal.done',
      'response.content_part.done',
    ]);
    expect(dataOf(events)[5]).toMatchObject({ refusal: 'No.' });
    expect(names(events).at(-1)).toBe('response.completed');
  });

  test('end with an error, or with a response that failed', async () => {
    const server = await standIn();
    const last = async (failed?: boolean, error?: JsonObject) => {
      server.fault = () => ({ kind: 'errorInStream', characters: 10, failed, error });
      return (await stream(server)).at(-1);
    };
    const own = { type: 'requests', code: 'rate_limit_exceeded', message: 'Slowly' };

    expect(await last()).toMatchObject({
      event: 'error',
      data: { type: 'error', code: 'server_error', param: null, sequence_number: 7 },
    });
    expect(await last(false, own)).toMatchObject({ event: 'error', data: { ...own, type: 'error' } });
    expect(await last(true)).toMatchObject({
      event: 'response.failed',
      data: { response: { status: 'failed', error: { code: 'server_error' }, output: [], usage: null } },
    });
    expect(await last(true, own)).toMatchObject({ data: { response: { error: own } } });
    expect(await ask(server)).toMatchObject({ status: 'failed', error: own });
  });
});

describe('the responses API refuses', () => {
  test.each([
    ['input', undefined, 'missing_required_parameter'],
    ['input', [], 'missing_required_parameter'],
    ['input', ['hello'], 'missing_required_parameter'],
    ['input', [{ type: 'function_call_output' }], 'unsupported_parameter'],
    ['model', undefined, 'missing_required_parameter'],
    ['previous_response_id', 'resp_1', 'unsupported_parameter'],
    ['background', true, 'unsupported_parameter'],
    ['max_output_tokens', 15, 'integer_below_min_value'],
  ])('%s: %j', async (param, value, code) => {
    expect(await ask(await standIn(), { [param]: value })).toMatchObject({
      error: { type: 'invalid_request_error', param, code },
    });
  });

  test('a prompt that is too long, in words of its own', async () => {
    expect(await ask(await standIn({ contextTokens: 5 }))).toMatchObject({
      error: {
        message: expect.stringContaining('exceeds the context window') as string,
        param: 'input',
        code: 'context_length_exceeded',
      },
    });
  });
});
