import { describe, expect, test } from 'vitest';
import { latencyMs } from '../../src/testing/server.js';
import { replyDeltas } from '../../src/testing/reply-text.js';
import { chunksOf, parseChunk, post, postForLines, postForText, standIn, streamLines, textOf } from './chat.js';

const twenty = Array.from({ length: 20 }, (_, n) => `text ${n}`);

describe('the latency model', () => {
  test('takes 200 ms for one record and 300 ms for 20, linear between and beyond', () => {
    expect([1, 20, 39].map(latencyMs)).toEqual([200, 300, 400]);
    expect(latencyMs(10.5)).toBe(250);
  });

  test('asks its rule with the number of records, and scales what it says', async () => {
    const asked: number[] = [];
    const server = await standIn({ latency: (records) => asked.push(records) * 1e6, timeScale: 0 });

    await post(server, { texts: twenty });
    await post(server, { texts: ['one'] });

    expect(asked).toEqual([20, 1]);
  });

  test('answers the faster of two requests first', async () => {
    const server = await standIn({ latency: (records) => records * 40, timeScale: 1 });

    await Promise.all([
      post(server, { texts: twenty }),
      server.whenReceived(1).then(() => post(server, { texts: ['one'] })),
    ]);

    const [many, one] = server.requests;
    expect(many!.startedAt).toBeLessThan(one!.startedAt);
    expect(one!.endedAt).toBeLessThan(many!.endedAt!);
  });
});

describe('a stream', () => {
  test('has many small deltas, each of one whole character at least', async () => {
    const deltas = async (deltaCharacters?: number) =>
      chunksOf(
        await postForLines(
          await standIn({ answer: () => '🎬é漢🎬', ...(deltaCharacters === undefined ? {} : { deltaCharacters }) }),
          { texts: ['x'] },
        ),
      )
        .map(({ choices }) => choices[0]?.delta?.content ?? '')
        .filter((text) => text !== '');

    expect(await deltas()).toEqual(['{"va', 'lue"', ': "🎬', 'é漢🎬"', '}']);
    expect((await deltas(1)).slice(-4)).toEqual(['漢', '🎬', '"', '}']);
    expect(await deltas(100)).toEqual(['{"value": "🎬é漢🎬"}']);
  });

  test('closes its entries one after the other, while others are answered', async () => {
    const server = await standIn({ latency: (records) => (records === 20 ? 600 : 300), timeScale: 1 });
    let text = '';
    const closed = (): number => text.split('}').length - 1;

    const response = await post(server, { texts: twenty, body: { stream: true } });
    const other = post(server, { texts: ['one'] }).then(closed);
    for await (const line of streamLines(response))
      if (line !== '[DONE]') text += parseChunk(line).choices[0]?.delta?.content ?? '';

    expect(JSON.parse(text)).toHaveProperty('results.length', 20);
    expect(await other).toBeGreaterThan(0);
    expect(await other).toBeLessThan(20);
  });

  test('sends its headers before any of its time has passed', async () => {
    const server = await standIn({ latency: () => 1e9, timeScale: 1 });

    const response = await post(server, { body: { stream: true } });
    const first = (await streamLines(response).next()).value as string;

    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(parseChunk(first).choices[0]).toMatchObject({ delta: { role: 'assistant' } });
    expect(server.requests[0]).toMatchObject({ status: 200, endedAt: null });
  });

  test('closes entry k at k/n of its time', () => {
    const due = [...replyDeltas(['{"a', 'bcdefgh', '}'], { size: 4, border: 5 })];

    expect(due).toEqual([
      { text: '{"a', end: 3, due: 1 / 3 },
      { text: 'bc', end: 5, due: (1 + 2 / 7) / 3 },
      { text: 'defg', end: 9, due: (1 + 6 / 7) / 3 },
      { text: 'h', end: 10, due: 2 / 3 },
      { text: '}', end: 11, due: 1 },
    ]);
  });

  test('has the text of the whole answer', async () => {
    const server = await standIn();

    const lines = await postForLines(server, { texts: twenty });

    expect(textOf(lines)).toBe(await postForText(server, { texts: twenty }));
    expect(lines.at(-1)).toBe('[DONE]');
  });
});
