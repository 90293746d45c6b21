/**
 * How long 10,000 reviews take over HTTP, 20 in a call, 8 calls at a time, and the same one in a call. The stand-in server is a process
 * of its own and takes 200 ms for one record and 300 ms for 20, both times `TIME_SCALE`.
 */
import { forkStandIn } from '../test/testing/own-process.ts';
import { BATCH, CONCURRENCY, type Review } from './batch-task.ts';
import { race, type Runner } from './race.ts';
import { atMost, type Result, rounded } from './result.ts';
import { realReviews } from './reviews.ts';
import { byFetch, byLangChain, byMlPredict, byOpenai, type HttpWay } from './wall-ways.ts';

const RECORDS = 10_000;
/** One call a record takes more than 12 times as long: so many stand for all. */
const FEWER_RECORDS = 400;
const TIME_SCALE = 0.2;
const BATCH_MS = 300;

const OURS = 'mlPredict';
const FETCH = 'bare fetch loop, the same batches';
const ALONE: Readonly<Record<string, HttpWay>> = {
  'mlPredict, one call a record': byMlPredict(1),
  'openai under p-limit': byOpenai,
  'LangChain .batch': byLangChain,
};

/** How often the server is asked. */
export interface Calls {
  readonly batched: number;
  readonly alone: number;
}

export async function run(): Promise<readonly Result[]> {
  const reviews = realReviews(RECORDS, 'wall');
  if (reviews === undefined) return [];
  const server = await forkStandIn({ apiKey: null, timeScale: TIME_SCALE, keepRequests: 0 });
  try {
    const few = reviews.slice(0, FEWER_RECORDS);
    const runner = (name: string, way: HttpWay, some: readonly Review[]): Runner => ({
      name,
      units: some.length,
      run: () => answering(way, server.url, some),
    });
    const { microseconds, ratio } = await race(
      [
        runner(OURS, byMlPredict(BATCH), reviews),
        runner(FETCH, byFetch, reviews),
        ...Object.entries(ALONE).map(([name, way]) => runner(name, way, few)),
      ],
      { clock: 'wall' },
    );
    const ideal = (1000 * BATCH_MS * TIME_SCALE) / CONCURRENCY / BATCH;
    const alone = Object.keys(ALONE);
    return [
      {
        name: 'wall',
        metric: 'time for a record',
        value: rounded(microseconds(OURS) / 1000),
        unit: 'ms',
        vs: Object.fromEntries([FETCH, ...alone].map((name) => [name, rounded(ratio(OURS, name))])),
        limit: rounded(microseconds(OURS) / ideal),
        goals: alone.map((name) => atMost(1 / 12, ratio(OURS, name), `at most 1/12 of ${name}`)),
        note:
          `latencies times ${TIME_SCALE}; one call a record with ${FEWER_RECORDS} records; the limit is ` +
          `calls / ${CONCURRENCY} × latency`,
      },
      callsResult(await callsOf(reviews)),
    ];
  } finally {
    await server.close();
  }
}

/** Asks for a value for each review, and fails where one has none. */
async function answering(way: HttpWay, url: string, reviews: readonly Review[]): Promise<void> {
  const values = await way(url, reviews);
  const answered = values.filter((value) => value === 'positive' || value === 'negative');
  if (answered.length !== reviews.length) throw new Error(`${answered.length} of ${reviews.length} have a value`);
}

/** Counts calls at a server that answers at once. */
export async function callsOf(reviews: readonly Review[]): Promise<Calls> {
  const server = await forkStandIn({ apiKey: null, timeScale: 0, keepRequests: 0 });
  const counted = async (way: HttpWay): Promise<number> => {
    const { requests: before } = await server.ask<{ requests: number }>('stats');
    await answering(way, server.url, reviews);
    const { requests } = await server.ask<{ requests: number }>('stats');
    return requests - before;
  };
  try {
    return { batched: await counted(byMlPredict(BATCH)), alone: await counted(byMlPredict(1)) };
  } finally {
    await server.close();
  }
}

export function callsResult({ batched, alone }: Calls): Result {
  return {
    name: 'wall, calls',
    metric: `calls for ${alone} records`,
    value: batched,
    unit: 'calls',
    vs: { 'one call a record': batched / alone },
    goals: [atMost(1 / BATCH, batched / alone, `at most 1/${BATCH} of one call a record`)],
  };
}
