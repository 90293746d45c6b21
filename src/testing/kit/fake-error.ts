import type { AnswerClass } from '../../types/outcome.js';
import { ProviderError } from '../../types/provider.js';

/** What each answer that is no reply asks of the caller, and the status that it comes with: as real providers do it. */
const ANSWERS = {
  rate_limited: ['retryable', 429],
  server_error: ['retryable', 503],
  connection_error: ['retryable', undefined],
  request_timeout: ['retryable', 408],
  context_length: ['splittable', 400],
  input_filtered: ['splittable', 400],
  bad_request: ['final', 400],
  unauthorized: ['fatal', 401],
  forbidden: ['fatal', 403],
  not_found: ['fatal', 404],
  schema_rejected: ['fatal', 400],
  quota_exhausted: ['fatal', 429],
} as const satisfies Readonly<Record<string, readonly [AnswerClass, number | undefined]>>;

/** The code of an answer that is no reply. */
export type FakeErrorCode = keyof typeof ANSWERS;

/** Options of {@link fakeError}. */
export interface FakeErrorOptions {
  /** How long the provider asks to be left alone, in milliseconds from 0: its gate is held. @defaultValue it does not ask */
  readonly retryAfterMs?: number | undefined;
  /** HTTP status. @defaultValue the usual one of the code */
  readonly status?: number | undefined;
  /** What the error says. @defaultValue `the fake answered ` and the code */
  readonly message?: string | undefined;
}

/**
 * An answer that is no reply, as the providers of this library report it: what is retried, split or fatal follows from the code.
 *
 * @example
 * ```ts
 * fakeProvider('--a#', { '#': fakeError('connection_error') })
 * ```
 */
export function fakeError(code: FakeErrorCode, options: FakeErrorOptions = {}): ProviderError {
  const [kind, usual] = ANSWERS[code];
  const { status = usual, message = `the fake answered ${code}`, retryAfterMs } = options;
  return new ProviderError(message, { kind, code, status, retryAfterMs });
}

/** What a test got wrong: it ends the stream, so that the test does not pass over it. */
export function scriptError(message: string, cause?: unknown): ProviderError {
  return new ProviderError(message, { kind: 'fatal', code: 'bad_request', cause });
}
