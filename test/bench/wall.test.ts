import { describe, expect, test } from 'vitest';
import { readReviews } from '../../bench/reviews.js';
import { callsOf, callsResult } from '../../bench/wall.js';
import { byFetch, byLangChain, byMlPredict, byOpenai } from '../../bench/wall-ways.js';
import { createStandInServer } from '../../src/testing/server.js';

const reviews = readReviews(new URL('../../examples/data/reviews.jsonl', import.meta.url));

describe('bench wall', () => {
  test.each([
    ['mlPredict, 20 a call', byMlPredict(20), 3],
    ['mlPredict, one a call', byMlPredict(1), 60],
    ['a bare fetch loop', byFetch, 3],
    ['openai under p-limit', byOpenai, 60],
    ['LangChain .batch', byLangChain, 60],
  ])('%s asks for each review, and gives the answers in order', async (_, way, calls) => {
    const some = reviews.slice(0, 60);
    // The answer says what was asked.
    const server = await createStandInServer({ apiKey: null, timeScale: 0, answer: (text) => text });
    try {
      expect(await way(server.url, some)).toEqual(some.map(({ text }) => text));
      expect(server.stats()).toMatchObject({ requests: calls, records: 60 });
    } finally {
      await server.close();
    }
  });

  test('a call for 20 records is a 20th of the calls', async () => {
    const { value, goals } = callsResult(await callsOf(reviews));

    expect(value).toBe(12);
    expect(goals).toMatchObject([{ reached: true }]);
  });
});
