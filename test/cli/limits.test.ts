import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EXIT } from '../../src/cli/failure.js';
import { countTokens } from '../../src/prompt/count-tokens.js';
import type { SeenRequest, StandInServer } from '../../src/testing/server.js';
import { standIn } from '../testing/chat.js';
import {
  jsonLines,
  modelBy,
  parseLines,
  PROVIDERS,
  reviews,
  runCli,
  sentimentModel,
  without,
  workplace,
} from './cli.js';
import { startRun } from './in-process.js';

afterEach(() => {
  vi.useRealTimers();
});

/** What a prompt is made of, in each API: system instruction and messages. */
function promptTexts({ body }: SeenRequest): string[] {
  const parts = [body.system, body.instructions, body.messages, body.input];
  const textsIn = (part: unknown): string[] => {
    if (typeof part === 'string') return [part];
    if (Array.isArray(part)) return part.flatMap(textsIn);
    const { content, text: own } = (part ?? {}) as { readonly content?: unknown; readonly text?: unknown };
    return [content, own].flatMap((inner) => (inner === undefined ? [] : textsIn(inner)));
  };
  return parts.flatMap(textsIn);
}

describe('batch.max.tokens', () => {
  const LIMIT = 300;
  const long = { id: 'long', text: 'This is wonderful. '.repeat(120) };
  // More tokens than a fourth of their characters: an estimate would let prompts be too large.
  const records = reviews(40).map(({ id, text: short }) => ({ id, text: `${short} ${'1 2 3 4 5 '.repeat(4)}` }));
  const input = [...records.slice(0, 20), long, ...records.slice(20)];

  async function runAgainst(server: StandInServer, provider: string, node: readonly string[] = []) {
    const place = await workplace(modelBy(provider, server), jsonLines(input));
    const sets = ['--set', 'batch.size=100', '--set', `batch.max.tokens=${LIMIT}`];
    return { ...(await runCli({ args: place.args(...sets), node })), outcomes: await place.outcomes() };
  }

  it.each(PROVIDERS)(
    'by provider %s: keeps each prompt below it, and refuses the record that is more',
    async (provider) => {
      const server = await standIn();

      const { status, outcomes } = await runAgainst(server, provider);

      expect(status).toBe(3);
      expect(outcomes.map(({ key, error }) => [key, error?.code ?? null])).toEqual(
        input.map(({ id }) => [id, id === 'long' ? 'too_large' : null]),
      );
      expect(outcomes[20]?.error).toMatchObject({
        attempts: 0,
        message: expect.stringContaining(`${LIMIT}`) as string,
      });
      const tokens = server.requests.map((request) =>
        promptTexts(request).reduce((sum, part) => sum + countTokens(part), 0),
      );
      expect(Math.max(...tokens)).toBeLessThanOrEqual(LIMIT);
      // It is made use of: half the prompts would do if they were full to the last token.
      expect(Math.min(...tokens.slice(0, -2))).toBeGreaterThan(LIMIT / 2);
    },
  );

  it('is estimated at four characters a token without gpt-tokenizer', async () => {
    const server = await standIn();

    const { status, outcomes } = await runAgainst(server, 'http', without('gpt-tokenizer'));

    expect(status).toBe(3);
    expect(outcomes.filter(({ error }) => error !== null)).toMatchObject([
      { key: 'long', error: { code: 'too_large' } },
    ]);
    const characters = server.requests.map((request) => promptTexts(request).join('').length);
    expect(Math.max(...characters)).toBeLessThanOrEqual(LIMIT * 4);
    expect(server.requests.length).toBeGreaterThan(1);
  });
});

describe('rate.requests.per.minute', () => {
  /** Whatever is under way on this machine has its turn. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 500; turn++) await setImmediate();
  }

  it.each(PROVIDERS)(
    'by provider %s: lets requests start in order, one each time the rate allows it',
    async (provider) => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
      const server = await standIn();
      const records = reviews(4);
      const source = Readable.from([Buffer.from(jsonLines(records))]);
      const { stdout, ended } = await startRun(modelBy(provider, server), source, 'rate.requests.per.minute=6');

      for (let request = 1; request <= 4; request++) {
        await server.whenReceived(request);
        await settle();
        await vi.advanceTimersByTimeAsync(9_000);
        await settle();
        expect(server.stats().requests).toBe(request);
        await vi.advanceTimersByTimeAsync(1_000);
      }

      expect(await ended).toBe(EXIT.complete);
      expect(server.requests.flatMap((request) => request.records.map((record) => record.text))).toEqual(
        records.map((record) => record.text),
      );
      expect(parseLines(await text(stdout))).toMatchObject(records.map(({ id }) => ({ key: id })));
    },
  );
});

describe('rate.tokens.per.minute', () => {
  it('lets the next request start when the tokens of the last have come in again', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const server = await standIn();
    const source = Readable.from([Buffer.from(jsonLines(reviews(2)))]);
    const { ended } = await startRun(sentimentModel(server.url), source, 'rate.tokens.per.minute=60');

    await server.whenReceived(1);
    for (let turn = 0; turn < 500; turn++) await setImmediate();
    const { inputTokens, outputTokens } = server.stats();
    // A token a second, and the bucket holds one.
    await vi.advanceTimersByTimeAsync((inputTokens + outputTokens - 2) * 1000);
    for (let turn = 0; turn < 500; turn++) await setImmediate();
    expect(server.stats().requests).toBe(1);
    await vi.advanceTimersByTimeAsync(3_000);

    expect(await ended).toBe(EXIT.complete);
    expect(server.stats().requests).toBe(2);
  });
});

describe('record.deadline.ms', () => {
  it('ends records whose answer does not come, aborts their requests, and keeps the others', async () => {
    const server = await standIn({ fault: ({ number }) => (number === 2 ? { kind: 'hang' } : undefined) });
    const records = reviews(12);
    const place = await workplace(sentimentModel(server.url), jsonLines(records));
    const sets = ['--set', 'batch.size=4', '--set', 'record.deadline.ms=3000'];

    const { status, stderr } = await runCli({ args: place.args(...sets) });

    expect(status).toBe(3);
    expect(stderr).toContain('deadline_exceeded, the first: ');
    const hanging = server.requests[1]?.records.map((record) => record.text);
    expect((await place.outcomes()).map(({ record, error }) => [record, error?.code ?? null, error?.attempts])).toEqual(
      records.map((record) =>
        hanging?.includes(record.text) ? [record, 'deadline_exceeded', 1] : [record, null, undefined],
      ),
    );
    await server.whenAborted(1);
  });

  it('counts through retries: what is asked again and again ends by it', async () => {
    const server = await standIn({ fault: () => ({ kind: 'status', status: 503 }) });
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(1)));

    const { status } = await runCli({
      args: place.args('--set', 'record.deadline.ms=1500', '--set', 'max.retries=1000000'),
    });

    expect(status).toBe(3);
    expect(await place.outcomes()).toMatchObject([{ error: { code: 'deadline_exceeded' } }]);
    expect(server.stats().requests).toBeGreaterThan(0);
  });
});
