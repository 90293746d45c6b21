import type { Batch } from 'openai/resources/batches';
import { redact } from '../../provider/redact.js';
import { type JobHandle, type JobInfo, type JobState, JobError } from '../../types/job.js';
import { makeHandle } from '../handle.js';

const REASON_LIMIT = 300;

/** What a job carries so that it is known again: six of sixteen pairs, each far under 512 characters. */
export function metadataOf({ runId, number, first, prompts, records, digest, submittedAt }: JobInfo) {
  return {
    rxjs_llm_run: runId,
    rxjs_llm_job: String(number),
    rxjs_llm_range: `${first}-${prompts}`,
    rxjs_llm_records: String(records),
    rxjs_llm_digest: digest,
    rxjs_llm_time: String(submittedAt),
  };
}

/** The handle of a job that is listed, by its metadata; `null` for one that is not of this library, or has another API. */
export function handleOf({ id, endpoint, metadata }: Batch, provider: string, api: string): JobHandle | null {
  const { rxjs_llm_run: runId, rxjs_llm_range: range = '', ...rest } = metadata ?? {};
  if (runId === undefined || endpoint !== api) return null;
  const [first, prompts] = range.split('-').map(Number);
  const { rxjs_llm_job: number, rxjs_llm_records: records, rxjs_llm_digest: digest = '', rxjs_llm_time: time } = rest;
  const counts = { number: Number(number), first: first ?? NaN, prompts: prompts ?? NaN, records: Number(records) };
  try {
    return makeHandle({ provider, api, id }, { runId, digest, submittedAt: Number(time), ...counts });
  } catch (error) {
    if (error instanceof JobError) return null;
    throw error;
  }
}

const ENDS = new Set(['completed', 'failed', 'expired', 'cancelled'] as const);

/** How a batch stands. Files that are not there may be `null`, missing, or `""`. */
export function stateOf(batch: Batch, secrets: readonly string[]): JobState {
  const { status, output_file_id: output, error_file_id: error, request_counts: counts } = batch;
  const end = [...ENDS].find((name) => name === status) ?? null;
  const errors = batch.errors?.data ?? [];
  const said = errors.slice(0, 3).map(({ code, line, message }) => {
    const where = typeof line === 'number' ? ` in line ${line}` : '';
    return `${code ?? 'error'}${where}: ${message ?? ''}`;
  });
  return {
    end,
    files:
      end === null ? [] : [output, error].filter((file): file is string => typeof file === 'string' && file !== ''),
    answered: (counts?.completed ?? 0) + (counts?.failed ?? 0),
    reason: said.length === 0 ? null : redact(said.join('; '), secrets).slice(0, REASON_LIMIT),
  };
}
