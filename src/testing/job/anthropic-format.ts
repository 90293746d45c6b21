import { fieldAt, type JsonObject } from '../json.js';
import { anthropicErrors } from '../wire/anthropic-error.js';
import { anthropicMessages } from '../wire/anthropic-messages.js';
import { isSuccess, type LineAnswer } from './answer-line.js';
import type { JobFormat, LineResult } from './job-format.js';

/**
 * Anthropic's message batches (platform.claude.com/docs/en/build-with-claude/batch-processing): all results stand in one
 * file, `{"custom_id", "result": {"type": "succeeded" | "errored" | "canceled" | "expired", …}}`.
 */
export const anthropicFormat: JobFormat = {
  api: 'anthropic',
  finalizes: false,
  resultsName: (jobId) => `${jobId}_results.jsonl`,
  maxRequests: 100_000,
  maxBytes: 256 * 1024 * 1024,
  customId: ({ custom_id }) => String(custom_id),
  line: ({ params }) => ({ wire: anthropicMessages, path: '/v1/messages', body: params as JsonObject }),
  result,
  unanswered: (customId, reason) => resultLine(customId, { type: reason === 'cancelled' ? 'canceled' : reason }),
};

function result(customId: string, answer: LineAnswer): LineResult {
  const { status, requestId, body } = answer;
  if (status === null) {
    const error = anthropicErrors.statusFault(504).body(requestId);
    return resultLine(customId, { type: 'errored', error });
  }
  if (isSuccess(answer)) return resultLine(customId, { type: 'succeeded', message: body });
  const error = fieldAt(body, 'error') === undefined ? { type: 'error', error: body, request_id: requestId } : body;
  return resultLine(customId, { type: 'errored', error });
}

function resultLine(custom_id: string, outcome: JsonObject): LineResult {
  return { file: 'output', value: { custom_id, result: outcome } };
}
