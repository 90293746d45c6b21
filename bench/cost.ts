/**
 * What 10,000 reviews cost, in batches of 20: tokens of what went over the wire, in `o200k_base`, at published prices. Beside it, one call
 * a record, and batches whose failed records are all asked alone.
 */
import type { Review } from './batch-task.ts';
import { batched, type Bill, FORMATS, type FormatName, singly, type Tokens, type Way } from './cost-run.ts';
import { atMost, type Goal, type Result, rounded } from './result.ts';
import { realReviews } from './reviews.ts';
import { rubricOf, SHORT } from './rubric.ts';

/** gpt-4.1-mini, in dollars per million tokens, as OpenAI's price list has it; a job costs half (Batch API). No cached input is counted. */
const PRICE = { input: 0.4, output: 1.6, job: 1 / 2 };
const RECORDS = 10_000;
const RUBRIC_TOKENS = 400;
const SINGLE = 'one call a record';
const BLIND = 'single calls for what failed';

export async function run(): Promise<readonly Result[]> {
  const reviews = realReviews(RECORDS, 'cost');
  return reviews === undefined ? [] : costsOf(reviews);
}

type Alone = (some: readonly Review[]) => Bill;

/** All cases. */
export async function costsOf(reviews: readonly Review[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [prompt, system] of [
    ['rubric', rubricOf(RUBRIC_TOKENS)],
    ['short prompt', SHORT],
  ] as const)
    for (const format of Object.keys(FORMATS) as FormatName[]) {
      const alone = await singly(reviews, system, format);
      for (const unusable of [0, 0.3, 0.7]) {
        const first = await batched(reviews, { system, format, unusable, recovery: 'fail', via: 'live' });
        for (const via of ['live', 'job'] as const)
          results.push(
            await caseOf(prompt, reviews, { system, format, unusable, via, recovery: 'reask' }, alone, first),
          );
      }
    }
  return results;
}

/** @param first - the bill for asking once, live: a job asks the same, at its own price */
async function caseOf(
  prompt: string,
  reviews: readonly Review[],
  way: Way,
  alone: Alone,
  first: Bill,
): Promise<Result> {
  const { format, unusable, via } = way;
  const bill = await batched(reviews, way);
  const single = costOf(alone(reviews));
  const blind = costOf(first) * (via === 'job' ? PRICE.job : 1) + costOf(alone(first.failed));
  const cost = costOf(bill);
  const usable = 1 - bill.failed.length / reviews.length;
  return {
    name: `cost, ${prompt}, ${format}, ${via}, ${100 * unusable} % unusable`,
    metric: `cost of ${reviews.length} records`,
    value: rounded(cost),
    unit: 'USD',
    vs: { [SINGLE]: rounded(cost / single), [BLIND]: rounded(cost / blind) },
    goals: prompt === 'rubric' ? goalsOf(way, cost / single, usable) : [],
    note: `${bill.calls} calls for ${reviews.length}; ${percent(usable)} of the records have an answer`,
  };
}

function goalsOf({ format, unusable, via }: Way, share: number, usable: number): readonly Goal[] {
  const whole = atMost(0, 1 - usable, 'an answer for every record', 'the budget for asking again was used up');
  if (unusable === 0.7 && via === 'live') return [whole, atMost(2 / 3, share, `at most 2/3 of ${SINGLE}`)];
  if (unusable > 0 || format !== 'delimited') return [whole];
  const goal =
    via === 'live' ? atMost(0.15, share, 'at least 85 % cheaper') : atMost(0.08, share, 'at least 92 % cheaper');
  return [whole, goal];
}

function costOf({ live, job }: Bill): number {
  const price = ({ input, output }: Tokens): number => (input * PRICE.input + output * PRICE.output) / 1e6;
  return price(live) + price(job) * PRICE.job;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
