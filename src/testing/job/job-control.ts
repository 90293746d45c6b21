import type { CallFaultRule, JobCall } from './call-fault.js';
import type { JobFaultRule } from './job-fault.js';
import type { Job } from './job.js';
import type { JobBook } from './job-book.js';
import type { SeenJob } from './seen-job.js';

/**
 * The jobs of a server. What is done by hand takes no time, and stops the job's own clock: it goes on only by hand from then
 * on. Each method rejects with a RangeError if there is no such job.
 */
export interface StandInJobs {
  /** All jobs, the oldest first, whatever became of them. */
  readonly all: readonly SeenJob[];
  /** The calls about files and jobs, the oldest first; at most `keepRequests`. */
  readonly calls: readonly JobCall[];
  /** What goes wrong with which job from now on. */
  fault: JobFaultRule | undefined;
  /** What goes wrong with which call from now on. */
  callFault: CallFaultRule | undefined;
  /**
   * Into the next state: from `validating` (OpenAI only) to `in_progress` or `failed`, from there, with all requests answered, to
   * `finalizing` (OpenAI only) and to the end; from `cancelling` to `cancelled`. Nothing happens after the end.
   */
  advance(id: string): Promise<SeenJob>;
  /** Answers so many of its requests more and stays `in_progress`, so that a client finds it, cancels it or sees it expire half done. */
  answer(id: string, requests: number): Promise<SeenJob>;
  /** To its end, through all states. */
  finish(id: string): Promise<SeenJob>;
  /** Ends it as expired: what was answered so far is its result. */
  expire(id: string): Promise<SeenJob>;
  /** Resolves when that many jobs (1 by default) were created and read since the start; rejects when the server is closed first. */
  whenCreated(count?: number): Promise<void>;
  /** How often a record with this text was submitted, in all jobs that were accepted. */
  timesSubmitted(text: string): number;
  /** The same for all records. A text of more than 100 characters stands here as `sha256:` and its digest. */
  submissions(): ReadonlyMap<string, number>;
}

export function jobControl(book: JobBook): StandInJobs {
  const withJob = async (id: string, act: (job: Job) => Promise<void>): Promise<SeenJob> => {
    const job = book.get(id);
    if (job === undefined) throw new RangeError(`there is no job ${id}`);
    await act(job);
    return job;
  };
  return {
    get all() {
      return book.list();
    },
    calls: book.calls,
    get fault() {
      return book.fault;
    },
    set fault(rule) {
      book.fault = rule;
    },
    get callFault() {
      return book.callFault;
    },
    set callFault(rule) {
      book.callFault = rule;
    },
    advance: (id) => withJob(id, (job) => job.advance()),
    answer: (id, requests) => withJob(id, (job) => job.answer(requests)),
    finish: (id) =>
      withJob(id, async (job) => {
        while (!job.ended) await job.advance();
      }),
    expire: (id) => withJob(id, (job) => job.expire()),
    whenCreated: (count = 1) => book.created.whenReached(count),
    timesSubmitted: (text) => book.submissions.count(text),
    submissions: () => book.submissions.all(),
  };
}
