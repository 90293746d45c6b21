import type { ServerState } from '../answer-request.js';
import type { JsonObject } from '../json.js';
import { JobClock } from './job-clock.js';
import type { JobError, JobFault } from './job-fault.js';
import type { JobFormat } from './job-format.js';
import { faultOf, JobResults, type ResultFiles } from './job-results.js';
import { type JobUsage, LineRunner } from './line-runner.js';
import type { RequestFile } from './request-file.js';
import type { JobApi, JobStatus, JobTally, SeenJob } from './seen-job.js';
import { shuffledOrder } from './shuffle.js';

/** What the first reading of a job's requests found. */
export interface JobScan {
  /** What is wrong with them; the job fails unless it is empty. */
  readonly errors: readonly JobError[];
  /** A key for each record that they ask for (`Submissions.keyOf`). */
  readonly records: readonly string[];
}

/** What a job is made of. */
export interface JobParts {
  readonly number: number;
  readonly id: string;
  readonly format: JobFormat;
  readonly endpoint: string;
  readonly metadata: JsonObject;
  /** The body of the request that created it, without the job's requests. */
  readonly request: JsonObject;
  /** How long its results are kept, in milliseconds; `null` until they are deleted. */
  readonly keepResultsMs: number | null;
  readonly requests: RequestFile;
  readonly state: ServerState;
}

/** Shares of a job's time: until its requests begin to be answered, until they are, and after that. */
const SHARES: Readonly<Partial<Record<JobStatus, number>>> = {
  validating: 0.1,
  finalizing: 0.1,
  cancelling: 0.1,
};
const RUNNING_SHARE = 0.8;

const NO_TALLY: JobTally = { succeeded: 0, errored: 0, expired: 0, cancelled: 0 };
const NO_USAGE: JobUsage = { input: 0, cached: 0, output: 0 };
const ENDED: ReadonlySet<JobStatus> = new Set(['completed', 'failed', 'expired', 'cancelled']);

/** A submitted job. It goes from state to state, by itself in time or a step at a time by hand. */
export class Job implements SeenJob {
  readonly number: number;
  readonly id: string;
  readonly api: JobApi;
  readonly endpoint: string;
  readonly metadata: JsonObject;
  readonly request: JsonObject;
  readonly createdAt = Date.now();
  /** When it came into its states, in milliseconds since 1970. */
  readonly times: Partial<Record<JobStatus, number>> = {};
  status: JobStatus;
  /** Its client does not want to see it any more. */
  isDeleted = false;
  requests = 0;
  records = 0;
  errors: readonly JobError[] = [];
  faults: readonly JobFault[] = [];
  files: ResultFiles = { output: null, error: null };
  readonly #parts: JobParts;
  readonly #clock: JobClock;
  #runner: LineRunner | undefined;
  /** Resolves when its requests have been read; steps are taken after that, one after the other. */
  #steps: Promise<unknown>;

  /** @param scan - reads the requests; it is done when they are known, and the job's faults are asked for then */
  constructor(parts: JobParts, scan: (job: Job) => Promise<JobScan>) {
    const { format, state } = parts;
    const { durationMs } = state.settings.jobs;
    this.#parts = parts;
    this.number = parts.number;
    this.id = parts.id;
    this.api = format.api;
    this.endpoint = parts.endpoint;
    this.metadata = parts.metadata;
    this.request = parts.request;
    this.status = format.finalizes ? 'validating' : 'in_progress';
    this.#clock = new JobClock(state.settings.timeScale, durationMs === Infinity);
    this.#steps = scan(this)
      .then((found) => this.#scanned(found))
      .catch((error: unknown) => this.#fail(error));
  }

  get tally(): JobTally {
    return this.#runner?.tally ?? NO_TALLY;
  }

  get usage(): JobUsage {
    return this.#runner?.usage ?? NO_USAGE;
  }

  get ended(): boolean {
    return ENDED.has(this.status);
  }

  /** Resolves when all that was asked of it so far is done; its requests have been read then. */
  async settled(): Promise<void> {
    await this.#steps;
  }

  /** Goes on to its end in its time, unless it is taken on by hand. */
  async run(): Promise<void> {
    const { durationMs } = this.#parts.state.settings.jobs;
    while (!this.ended && !this.#clock.isStopped()) {
      await this.#clock.wait((SHARES[this.status] ?? 0) * durationMs);
      if (!this.#clock.isStopped()) await this.#step().catch((error: unknown) => this.#fail(error));
    }
  }

  /** Into the next state, by hand. */
  advance(): Promise<void> {
    this.#clock.stop();
    return this.#step();
  }

  /** Answers so many requests more, by hand, and stays in progress. */
  async answer(requests: number): Promise<void> {
    this.#clock.stop();
    if (this.status === 'validating') await this.#step();
    await this.#queue(() => this.#answerUpTo((this.#runner?.answered ?? 0) + requests));
  }

  /** Ends it as expired, by hand. */
  expire(): Promise<void> {
    this.#clock.stop();
    return this.#queue(() => this.#end('expired'));
  }

  /** @returns false if it is too late for that */
  cancel(): boolean {
    if (this.status !== 'validating' && this.status !== 'in_progress') return this.status === 'cancelling';
    this.#enter('cancelling');
    this.#clock.wake();
    return true;
  }

  /** The server closes. */
  async abandon(): Promise<void> {
    this.#clock.stop();
    if (!this.ended) this.status = 'cancelled';
    await this.#queue(async () => {
      await this.#runner?.discard();
      await this.#parts.requests.close();
    });
  }

  #scanned({ errors, records }: JobScan): void {
    const { format, requests, state, id } = this.#parts;
    const { order, seed } = state.settings.jobs;
    const { count } = requests;
    this.requests = count;
    this.records = records.length;
    this.faults = state.jobs.faultsOf(this);
    this.errors = errors.length > 0 ? errors : rejection(this.faults);
    if (this.errors.length === 0) state.jobs.accept(this, records);
    this.#runner = new LineRunner({
      jobId: id,
      format,
      state,
      requests,
      results: new JobResults(state.jobs.files, this.faults),
      order:
        order === 'input' ? Uint32Array.from({ length: count }, (_, i) => i) : shuffledOrder(count, seed + this.number),
    });
  }

  #step(): Promise<void> {
    return this.#queue(async () => {
      if (this.status === 'validating') await this.#begin();
      else if (this.status === 'in_progress') await this.#progress();
      else if (this.status === 'finalizing') await this.#end(this.#ending);
      else if (this.status === 'cancelling') await this.#end('cancelled');
    });
  }

  async #begin(): Promise<void> {
    if (this.errors.length > 0) await this.#end('failed');
    else this.#enter('in_progress');
  }

  async #progress(): Promise<void> {
    const end = faultOf(this.faults, 'end');
    await this.#answerUpTo(end?.answered ?? Infinity);
    if (!this.#isRunning()) return;
    if (end?.as === 'cancelled') this.#enter('cancelling');
    else if (this.#parts.format.finalizes) this.#enter('finalizing');
    else await this.#end(this.#ending);
  }

  get #ending(): JobStatus {
    return faultOf(this.faults, 'end')?.as ?? 'completed';
  }

  async #answerUpTo(count: number): Promise<void> {
    const since = performance.now();
    const ms = RUNNING_SHARE * this.#parts.state.settings.jobs.durationMs;
    await this.#runner?.answerUpTo(count, async (share, { latencyMs, delayMs }) => {
      if (this.#isRunning()) await this.#clock.wait(Math.max(share * ms, latencyMs), { since, unscaledMs: delayMs });
      return this.#isRunning();
    });
  }

  /** Also after a wait: the client may have cancelled the job meanwhile. */
  #isRunning(): boolean {
    return this.status === 'in_progress';
  }

  async #end(as: JobStatus): Promise<void> {
    if (this.ended) return;
    const isHalfDone = (as === 'expired' || as === 'cancelled') && this.errors.length === 0;
    if (isHalfDone) await this.#runner?.leave(as);
    if (as !== 'failed') this.files = (await this.#runner?.complete(this.#parts.keepResultsMs)) ?? this.files;
    await this.#parts.requests.close();
    this.#enter(as);
  }

  /** A rule that a test wrote has thrown. */
  #fail(error: unknown): void {
    this.errors = [{ code: 'server_error', message: `The stand-in server failed: ${String(error)}` }];
    if (this.status !== 'validating') this.#enter('failed');
  }

  #enter(status: JobStatus): void {
    this.status = status;
    this.times[status] = Date.now();
  }

  #queue(step: () => Promise<void>): Promise<void> {
    const done = this.#steps.then(step);
    // A step that fails is told to whoever asked for it, and is in nobody else's way.
    this.#steps = done.catch(() => undefined);
    return done;
  }
}

const TOKEN_LIMIT: JobError = {
  code: 'token_limit_exceeded',
  message: 'Enqueued token limit reached. Please try again once some in_progress batches have been completed.',
};

function rejection(faults: readonly JobFault[]): readonly JobError[] {
  const reject = faultOf(faults, 'reject');
  return reject === undefined ? [] : (reject.errors ?? [TOKEN_LIMIT]);
}
