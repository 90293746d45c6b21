import { readdir } from 'node:fs/promises';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { from, lastValueFrom, type Observable, toArray } from 'rxjs';
import { onTestFinished } from 'vitest';
import { bufferTimeOrCount } from '../../operators/bufferTimeOrCount.js';
import { jobResults } from '../../operators/jobResults.js';
import { parseIndexed } from '../../operators/parseIndexed.js';
import { pollUntilDone, type PollUntilDoneOptions } from '../../operators/pollUntilDone.js';
import { submitBatchJob, type SubmitBatchJobOptions } from '../../operators/submitBatchJob.js';
import { toBatchPrompt, type ToBatchPromptOptions } from '../../operators/toBatchPrompt.js';
import { anthropicJobs } from '../../src/job/anthropic/anthropic-jobs.js';
import { openaiJobs } from '../../src/job/openai/openai-jobs.js';
import { jobMemory } from '../../src/job/prompts/memory.js';
import type { JobHandle, JobProvider } from '../../src/types/job.js';
import type { Outcome } from '../../src/types/outcome.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import { createStandInServer, type StandInOptions, type StandInServer } from '../../src/testing/server.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';

/** A key that must never be seen anywhere. */
export const KEY = 'sk-secret-0123456789';

export const APIS = ['chat', 'responses', 'messages'] as const;
export type Api = (typeof APIS)[number];

/** A server whose jobs end soon, and a folder for spools. */
export async function jobServer(options: StandInOptions = {}) {
  const folder = await ownTmpdir();
  const jobs = { durationMs: 20, ...options.jobs };
  const server = await createStandInServer({ timeScale: 1, latency: () => 0, ...options, jobs });
  onTestFinished(() => server.close());
  return { server, spools: async () => (await readdir(folder)).filter((name) => name.startsWith('rxjs-llm-job-')) };
}

export function jobsAt({ url, origin }: Pick<StandInServer, 'url' | 'origin'>, api: Api): JobProvider {
  if (api === 'messages') {
    const client = new Anthropic({ baseURL: origin, apiKey: KEY, maxRetries: 0, logLevel: 'off' });
    return anthropicJobs(client, { model: 'm' });
  }
  return openaiJobs(new OpenAI({ baseURL: url, apiKey: KEY, maxRetries: 0 }), { model: 'm', api });
}

/** `text 1` … */
export function texts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `text ${i + 1}`);
}

export function promptsOf(
  records: readonly string[],
  batchSize = 1,
  options: ToBatchPromptOptions<string> = {},
): Observable<BatchPrompt<string>> {
  return from(records).pipe(bufferTimeOrCount({ maxCount: batchSize }), toBatchPrompt(options));
}

export const FAST = { backoff: { initialMs: 5, maxMs: 20 } };
export const POLLS: PollUntilDoneOptions = { intervalMs: 10, growth: 1 };

export async function collect<T>(source: Observable<T>): Promise<readonly T[]> {
  return lastValueFrom(source.pipe(toArray()));
}

/** Submits, waits and reads, in one process. */
export async function predicted(
  provider: JobProvider,
  prompts: Observable<BatchPrompt<string>>,
  options: SubmitBatchJobOptions<string> = {},
): Promise<{ readonly handles: readonly JobHandle[]; readonly outcomes: readonly Outcome<string, unknown>[] }> {
  const memory = jobMemory<string>();
  const handles = await collect(prompts.pipe(submitBatchJob(provider, { memory, ...FAST, ...options })));
  const { events } = options;
  const outcomes = await collect(
    from(handles).pipe(
      pollUntilDone(provider, { ...POLLS, events }),
      jobResults(provider, { prompts: memory, ...FAST, events }),
      parseIndexed({ events }),
    ),
  );
  return { handles, outcomes };
}

/** `text 1: ok` or its error's code, in order. */
export function verdicts(outcomes: readonly Outcome<string, unknown>[]): readonly string[] {
  return outcomes
    .toSorted((one, other) => one.index - other.index)
    .map(({ record, error }) => `${record}: ${error?.code ?? 'ok'}`);
}

export function allOk(records: readonly string[]): readonly string[] {
  return records.map((record) => `${record}: ok`);
}
