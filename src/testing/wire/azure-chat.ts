import { unescape } from 'node:querystring';
import { openaiChat } from './openai-chat.js';
import { openaiErrors, retryHeaders } from './openai-error.js';
import {
  type Answer,
  bearerKey,
  type ErrorResponse,
  eventText,
  type Headers,
  type ReplyStream,
  type Wire,
  type WireErrors,
} from './wire.js';

/** The path of a deployment, and its name. */
const DEPLOYMENT = /^\/openai\/deployments\/([^/]+)\//;

/** `{"error": {"code", "message"}}`, as Azure's gateway writes it: the code is the status unless it is given. */
function errorResponse(status: number, message: string, code = String(status), headers: Headers = {}): ErrorResponse {
  return { status, headers, body: () => ({ error: { code, message } }) };
}

/** What is wrong with a body is said by the model behind the gateway, as OpenAI does; all else by the gateway. */
const azureErrors: WireErrors = {
  ...openaiErrors,

  keyMissing: () => azureErrors.keyWrong(),

  keyWrong: () =>
    errorResponse(
      401,
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
    ),

  pathUnknown: () => errorResponse(404, 'Resource not found'),

  modelUnknown: () =>
    errorResponse(
      404,
      'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
      'DeploymentNotFound',
    ),

  limitReached: ({ kind, retryAfterMs }) =>
    errorResponse(
      429,
      `Requests to the ChatCompletions_Create Operation have exceeded the ${kind} rate limit of your current tier. Please retry after ${Math.ceil(retryAfterMs / 1000)} seconds.`,
      'RateLimitReached',
      retryHeaders(retryAfterMs),
    ),

  statusFault: (status) => errorResponse(status, `Status ${status}, by a fault of the stand-in server.`),
};

const versionMissing = (): ErrorResponse =>
  errorResponse(
    400,
    'The api-version query parameter (?api-version=) is required for all requests.',
    'MissingApiVersionParameter',
  );

const SAFE = { filtered: false, severity: 'safe' };
const FILTER_RESULTS = { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE };
const PROMPT_FILTER_RESULTS = [{ prompt_index: 0, content_filter_results: FILTER_RESULTS }];
/** What the filter said of the prompt leads a stream, in a chunk without choices: clients have stumbled over it. */
const FIRST_CHUNK = {
  choices: [],
  created: 0,
  id: '',
  model: '',
  object: '',
  prompt_filter_results: PROMPT_FILTER_RESULTS,
};

/**
 * OpenAI's chat completions as Azure serves them: `POST /openai/deployments/<name>/chat/completions?api-version=…`
 * (learn.microsoft.com/azure/ai-services/openai/reference). The deployment stands for the model. Of the content filter
 * there is only what it says of prompts that pass; what it refuses is a fault of the kind `status`.
 */
export const azureChat: Wire = {
  ...openaiChat,
  errors: azureErrors,
  headers: (requestId, ms) => ({ ...openaiChat.headers(requestId, ms), 'apim-request-id': requestId }),
  // The second is for tokens of Microsoft Entra ID.
  key: (head) => head.header('api-key') ?? bearerKey(head),
  headError: (head) => ((head.query.get('api-version') ?? '') === '' ? versionMissing() : null),
  model: (_, { path }) => unescape(DEPLOYMENT.exec(path)?.[1] ?? ''),
  whole: (answer) => ({ ...openaiChat.whole(answer), prompt_filter_results: PROMPT_FILTER_RESULTS }),
  stream,
};

function stream(answer: Answer): ReplyStream {
  const chunks = openaiChat.stream(answer);
  return {
    open: () => eventText(FIRST_CHUNK) + chunks.open(),
    delta: (text) => chunks.delta(text),
    close: () => chunks.close(),
    error: (fault) => chunks.error(fault),
  };
}
