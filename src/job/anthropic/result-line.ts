import { errorIn } from '../../provider/answer-error.js';
import { messageReader } from '../../provider/anthropic-messages.js';
import { fieldAt, parseJson, textAt } from '../../provider/json-body.js';
import type { JobResult } from '../../types/job.js';
import { answerPart, endedPart, errorPart } from '../line-part.js';

/**
 * Reads a line of the results (Anthropic, "Batch processing"): `{"custom_id", "result": {"type": "succeeded", "message"} |
 * {"type": "errored", "error": {"error": …}} | {"type": "canceled" | "expired"}}`.
 */
export function readAnthropicResult(line: string, secrets: readonly string[]): JobResult {
  const value = parseJson(line);
  const customId = textAt(value, 'custom_id') || null;
  const result = fieldAt(value, 'result');
  switch (textAt(result, 'type')) {
    case 'succeeded':
      return { customId, part: answerPart(fieldAt(result, 'message'), messageReader(), secrets) };
    case 'expired':
      return { customId, part: endedPart('job_expired') };
    case 'canceled':
      return { customId, part: endedPart('job_cancelled') };
    default:
      return { customId, part: errorPart(errorIn(fieldAt(result, 'error')) ?? errorIn(result), secrets) };
  }
}
