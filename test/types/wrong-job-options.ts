/**
 * One wrong value for each option of jobs, as an error that tsc has to find. Checked by tsc alone: nothing here runs.
 */
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { from, of } from 'rxjs';
import { bufferTimeOrCount, toBatchPrompt } from '../../src/index.js';
import { anthropicJobs } from '../../src/job/anthropic/anthropic-jobs.js';
import { openaiJobs, openaiWake } from '../../src/job/openai/index.js';
import {
  folderStore,
  type JobHandle,
  jobMemory,
  type JobProvider,
  jobResults,
  mlPredictJob,
  pollUntilDone,
  promptsOfInput,
  promptsOfKeys,
  removeSpools,
  submitBatchJob,
} from '../../src/jobs.js';
import { defineModel } from '../../src/model/index.js';
import { provider, type Review, reviews$, sentiment } from './given.js';

declare const jobs: JobProvider;
declare const handle: JobHandle;
const prompts$ = reviews$.pipe(
  bufferTimeOrCount({ maxCount: 20 }),
  toBatchPrompt({ content: (review) => review.text }),
);

// submitBatchJob
// @ts-expect-error -- a provider of jobs, and not of live calls
submitBatchJob(provider);
// @ts-expect-error -- a number
submitBatchJob(jobs, { maxRequests: '100' });
// @ts-expect-error -- a number
submitBatchJob(jobs, { maxBytes: '1MB' });
// @ts-expect-error -- a number
submitBatchJob(jobs, { maxWaitMs: '1m' });
// @ts-expect-error -- a number
submitBatchJob(jobs, { concurrency: '2' });
// @ts-expect-error -- gives a text
prompts$.pipe(submitBatchJob(jobs, { key: (review) => review.text.length }));
// @ts-expect-error -- reviews have no `isbn`
prompts$.pipe(submitBatchJob(jobs, { key: ({ isbn }) => isbn as string }));
// @ts-expect-error -- a memory of reviews
prompts$.pipe(submitBatchJob(jobs, { memory: jobMemory<string>() }));
// @ts-expect-error -- a store, as folderStore() makes one
submitBatchJob(jobs, { store: 'folder' });
// @ts-expect-error -- one string
submitBatchJob(jobs, { runId: 5 });
// @ts-expect-error -- takes chunks
submitBatchJob(jobs, { refused: { next: (code: string) => code } });
// @ts-expect-error -- a number
submitBatchJob(jobs, { uploadTimeoutMs: '30m' });
// @ts-expect-error -- a number
submitBatchJob(jobs, { maxRetries: '5' });
// @ts-expect-error -- an object
submitBatchJob(jobs, { backoff: 500 });
// @ts-expect-error -- what streams of one run share
submitBatchJob(jobs, { run: 'mine' });
// @ts-expect-error -- no such option
submitBatchJob(jobs, { max: 100 });
// @ts-expect-error -- records are made prompts first
reviews$.pipe(submitBatchJob(jobs));

// pollUntilDone
// @ts-expect-error -- a number
pollUntilDone(jobs, { intervalMs: '1m' });
// @ts-expect-error -- a number
pollUntilDone(jobs, { growth: '2' });
// @ts-expect-error -- a number
pollUntilDone(jobs, { maxIntervalMs: '10m' });
// @ts-expect-error -- a number
pollUntilDone(jobs, { jitter: true });
// @ts-expect-error -- a number
pollUntilDone(jobs, { deadlineMs: '1d' });
// @ts-expect-error -- wakes name a job
pollUntilDone(jobs, { wake$: of('job-1') });
// @ts-expect-error -- a boolean
pollUntilDone(jobs, { cancelJob: 'yes' });
// @ts-expect-error -- polls come again by themselves
pollUntilDone(jobs, { maxRetries: 5 });
// @ts-expect-error -- handles, and not their ids
of('job-1').pipe(pollUntilDone(jobs));

// jobResults
// @ts-expect-error -- they are required
jobResults(jobs);
// @ts-expect-error -- prompts of jobs, as jobMemory() keeps them
jobResults(jobs, { prompts: prompts$ });
// @ts-expect-error -- a number
jobResults(jobs, { prompts: promptsOfKeys(), concurrency: '2' });
// @ts-expect-error -- jobs that have ended
from([handle]).pipe(jobResults(jobs, { prompts: promptsOfKeys() }));

// What prompts come from
// @ts-expect-error -- a record is `{ key }` where nothing says what else it is
promptsOfKeys<Review>();
// @ts-expect-error -- a record of a text
promptsOfKeys({ recordOf: (key: number) => key });
// @ts-expect-error -- a prompt for such records
promptsOfKeys({ recordOf: Number, promptOf: (records: readonly Review[]) => records });
// @ts-expect-error -- a store
promptsOfKeys({ store: '/jobs' });
// @ts-expect-error -- a format
promptsOfKeys({ format: 'json' });
// @ts-expect-error -- prompts
promptsOfInput(reviews$);
// @ts-expect-error -- gives a text
promptsOfInput(prompts$, (review) => review.text.length);
// @ts-expect-error -- a folder's name
folderStore(new URL('file:///jobs'));
// @ts-expect-error -- a folder's name
removeSpools();

// mlPredictJob
const model = defineModel({ provider, responseSchema: sentiment });
// @ts-expect-error -- jobs are required
mlPredictJob(model);
// @ts-expect-error -- a provider of jobs
mlPredictJob(model, { jobs: provider });
// @ts-expect-error -- 'live' or 'job'
mlPredictJob(model, { jobs, via: 'mail' });
// @ts-expect-error -- a number
mlPredictJob(model, { jobs, submit: { maxRequests: '100' } });
// @ts-expect-error -- it has a memory of its own
mlPredictJob(model, { jobs, submit: { memory: jobMemory() } });
// @ts-expect-error -- a number
mlPredictJob(model, { jobs, poll: { intervalMs: '1m' } });
// @ts-expect-error -- a number, where the option is typed
mlPredictJob(model, { jobs, batchSize: '20' });
// @ts-expect-error -- 'excerpt' or 'none'
mlPredictJob(model, { jobs, evidence: true });

// Providers of jobs
declare const openai: OpenAI;
declare const anthropic: Anthropic;
// @ts-expect-error -- it is required
openaiJobs(openai, {});
// @ts-expect-error -- a client of the SDK
openaiJobs('key', { model: 'm' });
// @ts-expect-error -- 'chat' or 'responses'
openaiJobs(openai, { model: 'm', api: 'embeddings' });
// @ts-expect-error -- one of three
openaiJobs(openai, { model: 'm', structured: true });
// @ts-expect-error -- one string
openaiJobs(openai, { model: 'm', folder: 5 });
// @ts-expect-error -- a number
openaiJobs(openai, { model: 'm', requestsPerMinute: '60' });
// @ts-expect-error -- a client of the SDK
anthropicJobs('key', { model: 'm' });
// @ts-expect-error -- a number
anthropicJobs(anthropic, { model: 'm', maxTokens: '100' });
// @ts-expect-error -- a boolean
anthropicJobs(anthropic, { model: 'm', promptCache: 'yes' });
// @ts-expect-error -- the body as it came
void openaiWake(openai, { id: 'evt' }, {});
