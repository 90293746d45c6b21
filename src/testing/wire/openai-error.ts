import type { JsonObject } from '../json.js';
import type { ErrorResponse, Headers, WireErrors } from './wire.js';

interface ErrorDetails {
  readonly type?: string;
  readonly param?: string | null;
  readonly code?: string | null;
  readonly headers?: Headers;
}

/** `{"error": {"message", "type", "param", "code"}}`; the type follows from the status unless it is given. */
function errorResponse(status: number, message: string, details: ErrorDetails = {}): ErrorResponse {
  const { type = status >= 500 ? 'server_error' : 'invalid_request_error', param = null, code = null } = details;
  return { status, headers: details.headers ?? {}, body: () => ({ error: { message, type, param, code } }) };
}

/** `{"error": {"message", "type", "param", "code"}}` (platform.openai.com/docs/guides/error-codes). */
export const openaiErrors: WireErrors = {
  keyMissing: () =>
    errorResponse(401, "You didn't provide an API key. Send it in the header: Authorization: Bearer YOUR_KEY"),

  keyWrong: () => errorResponse(401, 'Incorrect API key provided.', { code: 'invalid_api_key' }),

  pathUnknown: (method, path) => errorResponse(404, `Invalid URL (${method} ${path})`),

  methodNotAllowed: (method, path, allowed) =>
    errorResponse(405, `Not allowed to ${method} on ${path}. (HINT: perhaps you meant to use ${allowed})`, {
      code: 'method_not_supported',
      headers: { allow: allowed },
    }),

  bodyTooLarge: (bytes) =>
    errorResponse(413, `The request's body has more than ${bytes} bytes.`, { code: 'request_too_large' }),

  bodyUnreadable: () => errorResponse(400, 'We could not parse the JSON body of your request.'),

  parameterMissing: (param) =>
    errorResponse(400, `Missing required parameter: '${param}'.`, { param, code: 'missing_required_parameter' }),

  notInStandIn: (param) =>
    errorResponse(400, `The stand-in server does not do '${param}'.`, { param, code: 'unsupported_parameter' }),

  modelUnknown: (model) =>
    errorResponse(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
      code: 'model_not_found',
    }),

  contextTooLong: (limit, tokens) =>
    errorResponse(
      400,
      `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
      { param: 'messages', code: 'context_length_exceeded' },
    ),

  limitReached: ({ kind, limit, retryAfterMs }) =>
    errorResponse(429, `Rate limit reached on ${kind} per min. Limit: ${limit}. Please try again later.`, {
      type: kind,
      code: 'rate_limit_exceeded',
      headers: retryHeaders(retryAfterMs),
    }),

  ruleFailed: (error) => errorResponse(500, `The stand-in server failed: ${String(error)}`),

  statusFault: (status) => errorResponse(status, `Status ${status}, by a fault of the stand-in server.`),
};

/** As for {@link openaiErrors.contextTooLong}, in the words of the responses API, which has no `messages`. */
export const inputTooLong = (): ErrorResponse =>
  errorResponse(400, 'Your input exceeds the context window of this model. Please adjust your input and try again.', {
    param: 'input',
    code: 'context_length_exceeded',
  });

export const belowMinimum = (param: string, least: number, value: number): ErrorResponse =>
  errorResponse(
    400,
    `Invalid '${param}': integer below minimum value. Expected a value >= ${least}, but got ${value} instead.`,
    { param, code: 'integer_below_min_value' },
  );

/** What is wrong with one parameter. */
export const invalidParameter = (param: string | null, message: string, code: string | null = null): ErrorResponse =>
  errorResponse(400, message, { param, code });

export const notFound = (param: string, message: string): ErrorResponse => errorResponse(404, message, { param });

export const conflict = (message: string): ErrorResponse => errorResponse(409, message);

/** `retry-after` is in whole seconds, never too few; `retry-after-ms` is exact. */
export function retryHeaders(ms: number): Headers {
  return { 'retry-after': String(Math.ceil(ms / 1000)), 'retry-after-ms': String(Math.ceil(ms)) };
}

export const STREAM_ERROR = 'The server had an error while processing your request. (A fault of the stand-in server.)';

/** What stands in `error`, where a stream ends with one. */
export const streamError = (): JsonObject => ({
  message: STREAM_ERROR,
  type: 'server_error',
  param: null,
  code: null,
});
