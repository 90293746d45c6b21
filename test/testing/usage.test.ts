import { encode, encodeChat } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { chunksOf, postForJson, postForLines, standIn, userMessage } from './chat.js';

const asText = { disallowedSpecial: new Set<string>() };

describe('usage', () => {
  test.each([
    ['one message', [userMessage(['fine'])]],
    [
      'a conversation',
      [{ role: 'system', content: 'Be brief.' }, userMessage(['a', 'b']), { role: 'user', content: 'ü 🎬' }],
    ],
    ['special tokens that are only text', [{ role: 'user', content: 'the end <|endoftext|> <|im_start|>' }]],
  ])('is what the tokenizer counts for %s', async (_, messages) => {
    const server = await standIn();

    const { usage, choices } = await postForJson(server, { body: { messages } });

    const prompt = encodeChat(messages, 'gpt-4o', asText).length;
    const completion = encode(choices[0]!.message!.content!).length;
    expect(usage).toMatchObject({
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      prompt_tokens_details: { cached_tokens: 0 },
    });
    expect(server.stats()).toMatchObject({ inputTokens: prompt, outputTokens: completion });
    expect(server.requests[0]).toMatchObject({ inputTokens: prompt, outputTokens: completion });
  });

  test('of a stream is that of the whole answer', async () => {
    const server = await standIn();

    const { usage } = await postForJson(server);
    const chunks = chunksOf(await postForLines(server, { body: { stream_options: { include_usage: true } } }));

    expect(chunks.at(-1)?.usage).toEqual(usage);
  });

  test('counts a word without end in reasonable time', async () => {
    const { usage } = await postForJson(await standIn(), { texts: ['漢'.repeat(100_000)] });

    expect(usage?.prompt_tokens).toBeGreaterThan(50_000);
  });

  test('counts what was sent of a reply that broke off', async () => {
    const server = await standIn({ fault: () => ({ kind: 'cut', characters: 20 }) });

    const { outputTokens } = await postForLines(server).then(() => server.stats());

    expect(outputTokens).toBe(encode('{"results": [{"index": 1').slice(0, outputTokens).length);
    expect(outputTokens).toBe(encode('{"results": [{"index').length);
  });
});

describe('cached tokens', () => {
  const system = (text: string) => ({ role: 'system', content: text });
  const long = Array.from({ length: 700 }, (_, n) => `rule ${n}`).join('\n');

  const cached = async (prompts: readonly string[]): Promise<number[]> => {
    const server = await standIn();
    const counts: number[] = [];
    for (const prompt of prompts) {
      const { usage } = await postForJson(server, { body: { messages: [system(prompt), userMessage(['x'])] } });
      counts.push(usage?.prompt_tokens_details.cached_tokens ?? -1);
    }
    return counts;
  };

  test('are those of a beginning that an earlier prompt had, in steps of 128', async () => {
    const [first, again, longer, other] = await cached([long, long, `${long}\nrule 700`, `Other ${long}`]);

    const shared = encodeChat([{ role: 'system', content: long }], 'gpt-4o').length;
    expect([first, other]).toEqual([0, 0]);
    expect(longer! % 128).toBe(0);
    expect(longer).toBeGreaterThan(shared - 2 * 128);
    expect(longer).toBeLessThanOrEqual(shared);
    expect(again).toBeGreaterThanOrEqual(longer!);
  });

  test('are none below 1024', async () => {
    expect(await cached([long.slice(0, 1500), long.slice(0, 1500)])).toEqual([0, 0]);
  });

  test('are forgotten after 16 other prompts', async () => {
    const others = Array.from({ length: 16 }, (_, n) => `${n}: ${long}`);

    expect((await cached([long, ...others, long])).at(-1)).toBe(0);
    expect((await cached([long, ...others.slice(1), long])).at(-1)).toBeGreaterThan(1024);
  });
});

describe('a limit of tokens', () => {
  test.each(['max_tokens', 'max_completion_tokens'])('ends the reply: %s', async (name) => {
    const server = await standIn();
    const { choices: whole } = await postForJson(server);

    const { choices, usage } = await postForJson(server, { body: { [name]: 7 } });

    expect(choices[0]).toMatchObject({ finish_reason: 'length' });
    expect(usage?.completion_tokens).toBe(7);
    expect(whole[0]!.message!.content!.startsWith(choices[0]!.message!.content!)).toBe(true);
  });

  test('that the reply keeps leaves it as it is', async () => {
    const { choices } = await postForJson(await standIn(), { body: { max_tokens: 1000 } });

    expect(choices[0]).toMatchObject({ finish_reason: 'stop' });
  });
});
