import { answerError, type ErrorAnswer, plainAnswer } from '../provider/answer-error.js';
import { AnswerReader, type ReadPiece } from '../provider/read-answer.js';
import { redact } from '../provider/redact.js';
import type { ErrorCode, Failure } from '../types/outcome.js';
import { ProviderError } from '../types/provider.js';
import type { ErrorPart, LastPart } from '../types/reply.js';

/** Reads a whole answer in a line, by the reader of live answers. A body may be an error, whatever its status says. */
export function answerPart(body: unknown, read: ReadPiece, secrets: readonly string[]): LastPart | ErrorPart {
  try {
    const reader = new AnswerReader(read, secrets);
    const text = reader.read(body);
    const end = reader.finish(false);
    if (end.type !== 'finish') throw new TypeError(`an answer ended with ${end.type}`);
    const veil = (quoted: string): string => redact(quoted, secrets);
    return { done: true, text, finish: end.reason, usage: end.usage, error: null, redact: veil };
  } catch (error) {
    if (error instanceof ProviderError) return { done: true, error: lineFailure(error) };
    throw error;
  }
}

/** A line that is an error of its request. */
export function errorPart(answer: ErrorAnswer | undefined, secrets: readonly string[], status?: number): ErrorPart {
  const said = answer ?? plainAnswer('the line has no answer');
  return {
    done: true,
    error: lineFailure(answerError({ ...said, status: status ?? said.status }, secrets, Date.now())),
  };
}

/** A line that the job ended without. */
export function endedPart(code: Extract<ErrorCode, 'job_expired' | 'job_cancelled'>): ErrorPart {
  const how = code === 'job_expired' ? 'expired' : 'was cancelled';
  const message = `the job ${how} before it came to the request`;
  return { done: true, error: { code, message, kind: 'retryable', interrupted: true } };
}

/** What may pass may be asked again: jobs retry nothing. */
function lineFailure({ code, kind, message, status }: ProviderError): Failure {
  return { code, kind, message, status, ...(kind === 'retryable' ? { interrupted: true } : {}) };
}
