import { from } from 'rxjs';
import { expect, it } from 'vitest';
import { mlPredictJob } from '../../operators/mlPredictJob.js';
import { defineModel } from '../../src/model/define-model.js';
import { openai } from '../../src/provider/openai.js';
import type { LlmEvent, ResultEvent } from '../../src/types/events.js';
import { openaiClient } from '../testing/jobs/openai.js';
import { allOk, collect, FAST, jobsAt, jobServer, POLLS, texts, verdicts } from './server.js';

/** Runs ten records, three a request, of which the last job answers only one request. */
async function run(budgetMaxCost?: number) {
  const { server } = await jobServer({
    jobs: {
      order: 'input',
      fault: ({ number }) => (number === 2 ? { kind: 'end', as: 'expired', answered: 1 } : undefined),
    },
  });
  const events: LlmEvent[] = [];
  const model = defineModel<string>({
    provider: openai(openaiClient(server), { model: 'm' }),
    batchSize: 3,
    recordContent: (text) => text,
    priceInputPerMillion: 40,
    priceOutputPerMillion: 160,
    ...(budgetMaxCost === undefined ? {} : { budgetMaxCost }),
  });
  const outcomes = await collect(
    from(texts(10)).pipe(
      mlPredictJob(model, {
        jobs: jobsAt(server, 'chat'),
        submit: { ...FAST, maxRequests: 2, concurrency: 1 },
        poll: POLLS,
        events: { next: (event) => events.push(event) },
      }),
    ),
  );
  const results = events.filter((event): event is ResultEvent => event.type === 'result');
  return { outcomes, results, live: events.filter(({ type }) => type === 'attempt') };
}

it('reports what each result cost, at half the price, and the requests without an answer', async () => {
  const { outcomes, results, live } = await run();
  expect(verdicts(outcomes)).toEqual(allOk(texts(10)));
  expect(results.map(({ records }) => records).toSorted()).toEqual([1, 3, 3, 3]);
  expect(results.map(({ error }) => error).toSorted()).toEqual(['job_expired', null, null, null]);
  for (const { usage, cost, error } of results)
    expect(cost).toBe(error === null ? (usage!.inputTokens * 20 + usage!.outputTokens * 80) / 1e6 : undefined);
  expect(live).toHaveLength(1);
});

it('asks nothing live once results have used the budget up', async () => {
  // What the job answered is read before what it did not; the other job may be read before or after.
  const { results: all } = await run();
  const expired = all.find(({ error }) => error !== null)?.jobId;
  const spent = all.find(({ jobId, error }) => jobId === expired && error === null)?.cost;
  const { outcomes, live } = await run(spent);
  expect(live).toEqual([]);
  expect(outcomes.filter(({ error }) => error?.code === 'budget_exhausted').length).toBeGreaterThan(0);
  expect(outcomes).toHaveLength(10);
});
