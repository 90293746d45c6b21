import type { AnswerClass, ErrorCode } from '../types/outcome.js';
import { ProviderError } from '../types/provider.js';
import { redact } from './redact.js';
import { readRetryAfter } from './retry-after.js';

/** An HTTP answer that is no reply, in the terms of OpenAI's error body. */
export interface ErrorAnswer {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly message: string;
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly param: string | undefined;
}

const MESSAGE_LIMIT = 300;

/**
 * What an error answer asks of the caller, as a {@link ProviderError}; secrets are taken out of its message.
 *
 * The classes follow OpenAI's "Error codes" guide and Anthropic's "Errors" page (529: overloaded).
 */
export function answerError(answer: ErrorAnswer, secrets: readonly string[], now: number): ProviderError {
  const { status, headers } = answer;
  const [kind, code] = classify(answer);
  const said = redact(answer.message.replace(/\s+/g, ' ').trim(), secrets).slice(0, MESSAGE_LIMIT);
  const retryAfterMs = headers === undefined ? undefined : readRetryAfter(headers, now);
  const where = status === undefined ? 'the provider broke off with an error' : `the provider answered ${status}`;
  return new ProviderError(`${where}: ${said}`, { kind, code, status, retryAfterMs });
}

/** A request that got no answer at all, or lost its connection. */
export function connectionError(error: unknown, secrets: readonly string[]): ProviderError {
  const said = redact(innermost(error), secrets).slice(0, MESSAGE_LIMIT);
  return new ProviderError(`the connection failed: ${said}`, { kind: 'retryable', code: 'connection_error' });
}

/** A request that is none: no other attempt to send it can succeed. */
export function unsendable(error: unknown, secrets: readonly string[]): ProviderError {
  const said = redact(innermost(error), secrets).slice(0, MESSAGE_LIMIT);
  return new ProviderError(`the request cannot be sent: ${said}`, { kind: 'final', code: 'bad_request' });
}

/** `fetch` says only "fetch failed": the reason is in its cause, and where several addresses were tried, in the first of them. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return innermost(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error.message || error.name;
}

function classify({ status, code = '', type = '', param = '', message }: ErrorAnswer): [AnswerClass, ErrorCode] {
  if (code === 'insufficient_quota' || type === 'insufficient_quota') return ['fatal', 'quota_exhausted'];
  if (code === 'model_not_found') return ['fatal', 'not_found'];
  if (code === 'context_length_exceeded' || (status === 400 && /context (?:length|window|size)/i.test(message)))
    return ['splittable', 'context_length'];
  if (code === 'content_filter' || code === 'content_policy_violation') return ['splittable', 'input_filtered'];
  if (status === 400 && (param.startsWith('response_format') || /response_format|json_schema/.test(message)))
    return ['fatal', 'schema_rejected'];
  return byStatus(status);
}

function byStatus(status: number | undefined): [AnswerClass, ErrorCode] {
  switch (status) {
    case 402:
      return ['fatal', 'quota_exhausted'];
    case 401:
      return ['fatal', 'unauthorized'];
    case 403:
      return ['fatal', 'forbidden'];
    case 404:
      return ['fatal', 'not_found'];
    case 408:
      return ['retryable', 'request_timeout'];
    case 413:
      return ['splittable', 'context_length'];
    case 429:
      return ['retryable', 'rate_limited'];
    default:
      return status === undefined || status === 409 || status >= 500
        ? ['retryable', 'server_error']
        : ['final', 'bad_request'];
  }
}
