import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { AzureOpenAI } from 'openai';
import type { SchedulerLike } from 'rxjs';
import { anthropic, anthropicFactory } from '../../src/provider/anthropic.js';
import { http, httpFactory } from '../../src/provider/http.js';
import {
  azure,
  AZURE_API_VERSION,
  azureFactory,
  openai,
  openaiFactory,
  openaiResponses,
  openaiResponsesFactory,
} from '../../src/provider/openai.js';
import type { CircuitOptions } from '../../src/provider/index.js';
import type { Provider, ProviderFactory } from '../../src/types/provider.js';
import { anthropicWire } from './anthropic-wire.js';
import { azureWire } from './azure-wire.js';
import { chatWire } from './chat-wire.js';
import { responsesWire } from './responses-wire.js';
import type { Wire } from './wire.js';

/** How a test wants to be connected. */
export interface Connection {
  /** The server's base URL, as `StandInServer.url` gives it. */
  readonly url: string;
  readonly apiKey?: string;
  /** Further headers of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream?: boolean;
  readonly structured?: 'json_schema' | 'json_object' | 'off';
  readonly concurrency?: number;
  /** When the gate's circuit opens. */
  readonly circuit?: CircuitOptions;
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
  /** What `base.url` is for it in model files. */
  baseUrl(url: string): string;
  /** Connects as a user would, with all else left at its default. */
  connect(connection: Connection): Provider;
}

export const MODEL = 'gpt-test';
const API_KEY = 'any-key';

/** Where the server is, for clients that add `/v1` or another path themselves. */
const originOf = (url: string): string => url.replace(/\/v1$/, '');

export const openaiSubject: Subject = {
  name: 'openai',
  wire: chatWire('max_completion_tokens'),
  factory: openaiFactory,
  baseUrl: (url) => url,
  connect: ({ url, apiKey = API_KEY, headers = {}, ...options }) =>
    openai(new OpenAI({ baseURL: url, apiKey, defaultHeaders: headers }), { model: MODEL, ...options }),
};

export const responsesSubject: Subject = {
  name: 'openai-responses',
  wire: responsesWire,
  factory: openaiResponsesFactory,
  baseUrl: (url) => url,
  connect: ({ url, apiKey = API_KEY, headers = {}, ...options }) =>
    openaiResponses(new OpenAI({ baseURL: url, apiKey, defaultHeaders: headers }), { model: MODEL, ...options }),
};

export const azureSubject: Subject = {
  name: 'azure',
  wire: azureWire,
  factory: azureFactory,
  baseUrl: originOf,
  connect: ({ url, apiKey = API_KEY, headers = {}, ...options }) => {
    const endpoint = originOf(url);
    const client = new AzureOpenAI({ endpoint, apiKey, apiVersion: AZURE_API_VERSION, defaultHeaders: headers });
    return azure(client, { model: MODEL, ...options });
  },
};

export const anthropicSubject: Subject = {
  name: 'anthropic',
  wire: anthropicWire,
  factory: anthropicFactory,
  baseUrl: originOf,
  connect: ({ url, apiKey = API_KEY, headers = {}, ...options }) =>
    anthropic(new Anthropic({ baseURL: originOf(url), apiKey, defaultHeaders: headers }), { model: MODEL, ...options }),
};

export const httpSubject: Subject = {
  name: 'http',
  wire: chatWire('max_tokens'),
  factory: httpFactory,
  baseUrl: (url) => url,
  connect: ({ url, apiKey = API_KEY, ...options }) => http({ baseUrl: url, apiKey, model: MODEL, ...options }),
};

/** Every provider that the library has. */
export const subjects: readonly Subject[] = [
  openaiSubject,
  responsesSubject,
  azureSubject,
  anthropicSubject,
  httpSubject,
];
