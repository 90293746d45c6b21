import { encode, encodeChat } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import type { StandInServer } from '../../src/testing/server.js';
import type { JsonObject } from '../../src/testing/json.js';
import { apis, askForEvents, askForJson, dataOf } from './apis.js';
import { standIn, userMessage } from './chat.js';

const rules = Array.from({ length: 700 }, (_, n) => `rule ${n}`).join('\n');
const user = userMessage(['x']);
const block = (text: string) => ({ type: 'text', text });
const marked = (text: string) => ({ ...block(text), cache_control: { type: 'ephemeral' } });

/** Tokens of a message around its text, and of the start of the answer. */
const OVERHEAD = 3;
const tokensUpTo = (...texts: readonly string[]): number =>
  OVERHEAD + encode('system').length + texts.reduce((sum, text) => sum + encode(text).length, 0);
const tokensOfUser = encodeChat([user], 'gpt-4o').length;

const usage = async (server: StandInServer, system: unknown, body: JsonObject = {}) => {
  const answer = await askForJson(server, apis.messages, { body: { messages: [user], system, ...body } });
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens } = answer.usage as JsonObject;
  return [input_tokens, cache_creation_input_tokens, cache_read_input_tokens];
};

describe('a system block with cache_control', () => {
  const system = [marked(rules)];

  test('is created once and then read, and is no input', async () => {
    const server = await standIn();
    const tokens = tokensUpTo(rules);

    expect(await usage(server, system)).toEqual([tokensOfUser, tokens, 0]);
    expect(await usage(server, system)).toEqual([tokensOfUser, 0, tokens]);
    expect(await usage(server, system, { messages: [userMessage(['other', 'texts'])] })).toMatchObject([
      expect.any(Number),
      0,
      tokens,
    ]);
    expect(server.requests[0]?.inputTokens).toBe(tokensOfUser + tokens);
  });

  test('leaves what follows it to the input', async () => {
    const server = await standIn();
    const rest = (text: string) => [...system, block(text)];

    expect(await usage(server, rest('one'))).toEqual([tokensOfUser + encode('one').length, tokensUpTo(rules), 0]);
    expect(await usage(server, rest('or two'))).toEqual([tokensOfUser + encode('or two').length, 0, tokensUpTo(rules)]);
  });

  test('is created again when anything before its end is another', async () => {
    const server = await standIn();
    await usage(server, system);

    expect(await usage(server, [marked(`${rules}.`)])).toEqual([tokensOfUser, tokensUpTo(`${rules}.`), 0]);
    expect(await usage(server, [block('Other'), ...system])).toEqual([tokensOfUser, tokensUpTo(`Other${rules}`), 0]);
  });

  test('is read up to the last of several that was there, and created from there on', async () => {
    const server = await standIn();
    const more = 'and so on';
    await usage(server, system);

    expect(await usage(server, [...system, marked(more)])).toEqual([
      tokensOfUser,
      encode(more).length,
      tokensUpTo(rules),
    ]);
    expect(await usage(server, [...system, marked(more)])).toEqual([tokensOfUser, 0, tokensUpTo(rules, more)]);
  });

  test('is nothing but input, where it has less than 1024 tokens or no mark', async () => {
    const server = await standIn();
    const short = rules.slice(0, 1500);

    for (const [text, ...blocks] of [[short, marked(short)] as const, [rules, block(rules)] as const])
      for (let time = 0; time < 2; time++)
        expect(await usage(server, blocks)).toEqual([tokensOfUser + tokensUpTo(text), 0, 0]);
  });

  test('may stand in a message as well', async () => {
    const server = await standIn();
    const messages = [{ role: 'user', content: [marked(rules), block('go')] }];

    const [first, again] = [await usage(server, undefined, { messages }), await usage(server, undefined, { messages })];

    expect(first).toEqual([encode('go').length + OVERHEAD, tokensUpTo(rules), 0]);
    expect(again).toEqual([encode('go').length + OVERHEAD, 0, tokensUpTo(rules)]);
  });

  test('is counted in a stream, too', async () => {
    const server = await standIn();
    await usage(server, system);

    const [start] = dataOf(await askForEvents(server, apis.messages, { body: { messages: [user], system } }));

    expect(start).toMatchObject({ message: { usage: { cache_read_input_tokens: tokensUpTo(rules) } } });
  });

  test('comes four times at most', async () => {
    const server = await standIn();
    const blocks = (count: number) => Array.from({ length: count }, () => marked('x'));

    expect(await askForJson(server, apis.messages, { body: { system: blocks(4) } })).toMatchObject({ type: 'message' });
    expect(await askForJson(server, apis.messages, { body: { system: blocks(5) } })).toMatchObject({
      error: { message: 'A maximum of 4 blocks with cache_control may be provided. Found 5.' },
    });
  });
});
