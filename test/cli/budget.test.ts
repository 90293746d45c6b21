import { describe, expect, it } from 'vitest';
import { standIn } from '../testing/chat.js';
import {
  type CliResult,
  jsonLines,
  modelBy,
  parseLines,
  PROVIDERS,
  reviews,
  runCli,
  sentimentModel,
  workplace,
} from './cli.js';

/** A million an input token: each prompt costs as much as it has tokens. */
const PRICES = { 'price.input.per.million': '1000000', 'price.output.per.million': '0' };

const records = reviews(20);
const ONE_BY_ONE = ['--set', 'batch.size=5', '--set', 'concurrency=1'];

/** The last line of `--progress json`. */
function summaryOf({ stderr }: CliResult): unknown {
  return parseLines(stderr).at(-1);
}

describe.each(PROVIDERS)('budget.max.cost by provider %s', (provider) => {
  it('is kept to: the rest are error lines, and asked again by --resume', async () => {
    const server = await standIn();
    const place = await workplace({ ...modelBy(provider, server), ...PRICES }, jsonLines(records));
    const run = (...args: string[]) => runCli({ args: place.args(...ONE_BY_ONE, '--progress', 'json', ...args) });
    expect(summaryOf(await run())).toMatchObject({ budget: null });
    const [first, second, third] = server.requests.map(({ inputTokens }) => inputTokens) as [number, number, number];
    const maxCost = first + second + Math.floor(third / 3);

    const broke = await run('--overwrite', '--set', `budget.max.cost=${maxCost}`);

    expect(broke.status).toBe(3);
    expect(server.stats().requests).toBe(4 + 2);
    expect((await place.outcomes()).map(({ key, error }) => [key, error?.code, error?.attempts])).toEqual(
      records.map(({ id }, position) => (position < 10 ? [id, undefined, undefined] : [id, 'budget_exhausted', 0])),
    );
    expect(summaryOf(broke)).toMatchObject({
      finished: true,
      cost: first + second,
      errors: { budget_exhausted: 10 },
      budget: { maxCost, unanswered: 10 },
    });

    const resumed = await run('--resume', '--set', 'budget.max.cost=1e9');

    expect(resumed.status).toBe(0);
    expect(server.stats().requests).toBe(4 + 2 + 2);
    expect(summaryOf(resumed)).toMatchObject({ records: 10, skipped: 10, budget: { maxCost: 1e9, unanswered: 0 } });
    const outcomes = await place.outcomes();
    expect(outcomes.map(({ key, error }) => [key, error])).toEqual(records.map(({ id }) => [id, null]));
  });
});

describe('budget.max.cost', () => {
  it('that is used up is said in the summary, with how to go on', async () => {
    const server = await standIn();
    const place = await workplace({ ...sentimentModel(server.url), ...PRICES }, jsonLines(records));

    const { status, stderr } = await runCli({ args: place.args(...ONE_BY_ONE, '--set', 'budget.max.cost=0') });

    expect(status).toBe(3);
    expect(stderr).toContain('\n  20 budget_exhausted, the first: the budget is used up\n');
    expect(stderr).toContain(
      '\n  budget  used up (0 of 0): 20 records without an answer;\n    --resume asks them, and may spend budget.max.cost anew: give it a larger one if this was too small\n',
    );
    expect(server.stats().requests).toBe(0);
  });

  it('that suffices is not mentioned', async () => {
    const server = await standIn();
    const place = await workplace({ ...sentimentModel(server.url), ...PRICES }, jsonLines(records));

    const { status, stderr } = await runCli({ args: place.args('--set', 'budget.max.cost=1e9') });

    expect(status).toBe(0);
    expect(stderr).not.toContain('budget');
  });
});

describe('concurrency.adaptive', () => {
  it('is shown in the progress as it is now, and not where it is fixed', async () => {
    const server = await standIn({
      fault: ({ number }) => (number === 1 ? { kind: 'status', status: 503 } : undefined),
    });
    const place = await workplace(sentimentModel(server.url), jsonLines(records));
    const concurrencies = async (...args: string[]) => {
      const { stderr } = await runCli({ args: place.args('--progress', 'json', '--overwrite', ...args) });
      return (parseLines(stderr) as { readonly concurrency: unknown }[]).map(({ concurrency }) => concurrency);
    };

    // One request: an overload halves 8, and one success is no full round.
    const adaptive = await concurrencies('--set', 'concurrency.adaptive=true', '--set', 'batch.size=20');
    expect([adaptive[0], adaptive.at(-2), adaptive.at(-1)]).toEqual([8, 4, 4]);

    expect(new Set(await concurrencies())).toEqual(new Set([null]));
  });

  it.each(PROVIDERS)('lets provider %s recover from too much, with an answer for each record', async (provider) => {
    const server = await standIn();
    server.fault = () => (server.stats().inFlight > 2 ? { kind: 'status', status: 429 } : undefined);
    const place = await workplace(modelBy(provider, server), jsonLines(reviews(60)));

    const { status } = await runCli({
      args: place.args('--set', 'concurrency.adaptive=true', '--set', 'max.retries=20'),
    });

    expect(status).toBe(0);
  });
});
