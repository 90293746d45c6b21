import { AZURE_API_VERSION } from '../../src/provider/openai.js';
import { CHAT_ERRORS, chatWire } from './chat-wire.js';
import type { ErrorCase, Wire } from './wire.js';

/** An error of the gateway before the models: its code is the status, or a word. */
const gatewayError = (code: string, message: string) => ({ error: { code, message } });

const AZURE_ERRORS: readonly ErrorCase[] = [
  {
    title: "a prompt that Azure's content filter refuses",
    status: 400,
    body: {
      error: {
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: { violence: { filtered: true, severity: 'medium' } },
        },
      },
    },
    kind: 'splittable',
    code: 'input_filtered',
  },
  {
    title: 'a wrong key, said by the gateway',
    status: 401,
    body: gatewayError('401', 'Access denied due to invalid subscription key or wrong API endpoint.'),
    kind: 'fatal',
    code: 'unauthorized',
  },
  {
    title: 'a missing token, said by the gateway in its other form',
    status: 401,
    body: { statusCode: 401, message: 'Unauthorized. Access token is missing, invalid or expired.' },
    kind: 'fatal',
    code: 'unauthorized',
  },
  {
    title: 'an unknown deployment',
    status: 404,
    body: gatewayError('DeploymentNotFound', 'The API deployment for this resource does not exist.'),
    kind: 'fatal',
    code: 'not_found',
  },
  {
    title: 'too many requests, said by the gateway',
    status: 429,
    body: gatewayError('429', 'Requests have exceeded call rate limit. Please retry after 6 seconds.'),
    kind: 'retryable',
    code: 'rate_limited',
  },
];

const chat = chatWire('max_completion_tokens');

/** OpenAI's chat completions, as Azure serves them. */
export const azureWire: Wire = {
  ...chat,
  path: `/openai/deployments/gpt-test/chat/completions?api-version=${AZURE_API_VERSION}`,
  keyIn: (headers) => headers['api-key'],
  keySent: (key) => key,
  errors: [...CHAT_ERRORS, ...AZURE_ERRORS],
  // What the filter says of the prompt leads a stream, in a chunk without choices.
  events: (pieces) => [
    JSON.stringify({ choices: [], object: '', prompt_filter_results: [{ prompt_index: 0 }] }),
    ...chat.events(pieces),
  ],
};
