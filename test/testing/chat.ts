import { afterEach } from 'vitest';
import { renderRecords } from '../../src/prompt/encoding.js';
import {
  createStandInServer,
  type RecordEncoding,
  type StandInOptions,
  type StandInServer,
} from '../../src/testing/server.js';

const running: StandInServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** A stand-in that answers at once, and is closed after the test. */
export async function standIn(options: StandInOptions = {}): Promise<StandInServer> {
  const server = await createStandInServer({ timeScale: 0, ...options });
  running.push(server);
  return server;
}

/** A prompt for some texts: numbered from 1, or without a number if it is only one. */
export function userMessage(texts: readonly string[], encoding: RecordEncoding = 'plain') {
  const records = texts.map((text, position) => ({ id: texts.length === 1 ? null : position + 1, text }));
  return { role: 'user' as const, content: `Answer for these.\n\n${renderRecords(records, encoding)}` };
}

export interface ChatCall {
  readonly texts?: readonly string[];
  /** Further fields of the request's body, or others in place of its own. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends a chat request with plain `fetch`. */
export function post(server: StandInServer, { texts = ['good', 'bad'], body, headers, signal }: ChatCall = {}) {
  return fetch(`${server.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer secret-key', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'any', messages: [userMessage(texts)], ...body }),
    signal: signal ?? null,
  });
}

/** A completion, a chunk of one, or an error, as far as the tests look at it. */
export interface Message {
  readonly content?: string | null;
  readonly refusal?: string | null;
  readonly role?: string;
}

export interface ChatBody {
  readonly object?: string;
  readonly model?: string;
  readonly system_fingerprint?: string;
  readonly choices: readonly { message?: Message; delta?: Message; finish_reason: string | null }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
  } | null;
  readonly error?: { readonly message: string; readonly type: string; readonly param: unknown; readonly code: unknown };
}

export async function postForJson(server: StandInServer, call: ChatCall = {}): Promise<ChatBody> {
  return (await (await post(server, call)).json()) as ChatBody;
}

/** The reply's text. */
export async function postForText(server: StandInServer, call: ChatCall = {}): Promise<string> {
  return (await postForJson(server, call)).choices[0]?.message?.content ?? '';
}

/** The error of a response, with its status. */
export async function postForError(server: StandInServer, call: ChatCall = {}) {
  const response = await post(server, call);
  const { error } = (await response.json()) as ChatBody;
  return { status: response.status, ...error };
}

/** What comes after `data: ` in a stream, and its comments; an error of the connection ends the list as an Error. */
export async function* streamLines(response: Response): AsyncGenerator<string | Error> {
  let rest = '';
  try {
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield line.replace(/^data: /, '');
    }
  } catch (error) {
    yield error as Error;
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function postForLines(server: StandInServer, call: ChatCall = {}): Promise<(string | Error)[]> {
  const response = await post(server, { ...call, body: { stream: true, ...call.body } });
  return collect(streamLines(response));
}

/** The chunks among a stream's lines. */
export function chunksOf(lines: readonly (string | Error)[]): ChatBody[] {
  return lines.filter((line) => typeof line === 'string' && line.startsWith('{"id"')).map(parseChunk);
}

export function parseChunk(line: string | Error): ChatBody {
  return JSON.parse(String(line)) as ChatBody;
}

/** The text of a stream's chunks. */
export function textOf(lines: readonly (string | Error)[]): string {
  return chunksOf(lines)
    .map((chunk) => chunk.choices[0]?.delta?.content ?? '')
    .join('');
}
