import OpenAI from 'openai';
import type { SchedulerLike } from 'rxjs';
import { http, httpFactory } from '../../src/provider/http.js';
import { openai, openaiFactory } from '../../src/provider/openai.js';
import type { Provider, ProviderFactory } from '../../src/types/provider.js';
import { chatWire } from './chat-wire.js';
import type { Wire } from './wire.js';

/** How a test wants to be connected. */
export interface Connection {
  /** The server's base URL, as `StandInServer.url` gives it. */
  readonly url: string;
  readonly apiKey?: string;
  /** Further headers of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream?: boolean;
  readonly structured?: boolean;
  readonly concurrency?: number;
  /** The gate's. */
  readonly scheduler?: SchedulerLike;
}

/** A provider that is put to the contract. */
export interface Subject {
  readonly name: string;
  /** What it speaks. */
  readonly wire: Wire;
  /** What model files make it with. */
  readonly factory: ProviderFactory;
  /** Connects as a user would, with all else left at its default. */
  connect(connection: Connection): Provider;
}

export const MODEL = 'gpt-test';
const API_KEY = 'any-key';

export const openaiSubject: Subject = {
  name: 'openai',
  wire: chatWire('max_completion_tokens'),
  factory: openaiFactory,
  connect: ({ url, apiKey = API_KEY, headers = {}, ...options }) =>
    openai(new OpenAI({ baseURL: url, apiKey, defaultHeaders: headers }), { model: MODEL, ...options }),
};

export const httpSubject: Subject = {
  name: 'http',
  wire: chatWire('max_tokens'),
  factory: httpFactory,
  connect: ({ url, apiKey = API_KEY, ...options }) => http({ baseUrl: url, apiKey, model: MODEL, ...options }),
};
