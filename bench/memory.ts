/**
 * What of memory grows with the work: a million records through a slow provider beside 10,000, and a job of 200 MB beside one of 40 MB.
 * Each is a process of its own, with Node's usual heap. They are run once: a peak is one of many samples already.
 */
import { figuresOf } from './forked.ts';
import { REQUESTS, runJob } from './job-run.ts';
import type { MemoryOrder, MemoryReport } from './memory-client.ts';
import { atMost, type Result, rounded } from './result.ts';

const MB = 1_000_000;
const RECORDS = 1_000_000;
const FEWER = 10_000;
/** In MB. */
const MOST_GROWTH = 64;
const MOST_OF_A_JOB = 256;

/** A heap that leaves no room for garbage that is only left lying, in MB. */
const HEAP = 64;
const BOUNDED = [`--max-old-space-size=${HEAP}`, '--max-semi-space-size=4'];

/** By runs with 300,000, 1,000,000 and 3,000,000 records, and by a pipe of rxjs's own operators with 4,000,000 (200 MB). */
const WHY_RESIDENT =
  'V8 lets the young generation grow while a run lasts, and then no more: three million records take no more than one, and a pipe by hand ' +
  'takes nearly as much after four million';

export async function run(): Promise<readonly Result[]> {
  const [few, many] = [await memoryOf(FEWER), await memoryOf(RECORDS)];
  const [fewBounded, manyBounded] = [await memoryOf(FEWER, BOUNDED), await memoryOf(RECORDS, BOUNDED)];
  return [
    growth('live heap', many.live, few.live),
    growth(`resident memory, with a heap of ${HEAP} MB`, manyBounded.resident, fewBounded.resident),
    growth('resident memory', many.resident, few.resident),
    jobResult(await jobGrowth(REQUESTS), await jobGrowth(FEWER)),
  ];
}

async function memoryOf(records: number, flags: readonly string[] = []): Promise<MemoryReport> {
  const order: MemoryOrder = { records };
  return figuresOf<MemoryReport>('memory-client.ts', order, flags);
}

function growth(what: string, many: number, few: number): Result {
  return {
    name: 'memory',
    metric: `growth of ${what} from ${FEWER} to ${RECORDS} records`,
    value: rounded((many - few) / MB),
    unit: 'MB',
    vs: { [`${FEWER} records`]: rounded(many / few) },
    goals: [atMost(MOST_GROWTH, (many - few) / MB, `at most ${MOST_GROWTH} MB`, WHY_RESIDENT)],
    note: `at its highest ${Math.round(many / MB)} MB${what === 'live heap' ? ', after a full collection at each twentieth' : ''}`,
  };
}

/** What a client that holds no prompts grows by over what it has once its imports are done, in bytes. */
async function jobGrowth(requests: number): Promise<number> {
  const { peak, sampled } = await runJob('openai', 'names', requests);
  return peak - sampled.idle;
}

function jobResult(large: number, small: number): Result {
  return {
    name: 'memory, job',
    metric: `resident memory over idle, ${REQUESTS} requests in 200 MB`,
    value: rounded(large / MB),
    unit: 'MB',
    vs: { [`${FEWER} requests`]: rounded(large / small) },
    goals: [atMost(MOST_OF_A_JOB, large / MB, `at most ${MOST_OF_A_JOB} MB over idle`)],
    note: 'submitted, followed and read through the SDK of OpenAI',
  };
}
