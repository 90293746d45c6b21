import type { JsonObject } from '../json.js';
import type { SeenJob } from './seen-job.js';

/** Chooses what goes wrong with one job; `undefined` runs it as it should be. Called once for each job, when its requests have been read. */
export type JobFaultRule = (job: SeenJob) => JobFault | readonly JobFault[] | undefined;

/**
 * Something that goes wrong with one job. What goes wrong with one of its lines is a `fault` of that request; what goes wrong
 * with one call is a {@link CallFault}.
 */
export type JobFault =
  | RejectFault
  | EndFault
  | NoResultsFault
  | EmptyFileIdFault
  | LateCountsFault
  | ResultsUrlFault
  | LoseFault
  | StrayFault
  | RepeatFault
  | TruncateFault;

/** The whole job is rejected at validation: at OpenAI it ends as `failed`, at Anthropic it is refused with 400. */
export interface RejectFault {
  readonly kind: 'reject';
  /** What stands in `errors.data`. @defaultValue the one error `token_limit_exceeded` */
  readonly errors?: readonly JobError[] | undefined;
}

/** An error that a job failed with. */
export interface JobError {
  readonly code: string;
  readonly message: string;
  /** The line of the input file, from 1. @defaultValue null */
  readonly line?: number | null | undefined;
  readonly param?: string | null | undefined;
}

/** The job ends early. The results of what was answered are there, and were paid. */
export interface EndFault {
  readonly kind: 'end';
  readonly as: 'expired' | 'cancelled';
  /** How many of its requests are answered, from 0. */
  readonly answered: number;
}

/** The job is completed, and yet there is no output file (at Anthropic: no `results_url`). Error files stay. */
export interface NoResultsFault {
  readonly kind: 'noResults';
}

/** File ids that would be `null` are `""`. Only at OpenAI; seen at services that speak like it. */
export interface EmptyFileIdFault {
  readonly kind: 'emptyFileId';
}

/** Counts are all zero until the job has ended, as some services count. Only at OpenAI: Anthropic's stay in `processing` always. */
export interface LateCountsFault {
  readonly kind: 'lateCounts';
}

/** `results_url` points to another host. Only at Anthropic. */
export interface ResultsUrlFault {
  readonly kind: 'resultsUrl';
  readonly url: string;
}

/** Results of answered requests are missing from the output. */
export interface LoseFault {
  readonly kind: 'loseResults';
  readonly results: number;
}

/** Results with ids that no request had: `stray-1`, `stray-2`… */
export interface StrayFault {
  readonly kind: 'strayResults';
  readonly results: number;
}

/** Results stand in the output a second time, at its end. */
export interface RepeatFault {
  readonly kind: 'repeatResults';
  readonly results: number;
  /** What the second one says. @defaultValue the same as the first */
  readonly rewrite?: ((result: JsonObject) => JsonObject) | undefined;
}

/** The output breaks off in its last line, and its length says that this is all. */
export interface TruncateFault {
  readonly kind: 'truncateResults';
  /** How many bytes are missing, from 1: the first is the last newline. */
  readonly bytes: number;
}
