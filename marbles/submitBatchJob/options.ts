import type { SubmitBatchJobOptions } from '../../operators/submitBatchJob.js';
import type { JobHandle } from '../../src/types/job.js';
import type { ReplyChunk } from '../../src/types/reply.js';
import type { FakeJobsOptions } from '../fake-jobs.js';
import type { MarbleSpec } from '../spec.js';

export interface Options extends SubmitBatchJobOptions<string> {
  readonly fake?: FakeJobsOptions;
  /** Prompts by these letters have no request. */
  readonly hopeless?: string;
  /** Whether somebody takes refused prompts: they are seen among the handles. */
  readonly takesRefused?: boolean;
}

export type Out = JobHandle | ReplyChunk<string>;
export type Spec = MarbleSpec<Options, string, Out>;
