import { readFile } from 'node:fs/promises';
import { defineModel, type Model } from '../model/define-model.js';
import type { ModelOptions } from '../model/options.js';
import { type Environment, readOptions, type WrittenOptions } from '../model/read-options.js';
import type { ConnectionSettings } from '../types/provider.js';
import { inDottedNames } from './dotted-names.js';
import { CliError, EXIT, reasonOf } from './failure.js';
import { contextFor } from './model-context.js';
import { PROVIDERS } from './providers.js';
import { createVeil, type Veil } from './veil.js';

const VARIABLE = /\$\{(\w+)\}/g;

/** What a model is made of. */
export interface ModelSources {
  /** The model's file, for messages. */
  readonly file: string;
  /** What the file says. */
  readonly written: WrittenOptions;
  /** What is set on the command line, in place of what the file says. */
  readonly set: Readonly<Record<string, string>>;
  /** `record.content` of the command line. */
  readonly content?: string | undefined;
}

/** How a model's provider is reached. It holds the key: it is never shown. */
export interface Connection extends ConnectionSettings {
  /** One of {@link PROVIDERS}. */
  readonly provider: string;
}

/** A model, and what hides its secrets from messages. */
export interface LoadedModel {
  readonly model: Model;
  readonly veil: Veil;
  readonly connection: Connection;
}

/** @throws CliError if the file cannot be read, or holds no JSON object */
export async function readModelFile(file: string): Promise<WrittenOptions> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(EXIT.misuse, `--model ${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  });
  const options = parse(text.replace(/^\ufeff/, ''), file);
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options as WrittenOptions;
  throw new CliError(EXIT.misuse, `--model ${file} must hold a JSON object: {"provider": "openai", …}`);
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The rest of the engine's message quotes the file, which may hold a key.
    const place = /line \d+ column \d+/.exec(String(error))?.[0];
    throw new CliError(EXIT.misuse, `--model ${file} is not JSON${place === undefined ? '' : ` (${place})`}`);
  }
}

/**
 * Reads the options of a model, loads what it needs, and defines it.
 *
 * @throws CliError naming the file or `--set`, and the option
 */
export async function loadModel(sources: ModelSources, env: Environment): Promise<LoadedModel> {
  const { file, written, set, content } = sources;
  const veil = veilFor(sources, env);
  const read = (place: string, options: WrittenOptions): Partial<ModelOptions> => {
    try {
      return readOptions(options, env, PROVIDERS);
    } catch (error) {
      throw new CliError(EXIT.misuse, veil(`${place}: ${reasonOf(error)}`), { cause: error });
    }
  };
  const inFile = read(file, written);
  const onCommandLine = read('--set', set);
  const request = { ...inFile.request, ...onCommandLine.request };
  const options = {
    ...inFile,
    ...onCommandLine,
    ...(Object.keys(request).length === 0 ? {} : { request }),
    ...(content === undefined ? {} : { recordContent: content }),
  };
  try {
    requireWhole(options);
    return { model: defineModel(options, await contextFor(options)), veil, connection: connectionOf(options) };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(EXIT.misuse, veil(`${file}: ${inDottedNames(reasonOf(error))}`), { cause: error });
  }
}

function connectionOf(options: WholeOptions): Connection {
  return {
    provider: options.provider,
    model: options.model,
    apiKey: options.apiKey,
    baseUrl: options.baseUrl,
    concurrency: options.concurrency,
    adaptive: options.concurrencyAdaptive,
    requestsPerMinute: options.rateRequestsPerMinute,
    tokensPerMinute: options.rateTokensPerMinute,
    structured: options.responseStructured ?? 'auto',
  };
}

/** Options that name their provider, as a model file does, and their model. */
interface WholeOptions extends ModelOptions {
  readonly provider: string;
  readonly model: string;
}

/** @throws TypeError naming an option that these need */
function requireWhole(options: Partial<ModelOptions>): asserts options is WholeOptions {
  const { provider, model } = options;
  if (provider === undefined) throw new TypeError(`provider is missing: name one of ${PROVIDERS.join(', ')}`);
  if (model === undefined) throw new TypeError('model is missing: name one that the provider knows');
}

/** Hides the key of a model, under whatever name it is written, and what comes from the environment, wherever it is put. */
export function veilFor({ written, set }: ModelSources, env: Environment): Veil {
  const texts = [...Object.entries(written), ...Object.entries(set)].flatMap(([name, value]) =>
    typeof value === 'string' ? [{ isKey: name.replace(/[._]/g, '').toLowerCase() === 'apikey', value }] : [],
  );
  return createVeil([
    ...texts.filter(({ isKey }) => isKey).flatMap(({ value }) => [value, filled(value, env)]),
    ...texts.flatMap(({ value }) =>
      variablesIn(value).map((name) => (Object.hasOwn(env, name) ? env[name] : undefined)),
    ),
  ]);
}

function filled(text: string, env: Environment): string {
  return text.replace(VARIABLE, (placeholder, name: string) => env[name] ?? placeholder);
}

/** The names of the environment's variables that an option is made of. */
export function variablesIn(value: unknown): readonly string[] {
  return typeof value === 'string' ? Array.from(value.matchAll(VARIABLE), ([, name = '']) => name) : [];
}
