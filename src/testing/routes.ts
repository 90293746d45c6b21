import { answerRequest, keyError, type ServerState } from './answer-request.js';
import type { Exchange } from './exchange.js';
import { anthropicJobRoutes } from './job/anthropic-batches.js';
import { openaiBatchRoutes } from './job/openai-batches.js';
import { openaiFileRoutes } from './job/openai-files.js';
import type { Persona } from './options.js';
import type { PathParameters, Route } from './route.js';
import { anthropicMessages } from './wire/anthropic-messages.js';
import { azureChat } from './wire/azure-chat.js';
import { openaiChat } from './wire/openai-chat.js';
import { openaiResponses } from './wire/openai-responses.js';
import type { RequestHead, Wire } from './wire/wire.js';

/** All paths of the server; a part that begins with a colon stands for any text. */
const ROUTES: Readonly<Record<string, Route>> = {
  '/': { wire: openaiChat, methods: { GET: about } },
  '/v1/models': { wire: openaiChat, methods: { GET: listModels } },
  '/v1/chat/completions': { wire: openaiChat, methods: { POST: answerRequest } },
  '/v1/responses': { wire: openaiResponses, methods: { POST: answerRequest } },
  ...openaiFileRoutes,
  ...openaiBatchRoutes,
  '/v1/messages': { wire: anthropicMessages, methods: { POST: answerRequest } },
  ...anthropicJobRoutes,
  '/openai/deployments/:deployment/chat/completions': { wire: azureChat, methods: { POST: answerRequest } },
};

const PATTERNS = Object.entries(ROUTES).map(([pattern, route]) => ({ parts: pattern.split('/'), route }));

/** A route, and what stands in the place of the parts of its path that are not fixed. */
export interface FoundRoute {
  readonly route: Route;
  readonly parameters: PathParameters;
}

export function routeOf({ path }: Pick<RequestHead, 'path'>): FoundRoute | undefined {
  const parts = path.split('/');
  const found = PATTERNS.find((pattern) => matches(pattern.parts, parts));
  if (found === undefined) return undefined;
  const named = found.parts.flatMap((part, i) => (part.startsWith(':') ? [[part.slice(1), parts[i] ?? '']] : []));
  return { route: found.route, parameters: Object.fromEntries(named) as PathParameters };
}

function matches(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length &&
    pattern.every((part, i) => (part.startsWith(':') ? parts[i] !== '' : part === parts[i]))
  );
}

/** The API of a path; where there is no such path, that of its likely client. */
export function wireOf(head: RequestHead): Wire {
  const likely = head.header('anthropic-version') === undefined ? openaiChat : anthropicMessages;
  return routeOf(head)?.route.wire ?? (head.path.startsWith('/openai/') ? azureChat : likely);
}

function about(exchange: Exchange, { settings: { persona } }: ServerState): void {
  exchange.send(200, { 'content-type': 'text/plain; charset=utf-8' }, aboutText(persona));
}

function aboutText({ model, claim }: Persona): string {
  return `This is the stand-in server of rxjs-llm: ${claim}.
It answers prompts as "${model}" from fixed rules, for tests and demos. No language model stands behind it.

${Object.entries(ROUTES)
  .flatMap(([path, { methods }]) => Object.keys(methods).map((method) => `${method.padEnd(7)}${path}\n`))
  .join('')}`;
}

function listModels(exchange: Exchange, { settings }: ServerState): void {
  const refusal = keyError(exchange, settings);
  if (refusal !== null) {
    exchange.sendError(refusal);
    return;
  }
  const names = settings.models ?? [settings.persona.model];
  const data = names.map((id) => ({ id, object: 'model', created: 0, owned_by: settings.persona.claim }));
  exchange.sendJson(200, { object: 'list', data });
}
