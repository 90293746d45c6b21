/**
 * What recovery costs, in percent of one call a record: a model whose answers get worse the more records it is asked for at once.
 *
 * An answer's chance to be unusable grows linearly from 0, asked alone, to 70 % in a batch of 20. The requests go over HTTP to the
 * stand-in server, which draws what is unusable by a seed and counts the tokens. `npm run bench:recovery`.
 */
import { readFile } from 'node:fs/promises';
import { from, lastValueFrom, type Observable, of, type OperatorFunction, pipe, toArray } from 'rxjs';
import {
  type BatchPrompt,
  bufferTimeOrCount,
  callLLM,
  isOk,
  json,
  mlPredict,
  type Outcome,
  parseIndexed,
  type Provider,
  recoverFailed,
  type RecoveryStrategy,
  toBatchPrompt,
} from 'rxjs-llm';
import { http } from 'rxjs-llm/http';
import { jsonSchema } from 'rxjs-llm/json-schema';
import { defineModel, type ModelOptions } from 'rxjs-llm/model';
import { createStandInServer, unusableAnswers } from 'rxjs-llm/testing/server';
import { countTokens } from 'rxjs-llm/tokens';
import { rubricOf, SHORT } from './rubric.ts';

interface Review {
  readonly text: string;
}

const BATCH = 20;
const ROUNDS = 5;
/** Dollars per million tokens: gpt-4.1-mini. */
const PRICE = { in: 0.4, out: 1.6 };
const RUBRIC_TOKENS = 400;
/** What the run may cost with the rubric, in percent. */
const LIMIT = 200 / 3;

const schema = jsonSchema({ type: 'string', enum: ['positive', 'negative'] });

const chance = (records: number): number => (0.7 * (records - 1)) / (BATCH - 1);

const text = await readFile(new URL('../examples/data/reviews.jsonl', import.meta.url), 'utf8');
const lines = text.split('\n').filter((line) => line !== '');
const reviews = Array.from({ length: ROUNDS }, () => lines.map((line) => JSON.parse(line) as Review)).flat();

interface Figures {
  readonly calls: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly usable: number;
}

/** How the reviews are asked for. */
interface Way {
  readonly name: string;
  readonly options: Partial<ModelOptions<Review>>;
  /** What the run may cost, where that is not the default: asked by the operators alone. */
  readonly budget?: number;
}

const WAYS: readonly Way[] = [
  { name: 'one call a record', options: { batchSize: 1 } },
  { name: 'fail', options: { failureStrategy: 'fail' } },
  { name: 'retry', options: { failureStrategy: 'retry' } },
  { name: 'bisect', options: { failureStrategy: 'bisect' } },
  { name: 'single', options: { failureStrategy: 'single' } },
  { name: 'reask', options: { failureStrategy: 'reask' } },
  { name: 'single, without a budget', options: { failureStrategy: 'single' }, budget: Infinity },
  { name: 'reask, without a budget', options: { failureStrategy: 'reask' }, budget: Infinity },
];

async function run(systemPrompt: string, together: boolean, { options, budget }: Way): Promise<Figures> {
  const server = await createStandInServer({
    apiKey: null,
    timeScale: 0,
    fault: unusableAnswers({ chance, together }),
  });
  const provider = http({ model: 'stand-in', baseUrl: server.url });
  // One request after the other, so that each run is the same.
  const asked = { provider, systemPrompt, batchSize: BATCH, concurrency: 1, responseSchema: schema };
  const prices = { priceInputPerMillion: PRICE.in, priceOutputPerMillion: PRICE.out };
  const predict =
    budget === undefined
      ? mlPredict(defineModel<Review>({ ...asked, ...prices, ...options }))
      : withBudget(provider, systemPrompt, options.failureStrategy, budget);
  try {
    const outcomes = await lastValueFrom(from(reviews).pipe(predict, toArray()));
    const { requests, inputTokens, outputTokens } = server.stats();
    const usable = outcomes.filter((outcome) => isOk(outcome)).length / reviews.length;
    return { calls: requests, tokensIn: inputTokens, tokensOut: outputTokens, usable };
  } finally {
    await server.close();
  }
}

/** What `mlPredict` does, by its operators. */
function withBudget(
  provider: Provider,
  system: string,
  strategy: RecoveryStrategy = 'reask',
  budget: number,
): OperatorFunction<Review, Outcome<Review, unknown>> {
  const format = json({ schema });
  const attempt = (prompt: BatchPrompt<Review>): Observable<Outcome<Review, unknown>> =>
    of(prompt).pipe(callLLM(provider, { concurrency: 1, priority: 'recovery' }), parseIndexed({ format }));
  const price = { inputPerMillion: PRICE.in, outputPerMillion: PRICE.out };
  return pipe(
    bufferTimeOrCount<Review>({ maxCount: BATCH }),
    toBatchPrompt({ system, format }),
    callLLM(provider, { concurrency: 1 }),
    parseIndexed<Review>({ format }),
    recoverFailed({ strategy, attempt, budget, price }),
  );
}

const costOf = ({ tokensIn, tokensOut }: Figures): number => tokensIn * PRICE.in + tokensOut * PRICE.out;
const tokensOf = ({ tokensIn, tokensOut }: Figures): number => tokensIn + tokensOut;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const rubric = rubricOf(RUBRIC_TOKENS);
let reached = true;
for (const [name, prompt] of [
  [`a rubric of ${countTokens(rubric)} tokens`, rubric],
  [`a prompt of ${countTokens(SHORT)} tokens`, SHORT],
] as const)
  for (const together of [false, true]) {
    const rows: Record<string, Record<string, string | number>> = {};
    let base: Figures | undefined;
    for (const way of WAYS) {
      const figures = await run(prompt, together, way);
      base ??= figures;
      const cost = costOf(figures) / costOf(base);
      rows[way.name] = {
        calls: figures.calls,
        'tokens in': figures.tokensIn,
        'tokens out': figures.tokensOut,
        tokens: percent(tokensOf(figures) / tokensOf(base)),
        cost: percent(cost),
        usable: percent(figures.usable),
      };
      if (way.name === 'reask' && prompt === rubric) reached &&= 100 * cost <= LIMIT && figures.usable === 1;
    }
    console.log(
      `\n${reviews.length} reviews, ${name}; ${together ? 'the answers of a reply fail together' : 'each answer fails by itself'}`,
    );
    console.table(rows);
  }

console.log(
  `\nwith the rubric, reask costs at most ${LIMIT.toFixed(1)} % and leaves nothing out: ${reached ? 'yes' : 'NO'}`,
);
process.exitCode = reached ? 0 : 1;
