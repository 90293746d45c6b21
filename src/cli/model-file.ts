import { readFile } from 'node:fs/promises';
import { defineModel, type Model, type ModelContext } from '../model/define-model.js';
import type { ModelOptions } from '../model/options.js';
import { type Environment, readOptions, type WrittenOptions } from '../model/read-options.js';
import { template } from '../prompt/content-template.js';
import { httpFactory } from '../provider/http.js';
import type { ProviderFactory } from '../types/provider.js';
import { CliError, codeOf, EXIT, reasonOf } from './failure.js';
import { createVeil, type Veil } from './veil.js';

export interface ModelFileOptions {
  /** The model's file. */
  readonly model: string;
  /** What is set on the command line, in place of what the file says. */
  readonly set: Readonly<Record<string, string>>;
  readonly content: string | undefined;
}

/** A model, and what hides its secrets from messages. */
export interface LoadedModel {
  readonly model: Model;
  readonly veil: Veil;
}

/**
 * Reads a model file and what the command line sets, loads what the model needs, and defines it.
 *
 * @throws CliError naming the file or `--set`, and the option
 */
export async function loadModel(
  { model: file, set, content }: ModelFileOptions,
  env: Environment,
): Promise<LoadedModel> {
  const written = await readModelFile(file);
  const inFile = within(file, () => readOptions(written, env, PROVIDERS));
  const onCommandLine = within('--set', () => readOptions(set, env, PROVIDERS));
  const request = { ...inFile.request, ...onCommandLine.request };
  const options = {
    ...inFile,
    ...onCommandLine,
    ...(Object.keys(request).length === 0 ? {} : { request }),
    ...(content === undefined ? {} : { recordContent: content }),
  };
  const veil = createVeil([options.apiKey, ...usedVariables({ ...written, ...set }, env)]);
  try {
    const context = await contextFor(options);
    // Whether there is a provider at all is for defineModel to say.
    return { model: defineModel(options as ModelOptions, context), veil };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(EXIT.misuse, veil(`${file}: ${reasonOf(error)}`), { cause: error });
  }
}

async function readModelFile(file: string): Promise<WrittenOptions> {
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

function within<R>(source: string, read: () => R): R {
  try {
    return read();
  } catch (error) {
    throw new CliError(EXIT.misuse, `${source}: ${reasonOf(error)}`, { cause: error });
  }
}

function usedVariables(written: WrittenOptions, env: Environment): (string | undefined)[] {
  return Object.values(written)
    .filter((value) => typeof value === 'string')
    .flatMap((value) => Array.from(value.matchAll(/\$\{(\w+)\}/g), ([, name = '']) => env[name]));
}

/** Loads the optional packages that these options need, and no other. */
async function contextFor({ provider, responseSchema }: Partial<ModelOptions>): Promise<ModelContext> {
  const providers = [provider === 'openai' ? await loadOpenAI() : UNUSED_OPENAI, httpFactory];
  if (responseSchema === undefined) return { providers, template };
  const { jsonSchema } = await needing('ajv', 'response.schema', () => import('../reply/json-schema.js'));
  return { providers, template, jsonSchema };
}

async function loadOpenAI(): Promise<ProviderFactory> {
  const { openaiFactory } = await needing('openai', 'provider "openai"', () => import('../provider/openai.js'));
  return openaiFactory;
}

/** Stands for a provider that another model might name. */
const UNUSED_OPENAI: ProviderFactory = {
  name: 'openai',
  connect: () => {
    throw new Error('the provider was not loaded');
  },
};

/** What `provider` may be. */
const PROVIDERS: readonly string[] = [UNUSED_OPENAI.name, httpFactory.name];

async function needing<M>(name: string, what: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CliError(EXIT.misuse, `${what} needs the package ${name}: run npm install ${name}`, { cause: error });
  }
}
