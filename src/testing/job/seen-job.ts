import type { JsonObject } from '../json.js';

/** The service whose jobs they are. */
export type JobApi = 'openai' | 'anthropic';

/**
 * As OpenAI names them. At Anthropic, `completed`, `failed`, `expired` and `cancelled` are all `ended`, `cancelling` is
 * `canceling`, and the rest is `in_progress`.
 */
export type JobStatus =
  'validating' | 'in_progress' | 'finalizing' | 'completed' | 'failed' | 'expired' | 'cancelling' | 'cancelled';

/** What became of a job's requests so far. */
export interface JobTally {
  readonly succeeded: number;
  readonly errored: number;
  readonly expired: number;
  readonly cancelled: number;
}

/** A job that was submitted, and how it stands. It changes as the job goes on. */
export interface SeenJob {
  /** Ordinal of the job at this server, from 1. */
  readonly number: number;
  readonly id: string;
  readonly api: JobApi;
  /** OpenAI's `endpoint`; `/v1/messages` at Anthropic. */
  readonly endpoint: string;
  /** OpenAI's `metadata`; empty at Anthropic, which has none. */
  readonly metadata: JsonObject;
  readonly status: JobStatus;
  /** Its requests; 0 until they have been read. */
  readonly requests: number;
  /** The records in its requests. */
  readonly records: number;
  readonly tally: JobTally;
}
