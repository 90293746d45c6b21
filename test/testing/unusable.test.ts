import { describe, expect, test } from 'vitest';
import { type StandInRequest, unusableAnswers, type UnusableOptions } from '../../src/testing/server.js';
import { postForJson, standIn } from './chat.js';

const asked = (texts: readonly string[]) =>
  ({ records: texts.map((text, position) => ({ id: String(position + 1), text })) }) as unknown as StandInRequest;

/** The share of answers that are spoilt when records are asked for by so many. */
function share(size: number, options: UnusableOptions): number {
  const rule = unusableAnswers(options);
  let spoilt = 0;
  for (let request = 0; request < 20_000 / size; request++) {
    const fault = rule(asked(Array.from({ length: size }, (_, record) => `${request} ${record}`)));
    spoilt += fault?.kind === 'unusable' ? fault.positions.length : 0;
  }
  return spoilt / 20_000;
}

const linear = (records: number): number => (0.7 * (records - 1)) / 19;

describe('a fault that spoils answers', () => {
  test('makes values null, in a reply that is well-formed otherwise', async () => {
    const server = await standIn({ fault: () => ({ kind: 'unusable', positions: [1] }) });

    const { choices } = await postForJson(server);

    expect(choices[0]?.message?.content).toBe(
      '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": null}]}',
    );
  });

  test.each([false, true])('is as likely as the number of records makes it (together: %s)', (together) => {
    expect(share(1, { chance: linear, together })).toBe(0);
    expect(share(10, { chance: linear, together })).toBeCloseTo(linear(10), 1);
    expect(share(20, { chance: linear, together })).toBeCloseTo(0.7, 1);
  });

  test('spoils all answers of a reply or none, where they fail together', () => {
    const rule = unusableAnswers({ chance: () => 0.5, together: true });
    for (let request = 0; request < 50; request++) {
      const fault = rule(asked([`${request} a`, `${request} b`, `${request} c`]));
      expect([[], [0, 1, 2]]).toContainEqual(fault?.kind === 'unusable' ? fault.positions : undefined);
    }
  });

  test('depends on seed, text and time alone, and not on the order of requests', () => {
    const texts = Array.from({ length: 20 }, (_, record) => `text ${record}`);
    const spoilt = (order: readonly string[], seed: number): ReadonlySet<string> => {
      const rule = unusableAnswers({ chance: () => 0.5, seed });
      return new Set(
        order.filter((text) => {
          const fault = rule(asked([text]));
          return fault?.kind === 'unusable' && fault.positions.length > 0;
        }),
      );
    };
    expect(spoilt(texts, 1)).toEqual(spoilt([...texts].reverse(), 1));
    expect(spoilt(texts, 1)).not.toEqual(spoilt(texts, 2));
  });

  test('refuses a seed that is none', () => {
    expect(() => unusableAnswers({ chance: () => 0, seed: -1 })).toThrow('seed must be an integer from 0');
  });
});
