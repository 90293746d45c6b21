/**
 * 32 requests at a time, over HTTP, to a provider that answers 200 in a second and the rest with 429 and `retry-after-ms`. All know how
 * many may be in flight, and nobody knows the limit, but the one who is told.
 */
import pLimit from 'p-limit';
import pRetry from 'p-retry';
import { from, lastValueFrom, toArray } from 'rxjs';
import { isOk, mlPredict } from 'rxjs-llm';
import { http, type HttpOptions } from 'rxjs-llm/http';
import { defineModel } from 'rxjs-llm/model';
import { createStandInServer, type FaultRule } from 'rxjs-llm/testing/server';
import { promptOf, type Review, reviewsOf } from './batch-task.ts';
import { Bucket } from './bucket.ts';
import { median } from './race.ts';
import { atMost, type Goal, type Result, rounded } from './result.ts';
import { complete } from './wall-ways.ts';

const PER_SECOND = 200;
const RECORDS = 1000;
const CONCURRENCY = 32;
const LATENCY_MS = 50;
/** As often as p-retry asks again. */
const RETRIES = 10;
const ROUNDS = 5;

const PEER = 'p-retry around each call';
const FIXED = 'fixed';
const WAYS = {
  adaptive: byMlPredict({ adaptive: true }),
  'rate known': byMlPredict({ requestsPerMinute: 60 * PER_SECOND }),
  [FIXED]: byMlPredict({}),
  [PEER]: byRetries,
};
/** They run two at a time, each with a server of its own: most of it is waiting. */
const PAIRS: readonly (readonly (keyof typeof WAYS)[])[] = [
  ['adaptive', 'rate known'],
  [FIXED, PEER],
];
const WHY_FIXED =
  'after each hold as many start as may be in flight, whatever was refused before: that is what concurrency.adaptive is for';

const WHY_SHORT =
  'the run is short: how many may be in flight has to be found out, and the last retries wait; over 40 s, in virtual time, it is reached';

/** Asks for each record in a call of its own. Gives how many were answered. */
type StormWay = (baseUrl: string, records: readonly Review[]) => Promise<number>;

/** What one run came to. */
interface Storm {
  readonly answered: number;
  /** Share of the requests that were refused. */
  readonly wasted: number;
  /** What it took of the least that the limit allows: a second's worth is there at first, and the last one has to be answered. */
  readonly time: number;
  readonly seconds: number;
}

export async function run(): Promise<readonly Result[]> {
  const storms = new Map(Object.keys(WAYS).map((name) => [name, [] as Storm[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const together of round % 2 === 0 ? PAIRS : PAIRS.toReversed())
      await Promise.all(
        together.map(async (name) => storms.get(name)?.push(await storm(WAYS[name], reviewsOf(RECORDS)))),
      );
  return [...storms].flatMap(([name, own]) => resultsOf(name, own, storms.get(PEER) ?? []));
}

/** Why a way may be short of the throughput or of what may be refused. */
function reasonOf(name: string): string {
  return name === FIXED ? WHY_FIXED : WHY_SHORT;
}

function resultsOf(name: string, own: readonly Storm[], peer: readonly Storm[]): readonly Result[] {
  if (name === PEER) return [];
  const of = (figure: keyof Storm): number => median(own.map((one) => one[figure]));
  const vs = (figure: keyof Storm): Result['vs'] => ({
    [PEER]: rounded(median(own.map((one, round) => one[figure] / peer[round]![figure]))),
  });
  const goal = (most: number, measured: number, what: string): readonly Goal[] => [
    atMost(most, measured, what, reasonOf(name)),
  ];
  const note = `${of('answered')} of ${RECORDS} answered; ${PEER}: ${median(peer.map(({ answered }) => answered))}`;
  return [
    {
      name: `retry-storm, ${name}`,
      metric: 'requests that were refused',
      value: rounded(100 * of('wasted')),
      unit: '%',
      vs: vs('wasted'),
      goals: goal(0.05, of('wasted'), 'at most 5 % of the requests'),
      note,
    },
    {
      name: `retry-storm, ${name}`,
      metric: `time for ${RECORDS} requests`,
      value: rounded(of('seconds')),
      unit: 's',
      vs: vs('seconds'),
      limit: rounded(of('time')),
      goals: goal(1 / 0.95, of('time'), 'at least 95 % of what the limit lets through'),
      note: `the limit is what passes at ${PER_SECOND} a second`,
    },
  ];
}

async function storm(way: StormWay, records: readonly Review[]): Promise<Storm> {
  const refused = { count: 0 };
  const server = await createStandInServer({
    apiKey: null,
    keepRequests: 0,
    latency: () => LATENCY_MS,
    answer: () => 'positive',
    fault: limited(new Bucket(PER_SECOND, performance.now()), refused),
  });
  try {
    const since = performance.now();
    const answered = await way(server.url, records);
    const seconds = (performance.now() - since) / 1000;
    const passed = server.stats().requests - refused.count;
    return {
      answered,
      wasted: refused.count / server.stats().requests,
      time: seconds / ((passed - PER_SECOND) / PER_SECOND + LATENCY_MS / 1000),
      seconds,
    };
  } finally {
    await server.close();
  }
}

function limited(bucket: Bucket, refused: { count: number }): FaultRule {
  return () => {
    const wait = bucket.take(performance.now());
    if (wait === 0) return undefined;
    refused.count++;
    return { kind: 'status', status: 429, headers: { 'retry-after-ms': String(Math.ceil(wait)) } };
  };
}

function byMlPredict(gate: Pick<HttpOptions, 'adaptive' | 'requestsPerMinute'>): StormWay {
  return async (baseUrl, records) => {
    const provider = http({ model: 'stand-in', baseUrl, stream: false, concurrency: CONCURRENCY, ...gate });
    const model = defineModel<Review>({ provider, batchSize: 1, concurrency: CONCURRENCY, maxRetries: RETRIES });
    const outcomes = await lastValueFrom(from(records).pipe(mlPredict(model), toArray()));
    return outcomes.filter((outcome) => isOk(outcome)).length;
  };
}

async function byRetries(baseUrl: string, records: readonly Review[]): Promise<number> {
  const ask = (record: Review): Promise<unknown> =>
    pRetry(() => complete(baseUrl, promptOf([record])), { retries: RETRIES });
  const limit = pLimit(CONCURRENCY);
  const settled = await Promise.allSettled(records.map((record) => limit(ask, record)));
  return settled.filter(({ status }) => status === 'fulfilled').length;
}
