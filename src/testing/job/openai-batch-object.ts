import type { JsonObject } from '../json.js';
import type { Job } from './job.js';
import type { JobError } from './job-fault.js';
import { faultOf } from './job-results.js';
import { unixSeconds } from './openai-files.js';
import type { JobStatus } from './seen-job.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The batch object of the API reference, with `null` for what is not there. */
export function batchObject(job: Job): JsonObject {
  const { id, endpoint, status, errors, metadata, request, files, faults, createdAt } = job;
  const at = (wanted: JobStatus): number | null => {
    const time = job.times[wanted];
    return time === undefined ? null : unixSeconds(time);
  };
  const none = faultOf(faults, 'emptyFileId') === undefined || !job.ended ? null : '';
  const output = faultOf(faults, 'noResults') === undefined ? files.output : null;
  return {
    id,
    object: 'batch',
    endpoint,
    errors: status === 'failed' ? { object: 'list', data: errors.map(errorObject) } : null,
    input_file_id: request.input_file_id,
    completion_window: '24h',
    status,
    output_file_id: output?.id ?? none,
    error_file_id: files.error?.id ?? none,
    created_at: unixSeconds(createdAt),
    in_progress_at: at('in_progress'),
    expires_at: unixSeconds(createdAt + DAY_MS),
    finalizing_at: at('finalizing'),
    completed_at: at('completed'),
    failed_at: at('failed'),
    expired_at: at('expired'),
    cancelling_at: at('cancelling'),
    cancelled_at: at('cancelled'),
    request_counts: countsOf(job),
    usage: usageOf(job),
    metadata: request.metadata === undefined ? null : metadata,
  };
}

function errorObject({ code, message, param = null, line = null }: JobError): JsonObject {
  return { code, message, param, line };
}

function countsOf({ status, ended, requests, tally, faults }: Job): JsonObject {
  const hidden =
    status === 'validating' || status === 'failed' || (!ended && faultOf(faults, 'lateCounts') !== undefined);
  if (hidden) return { total: 0, completed: 0, failed: 0 };
  return { total: requests, completed: tally.succeeded, failed: tally.errored };
}

function usageOf({ usage: { input, cached, output } }: Job): JsonObject {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
}
