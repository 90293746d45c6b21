import { errorIn } from '../../provider/answer-error.js';
import { fieldAt, numberAt, parseJson, textAt } from '../../provider/json-body.js';
import type { ReadPiece } from '../../provider/read-answer.js';
import type { JobResult } from '../../types/job.js';
import { answerPart, endedPart, errorPart } from '../line-part.js';

/**
 * Reads a line of an output file or an error file (OpenAI, "Batch API", "Request output object"): `{"custom_id", "response":
 * {"status_code", "body"} | null, "error": {"code", "message"} | null}`.
 */
export function readOpenAIResult(line: string, read: ReadPiece, secrets: readonly string[]): JobResult {
  const value = parseJson(line);
  const customId = textAt(value, 'custom_id') || null;
  const response = fieldAt(value, 'response');
  const body = fieldAt(response, 'body');
  const code = textAt(value, 'error', 'code');
  if (code === 'batch_expired') return { customId, part: endedPart('job_expired') };
  if (code === 'batch_cancelled') return { customId, part: endedPart('job_cancelled') };
  const status = numberAt(response, 'status_code');
  if (status === 200) return { customId, part: answerPart(body, read, secrets) };
  return { customId, part: errorPart(errorIn(body) ?? errorIn(value), secrets, status) };
}
