import type { AnswerClass, ErrorCode } from '../types/outcome.js';
import { ProviderError } from '../types/provider.js';
import { fieldAt, numberAt, textAt } from './json-body.js';
import { readRateHold } from './rate-headers.js';
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
 * The classes follow OpenAI's "Error codes" guide, Anthropic's "Errors" page (529: overloaded) and Azure's "Content filtering".
 */
export function answerError(answer: ErrorAnswer, secrets: readonly string[], now: number): ProviderError {
  const { status, headers } = answer;
  const [kind, code] = classify(answer);
  const said = redact(answer.message.replace(/\s+/g, ' ').trim(), secrets).slice(0, MESSAGE_LIMIT);
  const retryAfterMs = headers === undefined ? undefined : (readRetryAfter(headers, now) ?? readRateHold(headers, now));
  const where = status === undefined ? 'the provider broke off with an error' : `the provider answered ${status}`;
  return new ProviderError(`${where}: ${said}`, { kind, code, status, retryAfterMs });
}

/**
 * A request that got no answer at all, or lost its connection.
 *
 * @param unsent - whether it is known that the request did not reach the provider; else the error may say so
 */
export function connectionError(error: unknown, secrets: readonly string[], unsent = false): ProviderError {
  const cause = innermost(error);
  const said = redact(messageOf(cause), secrets).slice(0, MESSAGE_LIMIT);
  return new ProviderError(`the connection failed: ${said}`, {
    kind: 'retryable',
    code: 'connection_error',
    unsent: unsent || isUnconnected(cause),
  });
}

/** A request that is none: no other attempt to send it can succeed. */
export function unsendable(error: unknown, secrets: readonly string[]): ProviderError {
  const said = redact(messageOf(innermost(error)), secrets).slice(0, MESSAGE_LIMIT);
  return new ProviderError(`the request cannot be sent: ${said}`, { kind: 'final', code: 'bad_request' });
}

/**
 * The error in a body of OpenAI's or Anthropic's form, `{"error": {…}}`, or of their looser relatives (`{"error": "…"}`);
 * `undefined` if there is none.
 */
export function errorIn(body: unknown): ErrorAnswer | undefined {
  const error = fieldAt(body, 'error');
  if (error === undefined || error === null) return undefined;
  const code = numberAt(error, 'code') ?? 0;
  return {
    // Servers that are not OpenAI write the status there, and in a stream nowhere else.
    status: code >= 400 && code < 600 ? code : undefined,
    headers: undefined,
    message: textAt(error, 'message') || (typeof error === 'string' ? error : ''),
    code: textAt(error, 'code') || textAt(error, 'details', 'error_code') || undefined,
    type: textAt(error, 'type') || undefined,
    param: textAt(error, 'param') || undefined,
  };
}

/** An answer of which nothing is known but what it says, which may begin with its status. */
export function plainAnswer(text: string): ErrorAnswer {
  const message = text.replace(/^\d{3} /, '');
  return { message, status: undefined, headers: undefined, code: undefined, type: undefined, param: undefined };
}

/** `fetch` says only "fetch failed": the reason is in its cause, and where several addresses were tried, in the first of them. */
function innermost(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.cause instanceof Error) return innermost(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Node's errors before there is a connection: no address, nobody there, no trust. Browsers do not say. */
function isUnconnected(error: unknown): boolean {
  return (
    /^(?:connect|getaddrinfo)$/.test(textAt(error, 'syscall')) ||
    /^(?:UND_ERR_CONNECT_TIMEOUT|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(
      textAt(error, 'code'),
    )
  );
}

type Verdict = readonly [AnswerClass, ErrorCode];

const QUOTA: Verdict = ['fatal', 'quota_exhausted'];
const UNAUTHORIZED: Verdict = ['fatal', 'unauthorized'];
const UNKNOWN: Verdict = ['fatal', 'not_found'];
const TOO_LONG: Verdict = ['splittable', 'context_length'];
const FILTERED: Verdict = ['splittable', 'input_filtered'];
const SCHEMA: Verdict = ['fatal', 'schema_rejected'];

/** By the code that a body names, whatever the status. OpenAI's, Azure's and Anthropic's do not contradict each other. */
const BY_CODE: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['insufficient_quota', QUOTA],
  ['billing_hard_limit_reached', QUOTA],
  ['contract_spend_limit_reached', QUOTA],
  ['enforced_spend_limit_reached', QUOTA],
  ['invalid_api_key', UNAUTHORIZED],
  ['account_deactivated', UNAUTHORIZED],
  ['model_not_found', UNKNOWN],
  ['DeploymentNotFound', UNKNOWN],
  ['organization_on_hold', ['fatal', 'forbidden']],
  ['context_length_exceeded', TOO_LONG],
  ['string_above_max_length', TOO_LONG],
  ['content_filter', FILTERED],
  ['content_policy_violation', FILTERED],
  ['invalid_prompt', FILTERED],
  ['bio_policy', FILTERED],
  ['misalignment_policy_violation', FILTERED],
  ['invalid_json_schema', SCHEMA],
]);

/** What a wrong request says for itself where its code does not: each API has its own words. */
const BY_WORDS: readonly (readonly [RegExp, Verdict])[] = [
  [/context (?:length|window|size|limit)|prompt is too long/i, TOO_LONG],
  [/response_format|json_schema|text\.format|output_config\.format|output_format/, SCHEMA],
  [/content filtering policy/i, FILTERED],
];

/** The same of money, where a code or a status says no more than that the request was wrong, or one too many. */
const SPENT = /credit balance is too low|reached your (?:specified )?(?:\w+ )?API usage limit/i;

/** The status that stands for a type, for errors in a stream, which have none (Anthropic, "Errors"; OpenAI, "Error codes"). */
const STATUS_OF_TYPE: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
]);

function classify({ status: given, code = '', type = '', param = '', message }: ErrorAnswer): Verdict {
  const known = BY_CODE.get(code) ?? BY_CODE.get(type);
  if (known !== undefined) return known;
  const status = given ?? STATUS_OF_TYPE.get(code) ?? STATUS_OF_TYPE.get(type);
  if ((status === 400 || status === 429) && SPENT.test(message)) return QUOTA;
  // More tokens than a whole minute allows: it would be refused for ever (OpenAI's "Request too large for …").
  if (status === 429 && /^request too large/i.test(message.trim())) return TOO_LONG;
  if (status === 400 && /^(?:response_format|text\.format)/.test(param)) return SCHEMA;
  // A server that sends requests elsewhere would do so with each of them.
  if (status !== undefined && (status === 0 || (status >= 300 && status < 400))) return UNKNOWN;
  const words = status === 400 ? BY_WORDS.find(([pattern]) => pattern.test(message)) : undefined;
  return words?.[1] ?? byStatus(status);
}

function byStatus(status: number | undefined): Verdict {
  switch (status) {
    case 402:
      return QUOTA;
    case 401:
      return UNAUTHORIZED;
    case 403:
      return ['fatal', 'forbidden'];
    case 404:
      return UNKNOWN;
    case 408:
      return ['retryable', 'request_timeout'];
    case 413:
      return TOO_LONG;
    case 429:
      return ['retryable', 'rate_limited'];
    default:
      return status === undefined || status === 409 || status >= 500
        ? ['retryable', 'server_error']
        : ['final', 'bad_request'];
  }
}
