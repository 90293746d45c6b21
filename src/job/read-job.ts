import {
  catchError,
  concat,
  concatWith,
  defer,
  EMPTY,
  filter,
  from,
  map,
  mergeMap,
  type Observable,
  tap,
  throwError,
} from 'rxjs';
import type { FinishedJob, JobEnd, JobPrompts, JobProvider, JobResult, OpenJob } from '../types/job.js';
import type { WarningEvent } from '../types/events.js';
import { type ErrorCode, type Failure, LlmError } from '../types/outcome.js';
import type { BatchPrompt } from '../types/prompt.js';
import { ProviderError } from '../types/provider.js';
import type { ReplyChunk } from '../types/reply.js';
import type { Price } from '../types/sending.js';
import { costOf } from '../provider/usage.js';
import { call, type CallSettings } from './calls.js';

export interface ReadSettings<T> extends CallSettings {
  readonly provider: JobProvider;
  readonly prompts: JobPrompts<T>;
  /** Prices of jobs. */
  readonly price: Price | undefined;
}

/** The answers of one job: exactly one chunk for each of its prompts, whatever its results hold. */
export function readJob<T>(job: FinishedJob, settings: ReadSettings<T>): Observable<ReplyChunk<T>> {
  return settings.prompts.open(job.handle).pipe(
    mergeMap((open) => {
      /** What the download failed with for good. */
      let broken: Failure | undefined;
      /** Prompts that have their answer. */
      let answers = 0;
      return concat(
        download(job, settings).pipe(
          mergeMap((result) => answered(result, open, job, settings)),
          catchError((error: unknown) => {
            broken = failureOf(error);
            return EMPTY;
          }),
        ),
        defer(() => from(open.rest()).pipe(map((prompt) => chunkOf(prompt, broken ?? unanswered(job))))),
      ).pipe(
        tap(() => {
          answers++;
        }),
        concatWith(
          defer(() => {
            if (answers < job.handle.prompts) settings.report(missing(job, answers));
            const failure = broken;
            return failure?.kind === 'fatal' ? throwError(() => new LlmError(failure)) : EMPTY;
          }),
        ),
      );
    }),
  );
}

/** Reads the results to their end; after a broken download from the first line that has not come yet. */
function download<T>(job: FinishedJob, settings: ReadSettings<T>): Observable<JobResult> {
  const { provider, report } = settings;
  if (job.files.length === 0) return EMPTY;
  let read = 0;
  const rest = defer(() => {
    let line = 0;
    return provider.results(job).pipe(
      filter(() => {
        line++;
        if (line <= read) return false;
        read = line;
        return true;
      }),
    );
  });
  const { id: jobId, number, prompts: requests } = job.handle;
  const base = { type: 'job', provider: provider.name, jobId, number, requests, answered: 0 } as const;
  return call(rest, settings, ({ message }) => {
    report({ ...base, state: 'call_failed', detail: message });
  });
}

function answered<T>(
  { customId, part }: JobResult,
  open: OpenJob<T>,
  { handle }: FinishedJob,
  { provider, report, price }: ReadSettings<T>,
): readonly ReplyChunk<T>[] {
  const warn = (code: WarningEvent['code'], message: string): readonly never[] => {
    report({ type: 'warning', code, batchId: handle.id, message });
    return [];
  };
  if (customId === null) return warn('unreadable_result', 'a line of the results cannot be read');
  const prompt = open.take(customId);
  if (prompt !== undefined) {
    const base = { type: 'result', provider: provider.name, jobId: handle.id, batchId: prompt.id } as const;
    const usage = part.error === null ? part.usage : null;
    const cost = usage === null ? undefined : costOf(usage, price);
    report({ ...base, records: prompt.records.length, error: part.error?.code ?? null, usage, cost });
    const { enforcesSchema } = provider;
    const enforced = enforcesSchema && prompt.request?.replySchema !== undefined;
    return [{ attempt: 1, enforced, ...part, prompt }];
  }
  return open.wasTaken(customId)
    ? warn('repeated_result', `there is another result for ${customId}: the first one counts`)
    : warn('unknown_result', `nothing in the job is named ${customId.slice(0, 64)}`);
}

/** Where nothing but the lines themselves says what was asked, a line that is missing is only counted. */
function missing({ handle }: FinishedJob, answers: number): WarningEvent {
  const message = `the job has ${answers} results for ${handle.prompts} requests, and nothing says which are missing`;
  return { type: 'warning', code: 'missing_result', batchId: handle.id, message };
}

function chunkOf<T>(prompt: BatchPrompt<T>, error: Failure): ReplyChunk<T> {
  return { prompt, attempt: 1, done: true, error };
}

const CODES: Readonly<Record<JobEnd, ErrorCode>> = {
  completed: 'result_missing',
  failed: 'job_failed',
  expired: 'job_expired',
  cancelled: 'job_cancelled',
  deadline: 'deadline_exceeded',
  lost: 'job_lost',
};

/** Why a prompt without a line in the results has no answer. */
function unanswered({ end, reason, handle }: FinishedJob): Failure {
  const what = end === 'completed' ? 'has no result for the request' : `ended as ${end}`;
  const message = `the job ${handle.id} ${what}${reason === null ? '' : `: ${reason}`}`;
  // What a job does not answer has had no retry yet, and may be asked again.
  return end === 'failed'
    ? { code: CODES[end], message, kind: 'final' }
    : { code: CODES[end], message, kind: 'retryable', interrupted: true };
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof ProviderError)) throw error;
  const { code, kind, message, status } = error;
  // It is only this job's results that are there no more.
  if (code === 'not_found') return { code: 'job_lost', kind: 'retryable', interrupted: true, message, status };
  const interrupted = kind === 'retryable';
  return { code, kind, message, status, cause: error, ...(interrupted ? { interrupted } : {}) };
}
