import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scaled } from '../scale.js';
import { forkStandIn, type ForkedStandIn } from '../testing/own-process.js';
import { type Place, placeIn, wholeLines } from './files.js';
import { killAtMoment } from './kill.js';
import { type JobCommand, type Moment, moments } from './plan.js';
import { startProcess } from './process.js';
import { BLANK, type CrashRecord, recordsOf } from './records.js';

const COUNT = scaled(20, 200);
const SEED = Number(process.env.RXJS_LLM_SEED ?? 1);
/** Only these moments: `17`, or `3,17`. */
const ONLY = process.env.RXJS_LLM_MOMENT?.split(',').map(Number);

const plan = moments(SEED, Math.max(COUNT, ...(ONLY ?? []))).filter(({ number }) => ONLY?.includes(number) ?? true);

/** What each phase was hit by, and what else was counted. */
const hits = new Map<string, number>();
const sums = { kills: 0, tooLate: 0, restarts: 0 };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxjs-llm-crash-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
});

async function prepared(moment: Moment, server: ForkedStandIn): Promise<Place> {
  const place = placeIn(join(folder, String(moment.number)));
  await mkdir(place.folder);
  const model = {
    provider: moment.api,
    model: 'any',
    'base.url': moment.api === 'anthropic' ? server.origin : server.url,
    'api.key': 'key-of-the-test',
    'system.prompt': 'Repeat each input.',
    'response.schema': { type: 'string' },
  };
  await writeFile(place.model, JSON.stringify(model));
  await writeInput(place, recordsOf(moment));
  return place;
}

async function writeInput({ input }: Place, records: readonly CrashRecord[]): Promise<void> {
  await writeFile(input, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

async function carriedOut(moment: Moment, server: ForkedStandIn): Promise<Place> {
  const place = await prepared(moment, server);
  const stage = { moment, server, place, records: recordsOf(moment).length };
  for (const command of ['submit', 'collect'] satisfies JobCommand[]) {
    let before = 0;
    for (const kill of moment.kills.filter((one) => one.command === command)) {
      const phases = await killAtMoment(stage, kill, before++);
      if (phases === null) sums.tooLate++;
      else sums.kills++;
      for (const phase of phases ?? []) hits.set(phase, (hits.get(phase) ?? 0) + 1);
    }
    if (before > 0) sums.restarts++;
    if (before > 0 && moment.isReversed) await writeInput(place, recordsOf(moment).toReversed());
    const { status, stderr } = await startProcess(place, moment, { command, resume: before > 0 }).ended;
    expect(status, `${command}: ${stderr}`).toBe(3);
  }
  return place;
}

interface Line {
  readonly key: CrashRecord['id'];
  readonly value: unknown;
  readonly error: { readonly code: string } | null;
}

/** Each key once, with its own value. */
function expectWhole(lines: readonly Line[], records: readonly CrashRecord[]): void {
  const told = lines.map(({ key, value, error }) => [key, value ?? error?.code]);
  const right = records.map((record) => [record.id, record === BLANK ? 'content_error' : record.text]);
  expect(told.toSorted(byKey)).toEqual(right.toSorted(byKey));
}

const byKey = ([one]: unknown[], [other]: unknown[]): number => (String(one) < String(other) ? -1 : 1);

describe.concurrent(`kill -9 at ${plan.length} moments of the seed ${SEED}`, () => {
  test.each(plan)(
    'moment $number: $api',
    async (moment) => {
      const server = await forkStandIn({
        echo: true,
        timeScale: 0.3,
        callDelayMs: moment.callDelayMs,
        jobs: { durationMs: moment.jobMs, seed: moment.number, fault: moment.fault },
      });
      const again = `RXJS_LLM_SEED=${SEED} RXJS_LLM_MOMENT=${moment.number} npm run test:crash\n${JSON.stringify(moment)}`;
      try {
        const place = await carriedOut(moment, server);
        const records = recordsOf(moment);
        const lines = (await wholeLines(place.output)).map((line) => JSON.parse(line) as Line);
        expectWhole(lines, records);

        const submitted = await server.ask<ReadonlyMap<string, number>>('submissions');
        const times = records.filter((record) => record !== BLANK).map(({ text }) => submitted.get(text) ?? 0);
        // The listing of this server is up to date: so at Anthropic nothing is submitted twice either.
        expect(times).toEqual(times.map(() => 1));
      } catch (error) {
        throw new Error(`to repeat it: ${again}`, { cause: error });
      } finally {
        await server.close();
      }
    },
    300_000,
  );
});

/** What the long form must have hit, so that it cannot lose its power in silence. */
const PHASES = {
  'openai submit': 'starting reading spooling listing uploading uploaded creating created journalled handled resuming',
  'openai collect': 'starting polling downloading writing recovering resuming',
  'anthropic submit': 'spooling listing creating created journalled handled resuming',
  'anthropic collect': 'starting polling downloading writing recovering resuming',
};

test.skipIf(ONLY !== undefined)('most kills came in time, and in the long form they have hit every phase', () => {
  const found = [...hits].toSorted().map(([phase, count]) => `  ${phase}: ${count}`);
  console.log([`seed ${SEED}, ${plan.length} moments, ${JSON.stringify(sums)}`, ...found].join('\n'));
  expect(sums.kills).toBeGreaterThanOrEqual(plan.length);
  const wanted = Object.entries(PHASES).flatMap(([what, names]) => names.split(' ').map((name) => `${what} ${name}`));
  const missed = wanted.filter((phase) => !hits.has(phase));
  expect(missed).toHaveLength(scaled(missed.length, 0));
});
