import type { JsonObject } from './json.js';
import type { Excess } from './rate-limit.js';

/** A response that is no reply, in OpenAI's form. */
export interface ErrorResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

interface ErrorDetails {
  readonly type?: string;
  readonly param?: string | null;
  readonly code?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `{"error": {"message", "type", "param", "code"}}`; the type follows from the status unless it is given. */
function errorResponse(status: number, message: string, details: ErrorDetails = {}): ErrorResponse {
  const { type = status >= 500 ? 'server_error' : 'invalid_request_error', param = null, code = null } = details;
  return { status, headers: details.headers ?? {}, body: { error: { message, type, param, code } } };
}

export const keyMissing = (): ErrorResponse =>
  errorResponse(401, "You didn't provide an API key. Send it in the header: Authorization: Bearer YOUR_KEY");

export const keyWrong = (): ErrorResponse =>
  errorResponse(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });

export const pathUnknown = (method: string, path: string): ErrorResponse =>
  errorResponse(404, `Invalid URL (${method} ${path})`);

export const methodNotAllowed = (method: string, path: string, allowed: string): ErrorResponse =>
  errorResponse(405, `Not allowed to ${method} on ${path}. (HINT: perhaps you meant to use ${allowed})`, {
    code: 'method_not_supported',
    headers: { allow: allowed },
  });

export const bodyTooLarge = (bytes: number): ErrorResponse =>
  errorResponse(413, `The request's body has more than ${bytes} bytes.`, { code: 'request_too_large' });

export const bodyUnreadable = (): ErrorResponse =>
  errorResponse(400, 'We could not parse the JSON body of your request.');

export const parameterMissing = (param: string): ErrorResponse =>
  errorResponse(400, `Missing required parameter: '${param}'.`, { param, code: 'missing_required_parameter' });

export const notInStandIn = (param: string): ErrorResponse =>
  errorResponse(400, `The stand-in server does not do '${param}'.`, { param, code: 'unsupported_parameter' });

export const modelUnknown = (model: string): ErrorResponse =>
  errorResponse(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
    code: 'model_not_found',
  });

export const contextTooLong = (limit: number, tokens: number): ErrorResponse =>
  errorResponse(
    400,
    `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
    { param: 'messages', code: 'context_length_exceeded' },
  );

/** `retry-after` is in whole seconds, never too few; `retry-after-ms` is exact. */
export const limitReached = ({ kind, limit, retryAfterMs }: Excess): ErrorResponse =>
  errorResponse(429, `Rate limit reached on ${kind} per min. Limit: ${limit}. Please try again later.`, {
    type: kind,
    code: 'rate_limit_exceeded',
    headers: {
      'retry-after': String(Math.ceil(retryAfterMs / 1000)),
      'retry-after-ms': String(Math.ceil(retryAfterMs)),
    },
  });

/** A rule that a test wrote has thrown. */
export const ruleFailed = (error: unknown): ErrorResponse =>
  errorResponse(500, `The stand-in server failed: ${String(error)}`);

export const statusFault = (status: number): ErrorResponse =>
  errorResponse(status, `Status ${status}, by a fault of the stand-in server.`);

export const streamFault = (): ErrorResponse =>
  errorResponse(500, 'The server had an error while processing your request. (A fault of the stand-in server.)');
