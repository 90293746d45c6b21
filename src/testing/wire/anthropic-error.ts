import type { JsonObject } from '../json.js';
import type { ErrorResponse, Headers, WireErrors } from './wire.js';

/** Types by status (platform.claude.com/docs/en/api/errors, "HTTP errors"). */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function errorResponse(status: number, message: string, headers: Headers = {}): ErrorResponse {
  const type = TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return { status, headers, body: (requestId) => errorBody({ type, message }, requestId) };
}

/** `{"type": "error", "error": {"type", "message"}, "request_id"}`, as a body and in a stream. */
export function errorBody(error: JsonObject, requestId: string): JsonObject {
  return { type: 'error', error, request_id: requestId };
}

/** What stands in `error`, where a stream ends with one. */
export const streamError = (): JsonObject => ({ type: 'overloaded_error', message: 'Overloaded' });

/** Errors as Anthropic writes them: the type follows from the status. */
export const anthropicErrors: WireErrors = {
  keyMissing: () => errorResponse(401, 'x-api-key header is required'),
  keyWrong: () => errorResponse(401, 'invalid x-api-key'),
  pathUnknown: () => errorResponse(404, 'Not found'),
  methodNotAllowed: (_method, _path, allowed) => errorResponse(405, 'Method Not Allowed', { allow: allowed }),
  bodyTooLarge: (bytes) => errorResponse(413, `Request exceeds the maximum size of ${bytes} bytes`),
  bodyUnreadable: () => errorResponse(400, 'The request body is not valid JSON.'),
  parameterMissing: (param) => errorResponse(400, `${param}: Field required`),
  notInStandIn: (param) => errorResponse(400, `${param}: The stand-in server does not do that`),
  modelUnknown: (model) => errorResponse(404, `model: ${model}`),
  contextTooLong: (limit, tokens) => errorResponse(400, `prompt is too long: ${tokens} tokens > ${limit} maximum`),

  limitReached: ({ kind, limit, retryAfterMs }) =>
    errorResponse(
      429,
      `This request would exceed the rate limit for your organization of ${limit} ${kind} per minute.`,
      { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
    ),

  ruleFailed: (error) => errorResponse(500, `The stand-in server failed: ${String(error)}`),
  statusFault: (status) => errorResponse(status, `Status ${status}, by a fault of the stand-in server.`),
};

/** What is wrong with a request, in a place of its body or as a whole. */
export const invalidRequest = (message: string): ErrorResponse => errorResponse(400, message);

export const notFound = (message: string): ErrorResponse => errorResponse(404, message);

export const versionMissing = (): ErrorResponse => errorResponse(400, 'anthropic-version: header is required');

export const systemInMessages = (): ErrorResponse =>
  errorResponse(
    400,
    'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
  );

export const tooManyMarks = (most: number, found: number): ErrorResponse =>
  errorResponse(400, `A maximum of ${most} blocks with cache_control may be provided. Found ${found}.`);
