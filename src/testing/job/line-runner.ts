import type { ServerState } from '../answer-request.js';
import { type JsonObject, parseJsonObject } from '../json.js';
import { answerLine, isSuccess, type LineAnswer } from './answer-line.js';
import type { JobFormat, LineResult } from './job-format.js';
import type { JobResults, ResultFiles } from './job-results.js';
import type { RequestFile } from './request-file.js';
import type { JobTally } from './seen-job.js';

/** Tokens that a job has used. */
export interface JobUsage {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface LineRunnerParts {
  readonly jobId: string;
  readonly format: JobFormat;
  readonly state: ServerState;
  readonly requests: RequestFile;
  readonly results: JobResults;
  /** The positions of the requests, in the order in which they are answered. */
  readonly order: Uint32Array;
}

/** When a line may be answered: false if the job does not go on, and then it is not. `share` is that of the lines up to it. */
export type Pace = (share: number, answer: LineAnswer) => Promise<boolean>;

/** Answers the requests of a job one after the other. Only one of them is in memory. */
export class LineRunner {
  readonly tally: Mutable<JobTally> = { succeeded: 0, errored: 0, expired: 0, cancelled: 0 };
  readonly usage: Mutable<JobUsage> = { input: 0, cached: 0, output: 0 };
  readonly #parts: LineRunnerParts;
  #answered = 0;

  constructor(parts: LineRunnerParts) {
    this.#parts = parts;
  }

  get answered(): number {
    return this.#answered;
  }

  /** Answers the next requests until so many have been answered in all, or until `pace` says no. */
  async answerUpTo(count: number, pace: Pace): Promise<void> {
    const { order, format, results, state, jobId: id } = this.#parts;
    while (this.#answered < Math.min(count, order.length)) {
      const position = order[this.#answered] ?? 0;
      const value = await this.#read(position);
      const customId = format.customId(value);
      const line = { ...format.line(value), number: position + 1, job: { id, customId } };
      const answer = answerLine(line, state);
      if (!(await pace((this.#answered + 1) / order.length, answer))) return;
      this.#answered++;
      this.#count(answer);
      await results.add(format.result(customId, answer));
    }
  }

  /** Says of all other requests why they were not answered. */
  async leave(reason: 'expired' | 'cancelled'): Promise<void> {
    const { order, format, results } = this.#parts;
    for (const position of order.subarray(this.#answered)) {
      const result: LineResult = format.unanswered(format.customId(await this.#read(position)), reason);
      await results.add(result);
      this.tally[reason]++;
    }
  }

  /** @param keepMs - how long the results are kept, in milliseconds; `null` until they are deleted */
  complete(keepMs: number | null): Promise<ResultFiles> {
    const { format, results, jobId } = this.#parts;
    return results.complete((file) => ({
      filename: format.resultsName(jobId, file),
      purpose: 'batch_output',
      expiresAt: keepMs === null ? null : Date.now() + keepMs,
    }));
  }

  /** Nothing of the results is kept. */
  discard(): Promise<void> {
    return this.#parts.results.discard();
  }

  async #read(position: number): Promise<JsonObject> {
    return parseJsonObject(await this.#parts.requests.read(position)) ?? {};
  }

  #count(answer: LineAnswer): void {
    this.tally[isSuccess(answer) ? 'succeeded' : 'errored']++;
    this.usage.input += answer.inputTokens;
    this.usage.cached += answer.cachedTokens;
    this.usage.output += answer.outputTokens;
  }
}
