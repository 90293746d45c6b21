import { randomUUID } from 'node:crypto';
import { Milestone } from '../milestone.js';
import type { CallFaultRule, JobCall, JobOperation } from './call-fault.js';
import { FileStore } from './file-store.js';
import { Job, type JobParts, type JobScan } from './job.js';
import type { JobFault, JobFaultRule } from './job-fault.js';
import type { JobSettings } from './job-options.js';
import type { JobApi, SeenJob } from './seen-job.js';
import { Submissions } from './submissions.js';

/** Sums over all jobs that were accepted; those that failed at validation are not among them. */
export interface JobStats {
  readonly jobs: number;
  /** Requests in those jobs, and records in the requests. */
  readonly jobRequests: number;
  readonly jobRecords: number;
  /** Tokens of the requests that were answered, and of their answers. */
  readonly jobInputTokens: number;
  readonly jobOutputTokens: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** All files and jobs of a server, and all calls about them. */
export class JobBook {
  readonly files = new FileStore();
  readonly submissions = new Submissions();
  /** Counts jobs whose requests have been read, right or wrong. */
  readonly created = new Milestone();
  /** The remembered calls, the oldest first. */
  readonly calls: JobCall[] = [];
  fault: JobFaultRule | undefined;
  callFault: CallFaultRule | undefined;
  readonly #jobs = new Map<string, Job>();
  readonly #calls = new Map<string, number>();
  readonly #keep: number;
  #created = 0;
  #read = 0;
  #accepted = { jobs: 0, jobRequests: 0, jobRecords: 0 };

  /** @param keep - most calls that are remembered */
  constructor({ fault, callFault }: JobSettings, keep: number) {
    this.fault = fault;
    this.callFault = callFault;
    this.#keep = keep;
  }

  /** The oldest first. */
  list(api?: JobApi): readonly Job[] {
    return [...this.#jobs.values()].filter((job) => api === undefined || (job.api === api && !job.isDeleted));
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** A job that is not in the book yet; {@link add} puts it there. */
  make(parts: Omit<JobParts, 'id' | 'number'>, scan: (job: Job) => Promise<JobScan>): Job {
    const prefix = parts.format.api === 'openai' ? 'batch_' : 'msgbatch_';
    const id = prefix + randomUUID().replaceAll('-', '');
    return new Job({ ...parts, id, number: ++this.#created }, scan);
  }

  /** The job is there for clients from now on, and begins to run. */
  add(job: Job): void {
    this.#jobs.set(job.id, job);
    void job.settled().then(() => this.created.reach(++this.#read));
    void job.run();
  }

  /** Asks the rule of the test. */
  faultsOf(job: SeenJob): readonly JobFault[] {
    const chosen = this.fault?.(job) ?? [];
    return 'kind' in chosen ? [chosen] : chosen;
  }

  /** @param records - a key for each of its records */
  accept(job: SeenJob, records: readonly string[]): void {
    this.#accepted.jobs++;
    this.#accepted.jobRequests += job.requests;
    this.#accepted.jobRecords += records.length;
    this.submissions.add(records);
  }

  /** Remembers a call. */
  open(call: Pick<JobCall, 'operation' | 'id' | 'path' | 'headers'>): Mutable<JobCall> {
    const seen = { ...call, nth: this.#next(call.operation, call.id), status: null };
    this.calls.push(seen);
    if (this.calls.length > this.#keep) this.calls.shift();
    return seen;
  }

  stats(): JobStats {
    const used = this.list().map(({ usage }) => usage);
    return {
      ...this.#accepted,
      jobInputTokens: used.reduce((sum, { input }) => sum + input, 0),
      jobOutputTokens: used.reduce((sum, { output }) => sum + output, 0),
    };
  }

  /** Stops all jobs and removes all files. */
  async close(error: Error): Promise<void> {
    await Promise.all(this.list().map((job) => job.abandon()));
    await this.files.clear();
    this.created.end(error);
  }

  #next(operation: JobOperation, id: string | null): number {
    const key = `${operation} ${id ?? ''}`;
    const nth = (this.#calls.get(key) ?? 0) + 1;
    this.#calls.set(key, nth);
    return nth;
  }
}
