import { charactersOf } from '../../prompt/characters.js';
import { estimateTokens } from '../../prompt/estimate-tokens.js';
import type { JobInfo, JobResult, JobSpool, JobState } from '../../types/job.js';
import { reasonOf } from '../../types/outcome.js';
import type { CompletionRequest } from '../../types/prompt.js';
import { ProviderError } from '../../types/provider.js';
import { scriptError } from './fake-error.js';
import { type FakeJobFault, spoilResults } from './job-fault.js';
import { type FakeAnswer, recordsOf, writeReply } from './write-reply.js';

/** A request in a job of the fake. */
export interface FakeJobRequest {
  readonly customId: string;
  readonly request: CompletionRequest;
  /** The texts of the records that it asks for, in their order. */
  readonly records: readonly string[];
}

/** A job that was submitted to the fake. */
export interface FakeJob {
  /** `job-1`, `job-2` … in the order in which they came. */
  readonly id: string;
  readonly info: JobInfo;
  readonly requests: readonly FakeJobRequest[];
  /** When it came, in milliseconds of the scheduler. */
  readonly at: number;
  /** When somebody cancelled it; `null` if nobody did. */
  readonly cancelledAt: number | null;
}

/** Lines on their way to the fake: the memory is its disk. */
export class MemorySpool implements JobSpool {
  readonly lines: string[] = [];

  add(line: string): void {
    this.lines.push(line);
  }

  close(): void {
    // There is nothing that could be left open.
  }

  remove(): void {
    this.lines.length = 0;
  }
}

/** A request as a line of a {@link MemorySpool}. */
export function writeLine(customId: string, request: CompletionRequest): string {
  return `${JSON.stringify({ customId, request })}\n`;
}

export function readLine(line: string): FakeJobRequest {
  const { customId, request } = JSON.parse(line) as Omit<FakeJobRequest, 'records'>;
  return { customId, request, records: recordsOf(request).map(({ text }) => text) };
}

/** A job, with what becomes of it. */
export interface RunningJob {
  readonly job: FakeJob;
  readonly durationMs: number;
  readonly faults: readonly FakeJobFault[];
}

/** How a job stands at some time. */
export function stateAt(running: RunningJob, now: number): JobState {
  const { end, answered } = progressAt(running, now);
  const reject = running.faults.find(({ kind }) => kind === 'reject');
  const reason = end === 'failed' && reject?.kind === 'reject' ? (reject.reason ?? 'the fake rejects it') : null;
  return { end, files: end !== null && answered > 0 ? ['results'] : [], answered, reason };
}

function progressAt({ job, durationMs, faults }: RunningJob, now: number): Pick<JobState, 'end' | 'answered'> {
  const until = Math.min(now, job.cancelledAt ?? Infinity);
  const share = durationMs === 0 ? 1 : Math.min(1, (until - job.at) / durationMs);
  const early = faults.find(({ kind }) => kind === 'end' || kind === 'reject');
  const most = early === undefined ? job.requests.length : early.kind === 'end' ? early.answered : 0;
  const answered = Math.min(most, Math.floor(job.requests.length * share));
  if (share < 1) return { end: job.cancelledAt === null ? null : 'cancelled', answered };
  if (early === undefined) return { end: 'completed', answered };
  return { end: early.kind === 'end' ? early.as : 'failed', answered };
}

/** The results of a job that has ended, the last request first: a real provider keeps to no order, either. */
export function resultsOf(running: RunningJob, now: number, answer: FakeAnswer): readonly JobResult[] {
  const { answered } = progressAt(running, now);
  const lines = running.job.requests.slice(0, answered).toReversed();
  return spoilResults(
    lines.map((line) => resultOf(line, answer)),
    running.faults,
    {
      stray: (customId) => ({ customId, part: lastPart('{"value":"stray"}', 0) }),
      unreadable: {
        customId: null,
        part: { done: true, error: { code: 'reply_unreadable', message: 'the line cannot be read' } },
      },
    },
  );
}

function resultOf({ customId, request }: FakeJobRequest, answer: FakeAnswer): JobResult {
  try {
    return { customId, part: lastPart(writeReply(request, answer).join(''), charactersOf(request)) };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw scriptError(`the answer of the fake threw: ${reasonOf(error)}`, error);
    const { code, kind, message, status } = error;
    const interrupted = kind === 'retryable';
    return { customId, part: { done: true, error: { code, kind, message, status, interrupted } } };
  }
}

/** Usage is the library's own estimate: four characters a token. */
function lastPart(text: string, asked: number): JobResult['part'] {
  const usage = {
    inputTokens: estimateTokens(asked),
    outputTokens: estimateTokens(text.length),
    cachedInputTokens: 0,
  };
  return { done: true, text, finish: 'stop', usage, error: null };
}
