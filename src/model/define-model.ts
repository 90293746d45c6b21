import type { RecordContent } from '../prompt/content.js';
import { json } from '../reply/json.js';
import type { ConnectionSettings, Provider, ProviderFactory } from '../types/provider.js';
import type { JsonSchema, ReplyFormat, ValueSchema } from '../types/reply.js';
import { type DefaultedField, LATER_PROVIDERS, type ModelOptions } from './options.js';
import { defaultOptions, type Environment, readOptions, show, type WrittenOptions } from './read-options.js';

/** What options refer to by name, and the core does not carry. */
export interface ModelContext {
  /** Factories that `provider` may name: `openaiFactory` of `rxjs-llm/openai`, `httpFactory` of `rxjs-llm/http`. @defaultValue none */
  readonly providers?: readonly ProviderFactory[];
  /** Compiles a JSON Schema given as `response.schema`: `jsonSchema` of `rxjs-llm/json-schema`. @defaultValue none */
  readonly jsonSchema?: (schema: JsonSchema) => ValueSchema;
  /** Makes a content function of a template given as `record.content`: `template` of `rxjs-llm/template`. @defaultValue none */
  readonly template?: (text: string) => (record: unknown) => string;
  /** Where `modelFromOptions` looks up `${NAME}`. @defaultValue the process's environment, where there is one */
  readonly env?: Environment;
}

/** Options with their defaults, as a query uses them. The key is not among them. */
export type ResolvedOptions<T> = Omit<ModelOptions<T>, 'provider' | 'apiKey' | 'responseSchema'> &
  Required<Pick<ModelOptions<T>, DefaultedField>>;

/** Options of one query: under any of their names. */
export type ModelOverrides<T = unknown, R = unknown> = Partial<ModelOptions<T, R>> &
  Readonly<Record<`${string}.${string}` | `${string}_${string}`, unknown>>;

/** A model: who is asked, how, and what comes back. Immutable; it shows no key however it is printed. */
export interface Model<T = unknown, R = unknown> {
  readonly provider: Provider;
  readonly options: ResolvedOptions<T>;
  readonly format: ReplyFormat<R>;
  /** The model with some options changed. Its provider, and so its gate, is the same unless its connection changes. */
  with(overrides: ModelOverrides<T, R>): Model<T, R>;
}

/**
 * Defines a model by typed options.
 *
 * @example
 * ```ts
 * const sentiment = defineModel({ provider: openai(client, { model: 'gpt-4.1-mini' }), batchSize: 20, systemPrompt: '…' });
 * ```
 *
 * @throws TypeError or RangeError naming the option, the value and what is allowed
 */
export function defineModel<T = unknown, R = unknown>(
  options: ModelOptions<T, R>,
  context: ModelContext = {},
): Model<T, R> {
  return resolve<T, R>({ ...options }, context, undefined, undefined);
}

/**
 * Defines a model by dotted names with string values, as in a model file. `${NAME}` in a value is read from the environment.
 *
 * @example
 * ```ts
 * modelFromOptions({ provider: 'openai', model: 'gpt-4.1-mini', 'api.key': '${OPENAI_API_KEY}', 'batch.size': '20' },
 *   { providers: [openaiFactory] })
 * ```
 *
 * @throws TypeError or RangeError naming the option, the value and what is allowed
 */
export function modelFromOptions(options: WrittenOptions, context: ModelContext = {}): Model {
  return resolve(options, context, context.env ?? processEnvironment(), undefined);
}

interface Connection {
  readonly settings: string;
  readonly source: unknown;
  readonly provider: Provider;
}

function resolve<T, R>(
  named: WrittenOptions,
  context: ModelContext,
  env: Environment | undefined,
  earlier: Connection | undefined,
): Model<T, R> {
  const read = readOptions(named, env);
  const connection = connect(read, context, earlier);
  const { provider: _, apiKey: __, responseSchema, ...shown } = read;
  const written = { ...defaultOptions(), ...shown } as ResolvedOptions<T>;
  const options = { ...written, recordContent: contentOf(written.recordContent, context) };
  const schema = schemaOf<R>(responseSchema, context);
  const format = json<R>({ index: options.responseIndexField, value: options.responseValueField, schema });
  return {
    provider: connection.provider,
    options,
    format: options.responseStructured === 'off' ? { ...format, replySchema: () => undefined } : format,
    with: (overrides) => resolve<T, R>({ ...read, ...readOptions(overrides, env) }, context, undefined, connection),
  };
}

function connect(read: Partial<ModelOptions>, context: ModelContext, earlier: Connection | undefined): Connection {
  const { provider: source, model, apiKey, baseUrl, concurrency, responseStructured: structured = 'auto' } = read;
  if (source === undefined) throw new TypeError('provider is missing');
  if (typeof source === 'object' && 'complete' in source) {
    const given = Object.entries({ model, 'api.key': apiKey, 'base.url': baseUrl }).find(
      ([, value]) => value !== undefined,
    );
    if (given !== undefined) throw new TypeError(`${given[0]} cannot be set: the provider given is connected already`);
    return { settings: '', source, provider: source };
  }
  if (model === undefined) throw new TypeError('model is missing: the name of a model, as the provider knows it');
  const settings: ConnectionSettings = {
    model,
    apiKey,
    baseUrl,
    concurrency: earlier?.provider.gate.concurrency ?? concurrency,
    structured,
  };
  // A query's concurrency is a matter of its requests, not of the connection: the gate stays shared.
  const identity = JSON.stringify([model, apiKey, baseUrl, structured]);
  if (earlier?.settings === identity && earlier.source === source) return earlier;
  return { settings: identity, source, provider: factoryOf(source, context).connect(settings) };
}

function factoryOf(source: ProviderFactory | string, { providers = [] }: ModelContext): ProviderFactory {
  if (typeof source === 'object') return source;
  const found = providers.find(({ name }) => name === source);
  if (found !== undefined) return found;
  const known = providers.map(({ name }) => name).join(', ');
  if (LATER_PROVIDERS.includes(source))
    throw new RangeError(`provider "${source}" is not supported in this version; allowed: ${known}`);
  throw new RangeError(
    `provider must be one of ${known === '' ? 'context.providers, which is empty' : known}; got ${show(source)}`,
  );
}

function schemaOf<R>(
  schema: ValueSchema | JsonSchema | undefined,
  { jsonSchema }: ModelContext,
): ValueSchema<R> | undefined {
  if (schema === undefined) return undefined;
  if ('~standard' in schema) return schema as ValueSchema<R>;
  if (jsonSchema === undefined)
    throw new TypeError(
      'response.schema is a JSON Schema: pass { jsonSchema } of rxjs-llm/json-schema, or a Standard Schema',
    );
  try {
    return jsonSchema(schema) as ValueSchema<R>;
  } catch (cause) {
    throw new TypeError(`response.schema is not a JSON Schema: ${String(cause)}`, { cause });
  }
}

function contentOf<T>(content: RecordContent<T>, { template }: ModelContext): RecordContent<T> {
  if (typeof content === 'function' || !content.includes('{{')) return content;
  if (template === undefined)
    throw new TypeError('record.content is a template: pass { template } of rxjs-llm/template');
  return template(content);
}

function processEnvironment(): Environment {
  return (globalThis as { readonly process?: { readonly env?: Environment } }).process?.env ?? {};
}
