/** The ways that `wall` compares: each asks the stand-in server for a value for each review, with equal concurrency. */
import { JsonOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatOpenAI } from '@langchain/openai';
import OpenAI from 'openai';
import pLimit from 'p-limit';
import { from, lastValueFrom, toArray } from 'rxjs';
import { mlPredict } from 'rxjs-llm';
import { http } from 'rxjs-llm/http';
import { defineModel } from 'rxjs-llm/model';
import { BATCH, batchesOf, CONCURRENCY, promptOf, type Review, SYSTEM, valuesOf } from './batch-task.ts';

/** Gives a value for each review, in their order. */
export type HttpWay = (baseUrl: string, reviews: readonly Review[]) => Promise<readonly unknown[]>;

const MODEL = 'stand-in';
const ALONE = 'Reply with JSON only, in this form: {"value": <your answer>}';

interface Single {
  readonly value: unknown;
}

/** @param batchSize - records a call */
export function byMlPredict(batchSize: number): HttpWay {
  return async (baseUrl, reviews) => {
    const provider = http({ model: MODEL, baseUrl, stream: false, concurrency: CONCURRENCY });
    const model = defineModel<Review>({ provider, systemPrompt: SYSTEM, batchSize });
    const outcomes = await lastValueFrom(from(reviews).pipe(mlPredict(model), toArray()));
    return outcomes.map(({ value }) => value);
  };
}

/** The same batches by as many workers, and no more than HTTP takes: nothing is safe in it. */
export const byFetch: HttpWay = async (baseUrl, reviews) => {
  const batches = batchesOf(reviews, BATCH);
  const values: unknown[][] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < batches.length) {
      const place = next++;
      const batch = batches[place]!;
      const reply = await complete(baseUrl, promptOf(batch));
      values[place] = valuesOf(batch, reply).map(({ value }) => value);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return values.flat();
};

export const byOpenai: HttpWay = async (baseURL, reviews) => {
  const client = new OpenAI({ baseURL, apiKey: 'any', maxRetries: 0 });
  const limit = pLimit(CONCURRENCY);
  return limit.map(reviews, async ({ text }) => {
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: `${ALONE}\n\nInput: ${JSON.stringify(text)}` },
      ],
    });
    return (JSON.parse(choices[0]?.message.content ?? '') as Single).value;
  });
};

export const byLangChain: HttpWay = async (baseURL, reviews) => {
  const prompt = ChatPromptTemplate.fromMessages([
    ['system', SYSTEM],
    ['human', `${ALONE.replaceAll(/[{}]/g, '$&$&')}\n\nInput: {text}`],
  ]);
  const model = new ChatOpenAI({ model: MODEL, apiKey: 'any', maxRetries: 0, configuration: { baseURL } });
  const values = await prompt
    .pipe(model)
    .pipe(new JsonOutputParser<{ value: unknown }>())
    .batch(
      reviews.map(({ text }) => ({ text: JSON.stringify(text) })),
      { maxConcurrency: CONCURRENCY },
    );
  return values.map(({ value }) => value);
};

/**
 * One request by `fetch`.
 *
 * @throws Error if it is refused
 */
export async function complete(baseUrl: string, content: string): Promise<string> {
  const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content }] });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${baseUrl}/chat/completions`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const { choices } = (await response.json()) as Completion;
  return choices[0]?.message.content ?? '';
}

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
}
