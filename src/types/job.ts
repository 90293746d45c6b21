import type { Observable } from 'rxjs';
import type { Gate } from './gate.js';
import type { BatchPrompt, CompletionRequest } from './prompt.js';
import type { ErrorPart, LastPart } from './reply.js';

/** What a job is known by before its provider has given it an id. */
export interface JobInfo {
  /** The run that it belongs to: at most 64 characters. */
  readonly runId: string;
  /** Ordinal of the job in its run, from 1. */
  readonly number: number;
  /** Ordinal of its first prompt in the run, from 1. Prompts of a job follow each other. */
  readonly first: number;
  /** Prompts that were collected, each of them a request. */
  readonly prompts: number;
  /** Records in all its prompts. */
  readonly records: number;
  /** SHA-256 of what its prompts ask, in hexadecimal: the same input gives the same one. */
  readonly digest: string;
  /** When it was submitted, in milliseconds of the scheduler: since 1970, unless a test says otherwise. */
  readonly submittedAt: number;
}

/**
 * Names a submitted job: plain JSON, under 2 kB however large the job is. `readHandle` of `rxjs-llm/jobs` checks one that comes from
 * elsewhere.
 */
export interface JobHandle extends JobInfo {
  readonly type: 'rxjs-llm/job';
  readonly version: 1;
  /** Name of the {@link JobProvider} that it was submitted with. */
  readonly provider: string;
  /** What its requests are: `/v1/chat/completions`, `/v1/responses` or `/v1/messages`. */
  readonly api: string;
  /** The job's id at the provider. */
  readonly id: string;
}

/** How a job ended. `lost`: the provider knows no such job; `deadline`: it was not waited for any longer. */
export type JobEnd = 'completed' | 'failed' | 'expired' | 'cancelled' | 'deadline' | 'lost';

/** How a job stands, as a poll finds it. */
export interface JobState {
  /** `null` while it goes on. */
  readonly end: Exclude<JobEnd, 'deadline' | 'lost'> | null;
  /** The files with its results; empty if there are none. */
  readonly files: readonly string[];
  /** Requests that were answered, well or not, as far as the provider says: some count only at the end. */
  readonly answered: number;
  /** Why it failed; `null` if it did not, or nothing was said. */
  readonly reason: string | null;
}

/** A job that has ended. Plain JSON: it can be sent to whoever downloads its results. */
export interface FinishedJob {
  readonly handle: JobHandle;
  readonly end: JobEnd;
  readonly files: readonly string[];
  readonly reason: string | null;
}

/** Says that a job has changed: `openaiWake` makes one of a webhook's body. */
export interface JobWake {
  /** The job's id at the provider. */
  readonly jobId: string;
}

/** One line of a job's results. */
export interface JobResult {
  /** `null` for a line that cannot be read. */
  readonly customId: string | null;
  readonly part: LastPart | ErrorPart;
}

/** Requests of a job on their way to the provider, outside of memory. */
export interface JobSpool {
  /** Another request. */
  add(line: string): void;
  /** There will be no more. */
  close(): void;
  /** Removes it, whatever state it is in. Does nothing the second time. */
  remove(): void;
}

/** What a provider lets one job have. */
export interface JobLimits {
  readonly maxRequests: number;
  readonly maxBytes: number;
}

/** A provider's batch jobs. Each Observable sends on subscription, once, and fails with a `ProviderError`. */
export interface JobProvider<Spool extends JobSpool = JobSpool> {
  readonly name: string;
  readonly api: string;
  readonly limits: JobLimits;
  /** Permits, rates and holds of all calls about jobs. */
  readonly gate: Gate;
  /** True if the provider holds the model to the reply's schema. */
  readonly enforcesSchema: boolean;
  /** Opens an empty spool. */
  spool(): Spool;
  /** A request as a line of the spool, with what separates it from the next, and its length in bytes. */
  line(customId: string, request: CompletionRequest): { readonly text: string; readonly bytes: number };
  /** Brings a closed spool to the provider, where that is a step of its own; gives what `create` refers to it by. */
  upload(spool: Spool): Observable<string>;
  /** Creates the job and gives its id. */
  create(spool: Spool, uploaded: string, info: JobInfo): Observable<string>;
  /** Ids of jobs that `create` may have made although its answer never came; none if it made none. */
  match(info: JobInfo): Observable<readonly string[]>;
  /**
   * The jobs of a run, as far as the provider can tell; `null` if it cannot, so that only a store knows them.
   */
  readonly find: ((runId: string) => Observable<readonly JobHandle[]>) | null;
  poll(handle: JobHandle): Observable<JobState>;
  cancel(handle: JobHandle): Observable<unknown>;
  /** Reads the results line by line. The same job gives the same lines in the same order. */
  results(job: FinishedJob): Observable<JobResult>;
}

/** A prompt in a job, with what its line is named by. */
export interface JobEntry<T> {
  readonly customId: string;
  readonly prompt: BatchPrompt<T>;
}

/** The prompts of one job, while its results are read. */
export interface OpenJob<T> {
  /** The prompt that a line answers, the first time it is asked for; `undefined` for a line that answers none. */
  take(customId: string): BatchPrompt<T> | undefined;
  /** True if the prompt of this line was taken before. */
  wasTaken(customId: string): boolean;
  /** The prompts that were not taken: the results have no line for them. Each may be made when it is come to. */
  rest(): Iterable<BatchPrompt<T>>;
}

/** Where the prompts of a job come from when its results are read. */
export interface JobPrompts<T> {
  /** Emits once. Fails with a {@link JobError} if the prompts cannot be those of the job. */
  open(handle: JobHandle): Observable<OpenJob<T>>;
}

/** Keeps the prompts of jobs until their results are read. */
export interface JobMemory<T> extends JobPrompts<T> {
  keep(handle: JobHandle, entries: readonly JobEntry<T>[]): void;
}

/**
 * Texts under keys, for what has to outlive a process. A key is names of `[\w.-]`, none with a dot first, with slashes between; no key
 * is the beginning of another up to a slash.
 */
export interface JobStore {
  /** Gives `null` if there is none. */
  read(key: string): Observable<string | null>;
  /** All of the text or nothing, and the last of several; completes when it would survive a crash. */
  write(key: string, text: string): Observable<unknown>;
  /** The keys that begin so, each once, however deep. A prefix is a key with a slash at its end. */
  list(prefix: string): Observable<readonly string[]>;
}

/** What ends a stream of jobs. Told apart by `type`, not by message. */
export class JobError extends Error {
  override readonly name = 'JobError';
  /**
   * - `handle`: what was given is no handle, or one of a version that this library does not know
   * - `foreign`: the handle is of another provider
   * - `refused`: a prompt cannot be part of a job, and nobody takes it (`refused`)
   * - `input_changed`: the prompts are not those of the job
   * - `store`: the store could not be read or written
   * - `uncertain`: it cannot be told whether a job was submitted
   */
  readonly type: 'handle' | 'foreign' | 'refused' | 'input_changed' | 'store' | 'uncertain';

  constructor(type: JobError['type'], message: string, cause?: unknown) {
    super(message, { cause });
    this.type = type;
  }
}
