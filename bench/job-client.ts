/**
 * A client of the benchmark of jobs, in a process of its own, so that its memory is its own: submits one job, follows it, and reads
 * its results. `jobs.ts` forks it; it takes what to do as its first message, and answers with its figures.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { firstValueFrom, lastValueFrom, of, reduce, toArray } from 'rxjs';
import { isOk, parseIndexed } from 'rxjs-llm';
import {
  folderStore,
  jobMemory,
  type JobPrompts,
  type JobProvider,
  jobResults,
  pollUntilDone,
  promptsOfKeys,
  submitBatchJob,
  type SubmitBatchJobOptions,
} from 'rxjs-llm/jobs';
import { anthropicJobs } from 'rxjs-llm/jobs/anthropic';
import { openaiJobs } from 'rxjs-llm/jobs/openai';
import { format, keyOf, promptsOf, type Review, reviewText } from './job-requests.ts';

export type ProviderName = 'openai' | 'anthropic';

/** What the process that reads the results knows of the records. */
export type Form = 'names' | 'store' | 'memory';

export interface Order {
  readonly provider: ProviderName;
  readonly form: Form;
  readonly url: string;
  readonly requests: number;
  /** Of a line, in bytes, with what parts it from the next. */
  readonly lineBytes: number;
}

type Phase = 'idle' | 'submit' | 'follow' | 'read';

export interface Report {
  /** Largest resident memory in each phase, as it was sampled, in bytes. */
  readonly sampled: Readonly<Record<Phase, number>>;
  /** Largest resident memory of the process's whole life, as the system says, in bytes. */
  readonly peak: number;
  readonly jobs: number;
  /** Of all lines. */
  readonly bytes: number;
  /** Records with an answer. */
  readonly ok: number;
  readonly ms: Readonly<Record<Phase, number>>;
}

const SAMPLE_MS = 5;

/** Largest resident memory of each phase, and its time. */
class Memory {
  readonly sampled: Record<Phase, number> = { idle: 0, submit: 0, follow: 0, read: 0 };
  readonly ms: Record<Phase, number> = { idle: 0, submit: 0, follow: 0, read: 0 };
  #phase: Phase = 'idle';
  #since = performance.now();
  readonly #timer = setInterval(() => {
    this.sample();
  }, SAMPLE_MS);

  sample(): void {
    this.sampled[this.#phase] = Math.max(this.sampled[this.#phase], process.memoryUsage.rss());
  }

  enter(phase: Phase): void {
    this.sample();
    this.ms[this.#phase] = performance.now() - this.#since;
    this.#phase = phase;
    this.#since = performance.now();
  }

  stop(): void {
    this.enter('idle');
    clearInterval(this.#timer);
  }
}

function jobsOf({ provider, url }: Order): JobProvider {
  if (provider === 'openai') return openaiJobs(new OpenAI({ baseURL: url, apiKey: 'any' }), { model: 'm' });
  return anthropicJobs(new Anthropic({ baseURL: url, apiKey: 'any' }), { model: 'm' });
}

/** What is kept when a job is submitted, and what is known when it is read. */
interface Knowledge {
  readonly submitting: SubmitBatchJobOptions<Review>;
  readonly prompts: JobPrompts<{ readonly key: string }>;
}

function knowledge(form: Form, folder: string): Knowledge {
  // Lines are named by keys, which are of one length.
  const key = (review: Review): string => review.key;
  switch (form) {
    case 'names':
      return { submitting: { key }, prompts: promptsOfKeys({ format }) };
    case 'store': {
      const store = folderStore(folder);
      return { submitting: { key, store }, prompts: promptsOfKeys({ format, store }) };
    }
    case 'memory': {
      const memory = jobMemory<Review>();
      return { submitting: { key, memory }, prompts: memory };
    }
  }
}

async function run(order: Order): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-llm-bench-'));
  const memory = new Memory();
  const own = jobsOf(order);
  let bytes = 0;
  const jobs: JobProvider = {
    ...own,
    line: (customId, request) => {
      const line = own.line(customId, request);
      bytes += line.bytes;
      return line;
    },
  };
  const { submitting, prompts } = knowledge(order.form, folder);
  const textBytes = order.lineBytes - (await bareBytes(own));

  function* records(): Generator<Review> {
    for (let number = 0; number < order.requests; number++) {
      // A source that leaves no time for timers.
      if (number % 500 === 0) memory.sample();
      yield { key: keyOf(number), text: reviewText(number, textBytes) };
    }
  }

  memory.enter('submit');
  const handles = await lastValueFrom(promptsOf(records()).pipe(submitBatchJob(jobs, submitting), toArray()));
  memory.enter('follow');
  const finished = await lastValueFrom(
    of(...handles).pipe(pollUntilDone(jobs, { intervalMs: 200, growth: 1 }), toArray()),
  );
  memory.enter('read');
  const ok = await lastValueFrom(
    of(...finished).pipe(
      jobResults(jobs, { prompts }),
      parseIndexed({ format }),
      reduce((sum, outcome) => sum + (isOk(outcome) ? 1 : 0), 0),
    ),
  );
  memory.stop();
  rmSync(folder, { recursive: true });
  const peak = process.resourceUsage().maxRSS * 1024;
  return { sampled: memory.sampled, ms: memory.ms, peak, jobs: handles.length, bytes, ok };
}

/** Bytes of a line without its text. */
async function bareBytes(jobs: JobProvider): Promise<number> {
  const { request } = await firstValueFrom(promptsOf([{ key: '', text: '-' }]));
  if (request === null) throw new Error('the prompt has no request');
  return jobs.line(keyOf(0), request).bytes - 1;
}

const [order] = (await once(process, 'message')) as [Order];
process.send?.(await run(order));
process.disconnect();
