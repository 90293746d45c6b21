import type { ProviderFactory } from '../types/provider.js';
import { needing } from './optional-package.js';

/** A provider that a model file may name. */
interface KnownProvider {
  /** The package that it needs; `undefined` for none. */
  readonly package?: string;
  readonly load: () => Promise<ProviderFactory>;
}

const KNOWN: Readonly<Record<string, KnownProvider>> = {
  openai: { package: 'openai', load: async () => (await import('../provider/openai.js')).openaiFactory },
  'openai-responses': {
    package: 'openai',
    load: async () => (await import('../provider/openai.js')).openaiResponsesFactory,
  },
  azure: { package: 'openai', load: async () => (await import('../provider/openai.js')).azureFactory },
  anthropic: {
    package: '@anthropic-ai/sdk',
    load: async () => (await import('../provider/anthropic.js')).anthropicFactory,
  },
  http: { load: async () => (await import('../provider/http.js')).httpFactory },
};

/** What `provider` may be. */
export const PROVIDERS: readonly string[] = Object.keys(KNOWN);

/**
 * Loads a provider, and no other.
 *
 * @param name - one of {@link PROVIDERS}
 * @throws CliError saying what to install
 */
export async function loadProvider(name: string): Promise<ProviderFactory> {
  const known = KNOWN[name];
  if (known === undefined) throw new TypeError(`there is no provider ${name}`);
  const { package: needed, load } = known;
  return needed === undefined ? load() : needing(needed, `provider "${name}"`, load);
}
