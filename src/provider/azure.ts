import { AzureOpenAI } from 'openai';
import type { Provider, ProviderFactory } from '../types/provider.js';
import { chatProvider } from './openai-sdk.js';
import { requireSetting } from './require-setting.js';
import { optionsOf, type SdkProviderOptions } from './sdk-provider.js';

/** The last version of Azure's own that is no preview: the first with schemas, usage in streams and `max_completion_tokens`. */
export const AZURE_API_VERSION = '2024-10-21';

/**
 * Chat completions of a deployment at Azure OpenAI, through the official SDK, as {@link openai} is. What Azure's content filter
 * finds in a prompt is the error `input_filtered`, which smaller prompts narrow down to the record at fault.
 *
 * @example
 * ```ts
 * const client = new AzureOpenAI({ endpoint: 'https://my-resource.openai.azure.com', apiVersion: '2024-10-21' });
 * callLLM(azure(client, { model: 'my-deployment' }))
 * ```
 *
 * @param client - its key or token provider, endpoint, API version and headers are used; a deployment of its own goes before `model`
 * @param options - `model` is the deployment's name
 * @throws TypeError if `model` is missing; RangeError if another option is out of its range
 */
export function azure(client: AzureOpenAI, options: SdkProviderOptions): Provider {
  return chatProvider('azure', client, options);
}

/**
 * The provider `azure` of model files: needs `model` (the deployment), `base.url` (the resource's endpoint) and `api.key`. The API
 * version is `OPENAI_API_VERSION` of the environment, as the SDK has it, or else {@link AZURE_API_VERSION}.
 */
export const azureFactory: ProviderFactory = {
  name: 'azure',
  connect: (settings) => {
    const { apiKey, baseUrl } = settings;
    requireSetting('base.url', baseUrl);
    requireSetting('api.key', apiKey);
    const client = new AzureOpenAI({
      // As a base URL: the SDK refuses an endpoint where the environment has an `OPENAI_BASE_URL`.
      baseURL: `${baseUrl.replace(/\/+$/, '')}/openai`,
      apiKey,
      apiVersion: apiVersion(),
      maxRetries: 0,
    });
    return azure(client, optionsOf(settings));
  },
};

function apiVersion(): string {
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  };
  const version = process?.env?.OPENAI_API_VERSION?.trim() ?? '';
  return version === '' ? AZURE_API_VERSION : version;
}
