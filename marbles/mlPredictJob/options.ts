import type { MlPredictJobOptions } from '../../operators/mlPredictJob.js';
import type { ModelOptions } from '../../src/model/options.js';
import type { Outcome } from '../../src/types/outcome.js';
import type { FakeJobsOptions } from '../fake-jobs.js';
import type { Said } from '../fake-provider.js';
import { entry } from '../prompts.js';
import type { MarbleSpec } from '../spec.js';

/** Options of the model and of the run, as in `mlPredictJob(model, options)`. */
export interface Options
  extends Partial<Omit<ModelOptions<string>, 'provider'>>, Partial<Omit<MlPredictJobOptions<string>, 'jobs'>> {
  readonly fake?: FakeJobsOptions;
}

export type Spec = MarbleSpec<Options, Said, Outcome<string, unknown>>;

/** How jobs are submitted in all specs: nothing times out. */
export const SUBMIT = { timeoutMs: Infinity, uploadTimeoutMs: Infinity, backoff: { initialMs: 4 } } as const;

/** How jobs are followed in all specs. */
export const POLL = { timeoutMs: Infinity, jitter: 0, intervalMs: 2, growth: 1 } as const;

/** The line of a job's results for the prompt of the record at this position. */
export function lineOf(index: number, value: string): string {
  return `o${index}-1=${entry(null, value)}`;
}
