import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.js';
import { openaiChat } from '../wire/openai-chat.js';
import { openaiResponses } from '../wire/openai-responses.js';
import type { Wire } from '../wire/wire.js';
import { isSuccess, type LineAnswer } from './answer-line.js';
import type { JobFormat, LineResult } from './job-format.js';

/** The endpoints whose requests can stand in a job. OpenAI has more. */
export const BATCH_WIRES: Readonly<Record<string, Wire>> = {
  '/v1/chat/completions': openaiChat,
  '/v1/responses': openaiResponses,
};

/**
 * OpenAI's batches: "The request input object" and "The request output object" of the API reference
 * (platform.openai.com/docs/api-reference/batch). `error` is for requests without a response; a response that is an error
 * stands in the error file with its status, and `error` is `null` (github.com/openai/openai-openapi/issues/302).
 */
export const openaiFormat: JobFormat = {
  api: 'openai',
  finalizes: true,
  resultsName: (jobId, file) => `${jobId}_${file}.jsonl`,
  maxRequests: 50_000,
  maxBytes: 200 * 1024 * 1024,
  customId: ({ custom_id }) => String(custom_id),
  line: ({ url, body }) => ({
    wire: BATCH_WIRES[String(url)] ?? openaiChat,
    path: String(url),
    body: body as JsonObject,
  }),
  result,
  unanswered: (customId, reason) => errorLine(customId, UNANSWERED[reason]),
};

const UNANSWERED = {
  expired: {
    code: 'batch_expired',
    message: 'This request could not be executed before the completion window expired.',
  },
  cancelled: { code: 'batch_cancelled', message: 'The batch was cancelled before this request was executed.' },
};
const TIMED_OUT = { code: 'request_timeout', message: 'The underlying call to the model timed out.' };

function result(customId: string, answer: LineAnswer): LineResult {
  const { status, requestId, body } = answer;
  if (status === null) return errorLine(customId, TIMED_OUT);
  const response = { status_code: status, request_id: requestId, body };
  return { file: isSuccess(answer) ? 'output' : 'error', value: resultLine(customId, { response, error: null }) };
}

function errorLine(customId: string, error: JsonObject): LineResult {
  return { file: 'error', value: resultLine(customId, { response: null, error }) };
}

function resultLine(customId: string, fields: JsonObject): JsonObject {
  return { id: `batch_req_${randomUUID().replaceAll('-', '')}`, custom_id: customId, ...fields };
}
