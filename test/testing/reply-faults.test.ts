import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/testing/server.js';
import { chunksOf, post, postForJson, postForLines, postForText, standIn, textOf } from './chat.js';

const withFault = (fault: Fault) => standIn({ fault: () => fault });
const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';

describe('a fault of the reply', () => {
  test('reply: changes its text, and knows the records', async () => {
    const server = await withFault({
      kind: 'reply',
      rewrite: (text, records) => `Sure, ${records.map((record) => record.text).join(' and ')}:\n${text}`,
    });

    const { choices, usage } = await postForJson(server);
    const lines = await postForLines(server);

    expect(choices[0]?.message?.content).toBe(`Sure, good and bad:\n${reply}`);
    expect(usage?.completion_tokens).toBe(encode(`Sure, good and bad:\n${reply}`).length);
    expect(textOf(lines)).toBe(choices[0]?.message?.content);
  });

  test.each(['length', 'content_filter'] as const)('finish: stops early for %s', async (reason) => {
    const server = await withFault({ kind: 'finish', reason, characters: 30 });

    const { choices, usage } = await postForJson(server);
    const lines = await postForLines(server);

    expect(choices[0]).toMatchObject({ finish_reason: reason, message: { content: reply.slice(0, 30) } });
    expect(usage?.completion_tokens).toBe(encode(reply.slice(0, 30)).length);
    expect(textOf(lines)).toBe(reply.slice(0, 30));
    expect(chunksOf(lines).at(-1)?.choices[0]?.finish_reason).toBe(reason);
    expect(lines.at(-1)).toBe('[DONE]');
  });

  test('refusal: has a message and no content', async () => {
    const server = await withFault({ kind: 'refusal', message: 'I cannot do that.' });

    const { choices } = await postForJson(server);
    const deltas = chunksOf(await postForLines(server)).map((chunk) => chunk.choices[0]?.delta);

    expect(choices[0]?.message).toEqual({ role: 'assistant', content: null, refusal: 'I cannot do that.' });
    expect(deltas.map((delta) => delta?.refusal ?? '').join('')).toBe('I cannot do that.');
    expect(deltas.filter((delta) => typeof delta?.content === 'string')).toEqual([]);
  });

  test.each([
    ['whole', postForText],
    ['streamed', postForLines],
  ])('delay: lets others overtake an answer that is %s', async (_, ask) => {
    const server = await standIn({ fault: ({ number }) => (number === 1 ? { kind: 'delay', ms: 150 } : undefined) });

    const late = ask(server);
    await server.whenReceived();
    await ask(server);
    expect(server.requests[0]).toMatchObject({ status: null, endedAt: null });
    await late;

    expect(server.requests.map(({ endedAt }) => endedAt)).toEqual([4, 3]);
  });

  test.each([true, false])('bytes: lets the body leave a byte at a time (streamed: %j)', async (stream) => {
    const server = await withFault({ kind: 'bytes' });

    const { body } = await post(server, { body: { stream } });
    const sizes: number[] = [];
    const bytes: number[] = [];
    for await (const part of body as AsyncIterable<Uint8Array>) {
      sizes.push(part.length);
      bytes.push(...part);
    }

    // Some may travel together.
    expect(sizes.length).toBeGreaterThan(100);
    const text = new TextDecoder().decode(Uint8Array.from(bytes));
    expect(
      stream ? textOf(text.split(/\n+/).flatMap((line) => (line === '' ? [] : [line.slice('data: '.length)]))) : text,
    ).toContain(stream ? reply : JSON.stringify(reply).slice(1, -1));
  });

  test('badSse: puts a comment and a line that is not JSON into the stream', async () => {
    const lines = await postForLines(await withFault({ kind: 'badSse' }));

    expect(lines.slice(1, 3)).toEqual([': keep-alive', '{not json']);
    expect(textOf(lines)).toBe(reply);
    expect(lines.at(-1)).toBe('[DONE]');
  });

  test.each([10, 1000])('badSse: puts its own lines after %d characters', async (characters) => {
    const bad = [': a', 'event: ping\ndata: {}'];
    const lines = await postForLines(await withFault({ kind: 'badSse', lines: bad, characters }));

    const at = lines.indexOf(': a');
    expect(lines[at + 1]).toBe('event: ping\ndata: {}');
    expect(lines.filter((line) => line === ': a')).toHaveLength(1);
    expect(textOf(lines.slice(0, at))).toBe(reply.slice(0, characters));
    expect(textOf(lines)).toBe(reply);
  });

  test('badSse: leaves an answer alone that is not streamed', async () => {
    expect(await postForText(await withFault({ kind: 'badSse' }))).toBe(reply);
  });

  test('errorInStream: ends the stream with an error', async () => {
    const lines = await postForLines(await withFault({ kind: 'errorInStream', characters: 10 }));

    expect(textOf(lines)).toBe(reply.slice(0, 10));
    expect(JSON.parse(String(lines.at(-1)))).toMatchObject({
      error: { type: 'server_error', param: null, code: null },
    });
  });

  test('errorInStream: is a 200 with an error in its body, where it is not streamed', async () => {
    const error = { message: 'Overloaded', type: 'overloaded_error' };
    const server = await withFault({ kind: 'errorInStream', characters: 0, error });

    expect(await postForJson(server)).toEqual({ error });
    expect(JSON.parse(String((await postForLines(server)).at(-1)))).toEqual({ error });
    expect(server.requests.map(({ status }) => status)).toEqual([200, 200]);
  });
});
