import { defer, identity, merge, of, type OperatorFunction, pipe, Subject, tap } from 'rxjs';
import { errorLast } from '../src/flow/errorLast.js';
import { together } from '../src/flow/together.js';
import { requireOneOf } from '../src/flow/require.js';
import { jobMemory } from '../src/job/prompts/memory.js';
import { countingResults } from '../src/job/spending.js';
import { endOnFatal } from '../src/provider/fatal.js';
import type { Model, ModelOverrides } from '../src/model/define-model.js';
import { jobPrice } from '../src/model/operator-options.js';
import { Budget } from '../src/provider/budget.js';
import type { JobProvider } from '../src/types/job.js';
import type { Outcome } from '../src/types/outcome.js';
import type { BatchPrompt } from '../src/types/prompt.js';
import type { ReplyChunk } from '../src/types/reply.js';
import type { Latch } from '../src/types/sending.js';
import { bufferTimeOrCount } from './bufferTimeOrCount.js';
import { callLLM } from './callLLM.js';
import { inOrder } from './inOrder.js';
import { jobResults, type JobResultsOptions } from './jobResults.js';
import type { RunOptions } from './mlPredict.js';
import { parseIndexed } from './parseIndexed.js';
import { pollUntilDone, type PollUntilDoneOptions } from './pollUntilDone.js';
import { recoverFailed } from './recoverFailed.js';
import { submitBatchJob, type SubmitBatchJobOptions } from './submitBatchJob.js';
import { toBatchPrompt } from './toBatchPrompt.js';

/** What {@link mlPredictJob} is told besides the options of the model. */
export interface MlPredictJobOptions<T> extends Pick<RunOptions, 'events' | 'evidence' | 'random' | 'scheduler'> {
  /** The provider's jobs, for the same model: `openaiJobs(client, { model })`. */
  readonly jobs: JobProvider;
  /**
   * Where records go that a job has no usable answer for, as the model's `failureStrategy` says: to the model's provider at once (`live`), or
   * into a next job (`job`). @defaultValue 'live'
   */
  readonly via?: 'live' | 'job';
  /** How jobs are collected and submitted. @defaultValue full jobs; a next job waits a minute for more records */
  readonly submit?: Omit<SubmitBatchJobOptions<T>, 'memory' | 'refused' | 'run' | 'events' | 'random' | 'scheduler'>;
  /** How jobs are followed. */
  readonly poll?: Omit<PollUntilDoneOptions, 'events' | 'random' | 'scheduler'>;
}

/** How long the first record of a next job waits for others, in milliseconds. */
const NEXT_JOB_WAIT_MS = 60_000;

/**
 * Emits one outcome for each record, as `mlPredict` does, but asks by batch jobs, in this process: it submits, waits and reads.
 *
 * ```text
 * source   -a-b-c|
 *          mlPredictJob(model, { jobs: openaiJobs(client, { model: 'gpt-4.1-mini' }) })
 * result   ------------ … 3h --(ABC|)
 * ```
 *
 * - *emits* exactly one outcome for every record, in the order of the records (`order: 'arrival'`: as jobs end). Records without a
 *   usable answer, and those of a job that could not be submitted for now, are asked again (`via`).
 * - *completes* when the source has and every outcome has left.
 * - *errors* with the source, and with {@link LlmError} if the provider refuses every submission, each after the outcomes of all records
 *   that entered. With a `JobError` of the type `uncertain` after the outcomes of what was submitted: what is left has none, as it could be
 *   asked twice. With what `pollUntilDone` and `jobResults` error with, at once. A fatal answer to what is asked live is its records' error.
 * - *on unsubscribe* nothing is followed any more; jobs go on at the provider, unless `poll: { cancelJob: true }`.
 * - *holds at most* all records in its jobs. If that is too much, or the process may end before, use the single operators.
 *
 * @example
 * ```ts
 * reviews$.pipe(mlPredictJob(sentiment, { jobs: openaiJobs(client, { model: 'gpt-4.1-mini' }), batchSize: 20 }))
 * ```
 *
 * @param model - made by `defineModel` or `modelFromOptions`; its provider answers what is asked live
 * @param overrides - options of the model for this query, under any of their names, and what belongs to the jobs
 * @throws TypeError or RangeError naming the option, the value and what is allowed
 * @see [Batch jobs](../docs/jobs.md)
 */
export function mlPredictJob<T, R, S extends T = T>(
  model: Model<T, R>,
  overrides: ModelOverrides<T, R> & MlPredictJobOptions<NoInfer<S>>,
): OperatorFunction<S, Outcome<S, R>> {
  const { jobs, via = 'live', submit = {}, poll = {}, evidence, events, random, scheduler, ...rest } = overrides;
  requireOneOf('via', via, ['live', 'job']);
  const { provider, format, price, order, strategy, maxCost, batch, prompt, call } = model.with(rest).operatorOptions();
  const timing = { random, scheduler, events };

  const prepare = pipe(
    bufferTimeOrCount<S>({ ...batch, scheduler }),
    toBatchPrompt<S>({ ...prompt, random, scheduler }),
  );
  const parse = parseIndexed<S, R>({ format, evidence, events });
  const follow = pollUntilDone(jobs, { ...poll, ...timing });
  // Built for its checks alone: each run has a memory of its own.
  submitBatchJob<S>(jobs, submit);
  // A name that the run can be taken up by would find the jobs of its first asks again.
  const again = { ...submit, maxWaitMs: submit.maxWaitMs ?? NEXT_JOB_WAIT_MS, runId: undefined };

  const build = (jobLatch: Latch, liveLatch: Latch): OperatorFunction<S, Outcome<S, R>> => {
    const budget = new Budget(maxCost);
    const reading = { ...timing, price: jobPrice(price), events: countingResults(budget, events) };
    const ask = (how: typeof submit) => {
      const submitting = { ...how, ...timing, run: { latch: jobLatch } };
      return pipe(askByJob<S>(jobs, submitting, follow, { ...how, ...reading }), parse);
    };
    const sending = { ...call, priority: 'recovery', run: { latch: liveLatch, budget }, ...timing } as const;
    const live = pipe(callLLM<S>(provider, sending), parse);
    const byJob = together(
      ask(again),
      ({ batchId }, { id }) => batchId === id,
      (prompt) => prompt.records.length,
    );
    const attempt = via === 'job' ? byJob : (prompt: BatchPrompt<S>) => of(prompt).pipe(live);
    return pipe(
      prepare,
      ask(submit),
      recoverFailed({ strategy, attempt, price, events }),
      order === 'input' ? inOrder<Outcome<S, R>>() : identity,
    );
  };
  // Jobs are paid: they are followed to their end, whatever the model says to live calls.
  return endOnFatal('error', (jobLatch) => endOnFatal('outcome', (liveLatch) => build(jobLatch, liveLatch)));
}

/** Answers prompts by jobs, or by why they could not be. An error while jobs are submitted passes after the answers of those that were. */
function askByJob<S>(
  jobs: JobProvider,
  submit: SubmitBatchJobOptions<S>,
  follow: ReturnType<typeof pollUntilDone>,
  reading: Omit<JobResultsOptions<S>, 'prompts'>,
): OperatorFunction<BatchPrompt<S>, ReplyChunk<S>> {
  return (prompts) =>
    defer(() => {
      const memory = jobMemory<S>();
      const refused = new Subject<ReplyChunk<S>>();
      const answers = prompts.pipe(
        submitBatchJob(jobs, { ...submit, memory, refused }),
        errorLast(pipe(follow, jobResults(jobs, { ...reading, prompts: memory }))),
        tap({
          complete: () => {
            refused.complete();
          },
        }),
      );
      return merge(refused, answers);
    });
}
