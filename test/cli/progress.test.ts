import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { barText, reportOf } from '../../src/cli/bar.js';
import { Meter } from '../../src/cli/meter.js';
import { createProgress, type Terminal } from '../../src/cli/progress.js';
import { clock, money } from '../../src/cli/text.js';
import { Totals } from '../../src/cli/totals.js';
import { standIn } from '../testing/chat.js';
import { jsonLines, parseLines, reviews, runCli, sentimentModel, workplace } from './cli.js';

const PRICES = { 'price.input.per.million': '0.4', 'price.output.per.million': '1.6' };

interface Reported {
  readonly type: string;
  readonly calls: number;
  readonly records: number;
  readonly tokens: { readonly input: number; readonly output: number };
  readonly cost: number;
  readonly oneCallARecord: Omit<Reported, 'type' | 'oneCallARecord'>;
}

describe('--progress json', () => {
  it('writes JSON Lines to stderr, the summary last, with what the server counted', async () => {
    const server = await standIn({ answer: (text) => (text.includes(' 7 ') ? 'neutral' : 'positive') });
    server.fault = ({ number }) => (number === 1 ? { kind: 'status', status: 503 } : undefined);
    const place = await workplace({ ...sentimentModel(server.url), ...PRICES }, `${jsonLines(reviews(50))}oops\n`);

    const { status, stderr } = await runCli({ args: place.args('--progress', 'json', '--set', 'batch.size=10') });

    expect(status).toBe(3);
    const lines = parseLines(stderr) as Reported[];
    expect(lines.slice(0, -1).every(({ type }) => type === 'progress')).toBe(true);
    const { inputTokens: input, outputTokens: output } = server.stats();
    const cost = (input * 0.4 + output * 1.6) / 1e6;
    expect(lines.at(-2)).toEqual({
      type: 'progress',
      records: 51,
      values: 49,
      failures: 2,
      skipped: 0,
      calls: 8,
      retries: 1,
      recoveries: 2,
      tokens: { input, cachedInput: 0, output },
      cost: expect.closeTo(cost, 12) as number,
      concurrency: null,
      circuit: 'closed',
      heldSeconds: null,
      recordsPerSecond: expect.any(Number) as number,
      seconds: expect.any(Number) as number,
      share: 1,
      secondsLeft: 0,
    });
    expect(lines.at(-1)).toMatchObject({
      type: 'summary',
      finished: true,
      records: 51,
      values: 49,
      failures: 2,
      calls: 8,
      retries: 1,
      recoveries: 2,
      errors: { schema_mismatch: 1, input_malformed: 1 },
      oneCallARecord: { isEstimate: true, calls: 50 },
    });
  });

  it('says in a line what the run ended by, before the summary', async () => {
    const server = await standIn({ apiKey: 'another' });
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(1)));

    const { status, stderr } = await runCli({ args: place.args('--progress', 'json') });

    expect(status).toBe(2);
    const lines = parseLines(stderr);
    expect(lines.at(-2)).toMatchObject({
      type: 'error',
      status: 2,
      message: expect.stringContaining('check api.key') as string,
    });
    expect(lines.at(-1)).toMatchObject({ type: 'summary', finished: false, records: 0 });
  });
});

describe('the summary', () => {
  it('estimates what one call a record would have cost, close to what it then costs', async () => {
    const server = await standIn();
    const place = await workplace({ ...sentimentModel(server.url), ...PRICES }, jsonLines(reviews(60)));
    const summaryAt = async (batchSize: number): Promise<Reported> => {
      const args = place.args('--overwrite', '--progress', 'json', '--set', `batch.size=${batchSize}`);
      return parseLines((await runCli({ args })).stderr).at(-1) as Reported;
    };
    const single = await summaryAt(1);

    const { oneCallARecord: estimate } = await summaryAt(20);

    expect(estimate.calls).toBe(single.calls);
    expect(Math.abs(estimate.tokens.input / single.tokens.input - 1)).toBeLessThan(0.1);
    expect(single.oneCallARecord.tokens).toEqual({ input: single.tokens.input, output: single.tokens.output });
    expect(single.oneCallARecord.cost).toBeCloseTo(single.cost, 12);
  });

  it('is for people otherwise', async () => {
    const server = await standIn();
    const place = await workplace({ ...sentimentModel(server.url), ...PRICES }, jsonLines(reviews(40)));

    const { stderr } = await runCli({ args: place.args('--set', 'batch.size=20') });

    expect(stderr).toMatch(
      /^done in \d+\.\d s: 40 records to .*output\.jsonl, 40 values, 0 errors\n {2}calls {3}2 \(0 to try again\)\n/,
    );
    expect(stderr).toMatch(
      /\n {2}cost {4}0\.\d+\n {2}one call a record: about 40 calls, [\d,]+ tokens in, \d+ out, cost 0\.\d+\n/,
    );
    expect(stderr).toContain('an estimate');
  });
});

describe('the bar', () => {
  const snapshot = {
    ...{ records: 1240, values: 1237, failures: 3, skipped: 0, calls: 62, retries: 1, recoveries: 0, share: 0.425 },
    ...{ tokens: { input: 80_000, cachedInput: 0, output: 4120 }, cost: 0.012345, concurrency: null },
    ...{ circuit: 'closed' as const, heldSeconds: null },
    ...{ recordsPerSecond: 103.2, seconds: 12, secondsLeft: 84 },
  };

  it('shows records, calls, tokens, cost, rate, time left and failures', () => {
    expect(barText(snapshot)).toBe(
      '████████░░░░░░░░░░░░  42% 1,240 records · 62 calls · 84,120 tokens · cost 0.01235 · 103.2/s · 1:24 left · 3 failed',
    );
  });

  it('leaves out what is not known', () => {
    expect(barText({ ...snapshot, share: null, secondsLeft: null, cost: null, skipped: 5 })).toBe(
      '1,240 records · 5 skipped · 62 calls · 84,120 tokens · 103.2/s · 3 failed',
    );
  });

  it('says when nothing is sent, and for how long', () => {
    expect(barText({ ...snapshot, heldSeconds: 9 })).toMatch(/ · 3 failed · on hold for 0:09$/);
    expect(barText({ ...snapshot, circuit: 'open', heldSeconds: 75 })).toMatch(
      / · 3 failed · circuit open · on hold for 1:15$/,
    );
    expect(barText({ ...snapshot, circuit: 'half-open' })).toMatch(/ · 3 failed · circuit half-open$/);
  });

  it('is drawn on a terminal only, and cleared at the end', () => {
    for (const [mode, isTTY, isShared, drawn] of [
      ['auto', true, false, true],
      ['auto', true, true, false],
      ['auto', false, false, false],
      ['none', true, false, false],
    ] as const) {
      let written = '';
      const stderr: Terminal = Object.assign(
        new Writable({
          write(chunk: Buffer, _, done) {
            written += chunk.toString();
            done();
          },
        }),
        { isTTY, columns: 200, rows: 20 },
      );
      const progress = createProgress(mode, stderr, isShared);
      progress.start(reportOf(new Meter(new Totals(), { bytes: 100, limit: Infinity })));
      expect(stripVTControlCharacters(written).includes('0 records · 0 calls')).toBe(drawn);
      progress.finish(undefined, undefined);
    }
  });
});

describe('the meter', () => {
  const record = (bytes: number) => {
    return { line: 1, bytes, key: 1, record: {}, json: '{}', problem: null, contentCharacters: 0 };
  };
  const outcome = (bytes: number) => {
    return { record: record(bytes), index: 0, batchId: 'b1', attempts: 1, value: 1, error: null };
  };

  it('tells the share by bytes, and the time left by what was not skipped', () => {
    const totals = new Totals();
    const meter = new Meter(totals, { bytes: 1000, limit: Infinity });
    totals.skip(record(500));
    totals.written(outcome(250), null);
    const { share, seconds, secondsLeft } = meter.read();
    expect(share).toBe(0.75);
    // A quarter of the input took all the time, and a quarter is left.
    expect(secondsLeft).toBeCloseTo(seconds, 1);
  });

  it('tells the share by records under a limit, and not at all without a size', () => {
    const totals = new Totals();
    totals.written(outcome(10), null);
    expect(new Meter(totals, { bytes: undefined, limit: 4 }).read().share).toBe(0.25);
    expect(new Meter(totals, { bytes: 1000, limit: 4 }).read().share).toBe(0.25);
    expect(new Meter(totals, { bytes: undefined, limit: Infinity }).read()).toMatchObject({
      share: null,
      secondsLeft: null,
    });
  });

  it('knows until when nothing is sent: the later of a hold and the circuit', () => {
    const totals = new Totals();
    const meter = new Meter(totals, { bytes: undefined, limit: Infinity });
    expect(meter.read()).toMatchObject({ circuit: 'closed', heldSeconds: null });
    totals.next({ type: 'hold', provider: 'any', holdMs: 90_000 });
    totals.next({ type: 'circuit', provider: 'any', state: 'open', waitMs: 5000 });
    const { circuit, heldSeconds } = meter.read();
    expect(circuit).toBe('open');
    expect(heldSeconds).toBeGreaterThan(5);
    expect(heldSeconds).toBeLessThanOrEqual(90);
    totals.next({ type: 'circuit', provider: 'any', state: 'closed', waitMs: 0 });
    expect(meter.read().circuit).toBe('closed');
  });

  it('writes money and times for people', () => {
    expect([0, 0.000038, 0.0123456, 1.5, 1234.567].map(money)).toEqual(['0', '0.000038', '0.01235', '1.5', '1,234.57']);
    expect([0, 7.4, 754, 3723].map(clock)).toEqual(['0:00', '0:07', '12:34', '1:02:03']);
  });
});
