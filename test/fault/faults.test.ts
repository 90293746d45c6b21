import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { defineModel } from '../../src/model/define-model.js';
import { http } from '../../src/provider/http.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import type { Fault, StandInRequest } from '../../src/testing/server.js';
import type { Outcome } from '../../src/types/outcome.js';
import { scaled } from '../scale.js';
import { standIn } from '../testing/chat.js';
import { SPOILERS } from './spoilers.js';

const RECORDS = scaled(5000, 100_000);
const SPOILED_SHARE = 0.3;
/**
 * How far apart the ways stand that follow each other: they are listed by kind, and one after the other a request would have all its
 * retries spoiled on the wire. Every way has its turn, since the number of ways is prime.
 */
const STRIDE = 17;

/** As long as instructions are. What batches save of it is what recovery may spend: see docs/recovery.md. */
const RUBRIC =
  'Answer each input as if it were the only one. Be brief, be exact, and never answer for another one. '.repeat(10);

/** An answer names its record, so that one on the wrong record is seen. */
const answerTo = (text: string): string => `the answer to ${text}`;

/** The same numbers in each run, from 0 up to 1: mulberry32 of a counter. */
function chance(seed: number): number {
  let state = (seed * 0x6d2b79f5 + 0x1234567) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4294967296;
}

/** Spoils a share of the answers, each time in another way. */
function spoil(spoiled: Map<string, number>, share = SPOILED_SHARE): ({ number }: StandInRequest) => Fault | undefined {
  let turn = 0;
  return ({ number }) => {
    if (chance(number) >= share) return undefined;
    const spoiler = SPOILERS[(turn++ * STRIDE) % SPOILERS.length]!;
    spoiled.set(spoiler.name, (spoiled.get(spoiler.name) ?? 0) + 1);
    return spoiler.fault();
  };
}

function modelAt(url: string) {
  return defineModel<string, string>({
    provider: http({ baseUrl: url, model: 'any', apiKey: 'k' }),
    batchSize: 20,
    batchTimeoutMs: 1000,
    concurrency: 16,
    maxRetries: 3,
    requestTimeoutMs: 3000,
    systemPrompt: RUBRIC,
    responseSchema: jsonSchema<string>({ type: 'string' }),
  });
}

async function outcomesOf(url: string, records: readonly string[]): Promise<readonly Outcome<string, string>[]> {
  return lastValueFrom(from(records).pipe(mlPredict(modelAt(url)), toArray()));
}

test(`${RECORDS} records, ${SPOILED_SHARE * 100} % of the answers spoiled in ${SPOILERS.length} ways: every record has its own answer, or an error`, async () => {
  const spoiled = new Map<string, number>();
  const server = await standIn({ answer: answerTo, fault: spoil(spoiled), keepRequests: 0 });
  const records = Array.from({ length: RECORDS }, (_, number) => `record ${number}`);

  const outcomes = await outcomesOf(server.url, records);

  expect(outcomes.map(({ record }) => record)).toEqual(records);
  const wrong = outcomes.filter(({ record, value }) => value !== null && value !== answerTo(record));
  expect(wrong).toEqual([]);
  const answered = outcomes.filter(({ error }) => error === null).length;
  expect(answered / RECORDS).toBeGreaterThanOrEqual(0.999);
  expect(spoiled.size).toBe(SPOILERS.length);
  expect(SPOILERS.length).toBeGreaterThanOrEqual(30);
}, 3_600_000);

describe.each(SPOILERS)('$name', ({ fault }) => {
  test('gives no record a wrong answer, and each an outcome', async () => {
    const server = await standIn({ answer: answerTo, fault: ({ number }) => (number === 1 ? fault() : undefined) });
    const records = Array.from({ length: 20 }, (_, number) => `record ${number}`);

    const outcomes = await outcomesOf(server.url, records);

    expect(outcomes.map(({ record }) => record)).toEqual(records);
    for (const { record, value, error } of outcomes) if (error === null) expect(value).toBe(answerTo(record));
  });
});
