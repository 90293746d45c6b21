import Anthropic, { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk';
import type { ConnectionSettings } from '../types/provider.js';
import { errorIn, plainAnswer } from './answer-error.js';
import { textsIn } from './redact.js';
import { requireSetting } from './require-setting.js';
import type { Sdk } from './sdk-provider.js';

/** A client as model files describe it: needs `api.key`. */
export function connectAnthropic({ apiKey, baseUrl }: ConnectionSettings): Anthropic {
  requireSetting('api.key', apiKey);
  return new Anthropic({ apiKey, ...(baseUrl === undefined ? {} : { baseURL: baseUrl }), maxRetries: 0 });
}

/** The headers that a client was given: they may hold keys. */
export function headersOf(client: Anthropic): readonly string[] {
  // The SDK shows the headers that it was given to its subclasses only.
  const options = Reflect.get(client, '_options') as { readonly defaultHeaders?: unknown } | undefined;
  return textsIn(options?.defaultHeaders);
}

/** What an error of the SDK says. */
export const explain: Sdk['explain'] = (error) => {
  if (error instanceof APIConnectionError) return 'connection';
  // Of the SDK's own errors without an answer, one says that the key could not be fetched: that may pass.
  if (!(error instanceof APIError)) return error instanceof AnthropicError ? 'keyless' : 'unsendable';
  // The SDK types these by the class of the error; here any of them may come.
  const { status, headers, message, error: body } = error as APIError;
  return { ...(errorIn(body) ?? plainAnswer(message)), status, headers };
};
