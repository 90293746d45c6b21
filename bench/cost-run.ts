/** Runs that `cost` compares, over HTTP to the stand-in server, which counts the tokens of what went over the wire. */
import OpenAI from 'openai';
import { from, lastValueFrom, type OperatorFunction, toArray } from 'rxjs';
import { isOk, json, mlPredict, type Outcome, type ReplyFormat } from 'rxjs-llm';
import { delimited } from 'rxjs-llm/delimited';
import { http } from 'rxjs-llm/http';
import { jsonSchema } from 'rxjs-llm/json-schema';
import { mlPredictJob } from 'rxjs-llm/jobs';
import { openaiJobs } from 'rxjs-llm/jobs/openai';
import { defineModel } from 'rxjs-llm/model';
import { createStandInServer, type FaultRule, lexiconSentiment, unusableAnswers } from 'rxjs-llm/testing/server';
import { BATCH, type Review } from './batch-task.ts';

const schema = jsonSchema({ type: 'string', enum: ['positive', 'negative'] });

/** The formats that a reply can have here. */
export const FORMATS = { json: json({ schema }), delimited: delimited({ schema }) } as const;
export type FormatName = keyof typeof FORMATS;

/** How the records are asked for. */
export interface Way {
  readonly system: string;
  readonly format: FormatName;
  /** The share of answers that is unusable in a batch of 20; asked alone, none is, and between it grows linearly. */
  readonly unusable: number;
  /** `reask` is how the library recovers; with `fail` nothing is asked again. */
  readonly recovery: 'reask' | 'fail';
  readonly via: 'live' | 'job';
}

/** Tokens and calls; those of jobs apart, since they cost half. */
export interface Bill {
  readonly calls: number;
  readonly live: Tokens;
  readonly job: Tokens;
  /** Records without an answer. */
  readonly failed: readonly Review[];
}

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** Asks for 20 records at once. */
export async function batched(
  reviews: readonly Review[],
  { system, format, unusable, recovery, via }: Way,
): Promise<Bill> {
  const chance = (records: number): number => (unusable * (records - 1)) / (BATCH - 1);
  const server = await createStandInServer({
    apiKey: null,
    timeScale: 0,
    jobs: { durationMs: 0 },
    fault: answering(format, unusableAnswers({ chance })),
  });
  const model = modelAt(server.url, system, FORMATS[format]).with({ batchSize: BATCH, failureStrategy: recovery });
  const jobs = openaiJobs(new OpenAI({ baseURL: server.url, apiKey: 'any' }), { model: 'stand-in', structured: 'off' });
  const poll = { intervalMs: 10, growth: 1 };
  const predict: OperatorFunction<Review, Outcome<Review, unknown>> = via === 'live'
    ? mlPredict(model)
    : mlPredictJob(model, { jobs, poll });
  try {
    const outcomes = await lastValueFrom(from(reviews).pipe(predict, toArray()));
    const { requests, inputTokens, outputTokens, jobRequests, jobInputTokens, jobOutputTokens } = server.stats();
    return {
      calls: requests + jobRequests,
      live: { input: inputTokens, output: outputTokens },
      job: { input: jobInputTokens, output: jobOutputTokens },
      failed: outcomes.filter((outcome) => !isOk(outcome)).map(({ record }) => record),
    };
  } finally {
    await server.close();
  }
}

/**
 * Asks for each record alone, where no answer is unusable. What a request costs depends on its record only, so each text is asked once.
 *
 * @returns the bill for any of the records
 */
export async function singly(
  reviews: readonly Review[],
  system: string,
  format: FormatName,
): Promise<(some: readonly Review[]) => Bill> {
  const texts = [...new Set(reviews.map(({ text }) => text))];
  const server = await createStandInServer({
    apiKey: null,
    timeScale: 0,
    keepRequests: texts.length,
    fault: answering(format),
  });
  const model = modelAt(server.url, system, FORMATS[format]).with({ batchSize: 1 });
  try {
    const distinct = texts.map((text) => ({ text }));
    const outcomes = await lastValueFrom(from(distinct).pipe(mlPredict(model), toArray()));
    if (!outcomes.every((outcome) => isOk(outcome))) throw new Error('a record that was asked alone has no answer');
    const asked = new Map(server.requests.map((request) => [request.records[0]?.text, request]));
    return (some) => {
      const sum = (tokens: 'inputTokens' | 'outputTokens'): number =>
        some.reduce((total, { text }) => total + (asked.get(text)?.[tokens] ?? NaN), 0);
      const live = { input: sum('inputTokens'), output: sum('outputTokens') };
      return { calls: some.length, live, job: { input: 0, output: 0 }, failed: [] };
    };
  } finally {
    await server.close();
  }
}

/** Nothing but messages goes over the wire: a schema in the request would not be counted. */
function modelAt(baseUrl: string, systemPrompt: string, responseFormat: ReplyFormat) {
  const provider = http({ model: 'stand-in', baseUrl, structured: 'off' });
  // One request after the other, so that each run is the same.
  return defineModel<Review>({ provider, systemPrompt, responseFormat, concurrency: 1 });
}

/** The server writes JSON: in the delimited format, the reply is written here. */
function answering(format: FormatName, spoiling: FaultRule = () => undefined): FaultRule {
  if (format === 'json') return spoiling;
  return (request) => {
    const fault = spoiling(request);
    const spoilt = fault?.kind === 'unusable' ? fault.positions : [];
    return {
      kind: 'reply',
      rewrite: (_, records) =>
        records
          .map(
            ({ id, text }, position) => `${id ?? ''}|${spoilt.includes(position) ? 'unclear' : lexiconSentiment(text)}`,
          )
          .join('\n'),
    };
  };
}
