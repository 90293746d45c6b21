import type { StandInServer } from '../../src/testing/server.js';
import { fieldAt, type JsonObject } from '../../src/testing/json.js';
import { collect, userMessage } from './chat.js';

/** One API of the stand-in, as far as tests have to write and read it. */
export interface Api {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers without the key. */
  readonly keyless: Readonly<Record<string, string>>;
  /** The fields of a request besides its texts. */
  readonly fields: JsonObject;
  /** The field that has the texts. */
  readonly prompt: string;
  /** The field for most tokens of the reply. */
  readonly maxTokens: string;
  /** The reply's text, its end and its usage in an answer that is not streamed. */
  text(body: JsonObject): unknown;
  finish(body: JsonObject): unknown;
  /** The ends that a reply can have: by itself, by its length, by a filter, by a refusal. */
  readonly finishes: Readonly<Record<'stop' | 'length' | 'content_filter' | 'refusal', unknown>>;
  tokens(body: JsonObject): { readonly input: unknown; readonly output: unknown };
  /** The text of one event; empty if it has none. */
  delta(event: JsonObject): unknown;
  /** What the last of a stream's events says of its end. */
  streamFinish(events: readonly JsonObject[]): unknown;
}

const json = { 'content-type': 'application/json' };
const choice = (body: JsonObject | undefined, ...path: readonly string[]): unknown =>
  fieldAt((fieldAt(body, 'choices') as readonly unknown[] | undefined)?.[0], ...path);

const chat: Api = {
  name: 'chat completions',
  path: '/v1/chat/completions',
  headers: { ...json, authorization: 'Bearer k' },
  keyless: json,
  fields: { model: 'any' },
  prompt: 'messages',
  maxTokens: 'max_completion_tokens',
  text: (body) => choice(body, 'message', 'content') ?? choice(body, 'message', 'refusal'),
  finish: (body) => [choice(body, 'finish_reason'), typeof choice(body, 'message', 'refusal') === 'string'],
  finishes: {
    stop: ['stop', false],
    length: ['length', false],
    content_filter: ['content_filter', false],
    refusal: ['stop', true],
  },
  tokens: (body) => ({
    input: fieldAt(body, 'usage', 'prompt_tokens'),
    output: fieldAt(body, 'usage', 'completion_tokens'),
  }),
  delta: (event) => choice(event, 'delta', 'content') ?? choice(event, 'delta', 'refusal') ?? '',
  streamFinish: (events) => [
    choice(events.at(-1), 'finish_reason'),
    events.some((event) => typeof choice(event, 'delta', 'refusal') === 'string'),
  ],
};

const azure: Api = {
  ...chat,
  name: 'Azure’s chat completions',
  path: '/openai/deployments/any/chat/completions?api-version=2024-10-21',
  headers: { ...json, 'api-key': 'k' },
  fields: {},
};

const output = (body: JsonObject): JsonObject => (fieldAt(body, 'output') as readonly JsonObject[])[0] ?? {};
const part = (body: JsonObject): JsonObject => (output(body).content as readonly JsonObject[])[0] ?? {};

const responses: Api = {
  name: 'responses',
  path: '/v1/responses',
  headers: chat.headers,
  keyless: json,
  fields: { model: 'any' },
  prompt: 'input',
  maxTokens: 'max_output_tokens',
  text: (body) => part(body).text ?? part(body).refusal,
  finish: (body) => [body.status, output(body).status, fieldAt(body, 'incomplete_details', 'reason'), part(body).type],
  finishes: {
    stop: ['completed', 'completed', undefined, 'output_text'],
    length: ['incomplete', 'incomplete', 'max_output_tokens', 'output_text'],
    content_filter: ['incomplete', 'incomplete', 'content_filter', 'output_text'],
    refusal: ['completed', 'completed', undefined, 'refusal'],
  },
  tokens: (body) => ({
    input: fieldAt(body, 'usage', 'input_tokens'),
    output: fieldAt(body, 'usage', 'output_tokens'),
  }),
  delta: (event) => event.delta ?? '',
  streamFinish: (events) => responses.finish(fieldAt(events.at(-1), 'response') as JsonObject),
};

const messages: Api = {
  name: 'messages',
  path: '/v1/messages',
  headers: { ...json, 'x-api-key': 'k', 'anthropic-version': '2023-06-01' },
  keyless: { ...json, 'anthropic-version': '2023-06-01' },
  fields: { model: 'any', max_tokens: 1000 },
  prompt: 'messages',
  maxTokens: 'max_tokens',
  text: (body) => fieldAt((body.content as readonly unknown[])[0], 'text') ?? '',
  finish: (body) => [body.stop_reason, fieldAt(body, 'stop_details', 'explanation')],
  finishes: {
    stop: ['end_turn', undefined],
    length: ['max_tokens', undefined],
    content_filter: ['refusal', null],
    refusal: ['refusal', 'I would rather not.'],
  },
  tokens: (body) => ({
    input: fieldAt(body, 'usage', 'input_tokens'),
    output: fieldAt(body, 'usage', 'output_tokens'),
  }),
  delta: (event) => fieldAt(event, 'delta', 'text') ?? '',
  streamFinish: (events) => messages.finish(fieldAt(events.at(-2), 'delta') as JsonObject),
};

export const apis = { chat, azure, responses, messages };
export const everyApi: readonly Api[] = Object.values(apis);

export interface ApiCall {
  readonly texts?: readonly string[];
  /** Further fields of the request's body, or others in place of its own. */
  readonly body?: JsonObject;
  /** Headers in place of the API's. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/** Sends a request with plain `fetch`. */
export function ask(server: StandInServer, api: Api, call: ApiCall = {}): Promise<Response> {
  const { texts = ['good', 'bad'], body, headers = api.headers, path = api.path, signal } = call;
  return fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ ...api.fields, [api.prompt]: [userMessage(texts)], ...body }),
    signal: signal ?? null,
  });
}

export async function askForJson(server: StandInServer, api: Api, call: ApiCall = {}): Promise<JsonObject> {
  return (await (await ask(server, api, call)).json()) as JsonObject;
}

/** A server-sent event, or what is none. */
export interface SeenEvent {
  /** The `event:` line; undefined if there is none. */
  readonly event: string | undefined;
  /** The JSON of its `data:` line; what is not JSON stays a text. */
  readonly data: unknown;
}

/** Reads a stream to its end; an error of the connection is the last item. */
export async function* streamEvents(response: Response): AsyncGenerator<SeenEvent | Error> {
  let rest = '';
  try {
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) yield readEvent(block);
    }
  } catch (error) {
    yield error as Error;
  }
}

function readEvent(block: string): SeenEvent {
  const [, event, data = block] = /^(?:event: (.*)\n)?data: (.*)$/.exec(block) ?? [];
  try {
    return { event, data: JSON.parse(data) as unknown };
  } catch {
    return { event, data };
  }
}

export async function askForEvents(server: StandInServer, api: Api, call: ApiCall = {}) {
  return collect(streamEvents(await ask(server, api, { ...call, body: { ...call.body, stream: true } })));
}

/** The JSON of a stream's events. */
export function dataOf(events: readonly (SeenEvent | Error)[]): readonly JsonObject[] {
  return events.flatMap((event) =>
    event instanceof Error || typeof event.data === 'string' ? [] : [event.data as JsonObject],
  );
}

export function textOfEvents(api: Api, events: readonly (SeenEvent | Error)[]): string {
  return dataOf(events)
    .map((data) => String(api.delta(data)))
    .join('');
}
