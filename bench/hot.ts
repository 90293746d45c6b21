/** How much longer than its model a record takes, from a source that brings 1,000 in a second and cannot be asked to wait. */
import { lastValueFrom } from 'rxjs';
import { BATCH } from './batch-task.ts';
import { type HotFigures, hotRun, percentile } from './hot-run.ts';
import { median } from './race.ts';
import { atMost, type Result, rounded } from './result.ts';

const RECORDS = 2000;
const ROUNDS = 5;
const WARM_UPS = 1;
/** A batch of 20 is full after 19 ms: with the first it leaves full, with the second by its timer. */
const TIMEOUTS_MS = [100, 10];

export async function run(): Promise<readonly Result[]> {
  const rounds = new Map(TIMEOUTS_MS.map((ms) => [ms, [] as HotFigures[]]));
  for (let round = -WARM_UPS; round < ROUNDS; round++)
    for (const batchTimeoutMs of round % 2 === 0 ? TIMEOUTS_MS : TIMEOUTS_MS.toReversed()) {
      const figures = await lastValueFrom(hotRun({ records: RECORDS, batchTimeoutMs }));
      if (round >= 0) rounds.get(batchTimeoutMs)?.push(figures);
    }
  return TIMEOUTS_MS.flatMap((ms) => resultsOf(ms, rounds.get(ms) ?? []));
}

function resultsOf(timeoutMs: number, rounds: readonly HotFigures[]): readonly Result[] {
  const name = `hot, batch.timeout.ms ${timeoutMs}`;
  const lost = Math.max(...rounds.map((round) => round.lost));
  const filledMs = BATCH - 1;
  return [
    ...[0.5, 0.99].map((share): Result => {
      const wait = median(rounds.map(({ waits }) => percentile(waits, share)));
      return {
        name,
        metric: `added wait, p${100 * share}`,
        value: rounded(wait),
        unit: 'ms',
        vs: { 'batch.timeout.ms': rounded(wait / timeoutMs) },
        limit: rounded(wait / (Math.min(filledMs, timeoutMs) * share)),
        note: 'the limit is the wait for the rest of the batch',
      };
    }),
    {
      name,
      metric: 'records without an answer',
      value: lost,
      unit: 'records',
      vs: {},
      goals: [atMost(0, lost, 'none is dropped')],
      note: `the most of ${ROUNDS} rounds with ${RECORDS} records each`,
    },
  ];
}
