import type { RecordContent } from '../prompt/content.js';
import { operatorOptions, type OperatorSettings } from './operator-options.js';
import type { CountTokens } from '../prompt/fit.js';
import type { Provider, ProviderFactory } from '../types/provider.js';
import type { JsonSchema, ReplyFormat, ValueSchema } from '../types/reply.js';
import type { DefaultedField, ModelOptions, OptionField } from './options.js';
import { type FormatContext, formatOf } from './response-format.js';
import { defaultOptions, type Environment, readOptions, type WrittenOptions } from './read-options.js';

/** What options refer to by name, and the core does not carry. */
export interface ModelContext extends FormatContext {
  /** Factories that `provider` may name: `openaiFactory` of `rxjs-llm/openai`, `httpFactory` of `rxjs-llm/http`. @defaultValue none */
  readonly providers?: readonly ProviderFactory[];
  /** Compiles a JSON Schema given as `response.schema`: `jsonSchema` of `rxjs-llm/json-schema`. @defaultValue none */
  readonly jsonSchema?: (schema: JsonSchema) => ValueSchema;
  /** Makes a content function of a template given as `record.content`: `template` of `rxjs-llm/template`. @defaultValue none */
  readonly template?: (text: string) => (record: unknown) => string;
  /** Counts the tokens of a text, for `batch.max.tokens`: `countTokens` of `rxjs-llm/tokens`. @defaultValue four characters a token */
  readonly countTokens?: CountTokens;
  /** Where `modelFromOptions` looks up `${NAME}`. @defaultValue the process's environment, where there is one */
  readonly env?: Environment;
}

/** Options with their defaults, as a query uses them. The key is not among them. */
export type ResolvedOptions<T> = Omit<ModelOptions<T>, 'provider' | 'apiKey' | 'responseSchema'> &
  Required<Pick<ModelOptions<T>, DefaultedField>>;

/** Options of one query: under any of their names. */
export type ModelOverrides<T = unknown, R = unknown> = Partial<ModelOptions<T, R>> &
  Readonly<Record<`${string}.${string}` | `${string}_${string}`, unknown>>;

/** Who is asked, how, and what comes back. */
export interface ModelParts<T = unknown, R = unknown> {
  readonly provider: Provider;
  readonly options: ResolvedOptions<T>;
  readonly format: ReplyFormat<R>;
  /** How `batch.max.tokens` is counted; `undefined` is four characters a token. */
  readonly countTokens: CountTokens | undefined;
}

/** A model: who is asked, how, and what comes back. Immutable; it shows no key however it is printed. */
export interface Model<T = unknown, R = unknown> extends ModelParts<T, R> {
  /** What its options say to single operators, by the names that they know. */
  operatorOptions(): OperatorSettings<T, R>;
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
  return resolve<T, R>({}, { ...options }, context);
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
  return resolve({}, options, context, context.env ?? processEnvironment());
}

/** @throws TypeError if money is limited and nothing costs any: the budget would never be used up */
function requirePrices({ budgetMaxCost, priceInputPerMillion, priceOutputPerMillion }: Partial<ModelOptions>): void {
  if (budgetMaxCost !== undefined && priceInputPerMillion === undefined && priceOutputPerMillion === undefined)
    throw new TypeError('budget.max.cost needs prices: set price.input.per.million, price.output.per.million, or both');
}

interface Connection {
  readonly settings: string;
  readonly source: unknown;
  readonly provider: Provider;
}

/** @param base - options that are read already, under those of `written` */
function resolve<T, R>(
  base: Partial<ModelOptions>,
  written: WrittenOptions,
  context: ModelContext,
  env?: Environment,
  earlier?: Connection,
): Model<T, R> {
  const read = combine(
    base,
    readOptions(
      written,
      env,
      context.providers?.map(({ name }) => name),
    ),
  );
  requirePrices(read);
  const connection = connect(read, context, earlier);
  const { provider: _, apiKey: __, responseSchema, ...shown } = read;
  const all = { ...defaultOptions(), ...shown } as ResolvedOptions<T>;
  const options = { ...all, recordContent: contentOf(all.recordContent, context) };
  const parts = {
    provider: connection.provider,
    options,
    format: formatOf(read, schemaOf<R>(responseSchema, context), context),
    countTokens: context.countTokens,
  };
  return {
    ...parts,
    operatorOptions: () => operatorOptions(parts),
    with: (overrides) => resolve<T, R>(read, overrides, context, env, connection),
  };
}

function combine(base: Partial<ModelOptions>, over: Partial<ModelOptions>): Partial<ModelOptions> {
  // Each field of the request is an option of its own.
  const request = { ...base.request, ...over.request };
  return { ...without(base, replacedBy(over)), ...over, request };
}

/** What a value brings along: a provider that is connected its connection, and a format all about the reply. */
function replacedBy({ provider, responseFormat }: Partial<ModelOptions>): readonly OptionField[] {
  return [
    ...(isConnected(provider) ? (['model', 'apiKey', 'baseUrl'] as const) : []),
    ...(typeof responseFormat === 'object'
      ? (['responsePath', 'responseSchema', 'responseIndexField', 'responseValueField'] as const)
      : []),
  ];
}

function without(options: Partial<ModelOptions>, fields: readonly OptionField[]): Partial<ModelOptions> {
  return Object.fromEntries(Object.entries(options).filter(([field]) => !fields.includes(field as OptionField)));
}

function isConnected(provider: ModelOptions['provider'] | undefined): provider is Provider {
  return typeof provider === 'object' && 'complete' in provider;
}

function connect(read: Partial<ModelOptions>, context: ModelContext, earlier: Connection | undefined): Connection {
  const { provider: source, model, apiKey, baseUrl, concurrency, responseStructured: structured = 'auto' } = read;
  const gate = {
    adaptive: read.concurrencyAdaptive,
    requestsPerMinute: read.rateRequestsPerMinute,
    tokensPerMinute: read.rateTokensPerMinute,
  };
  if (source === undefined) throw new TypeError('provider is missing');
  if (isConnected(source)) {
    if ([model, apiKey, baseUrl, ...Object.values(gate)].some((value) => value !== undefined))
      throw new TypeError('model, api.key, base.url, concurrency.adaptive and rate.* belong to the provider given');
    return { settings: '', source, provider: source };
  }
  if (model === undefined) throw new TypeError('model is missing');
  // A query's concurrency is a matter of its requests, not of the connection: the gate stays shared.
  const settings = JSON.stringify([model, apiKey, baseUrl, structured, { ...gate, adaptive: gate.adaptive === true }]);
  if (earlier?.settings === settings && earlier.source === source) return earlier;
  const factory = typeof source === 'object' ? source : context.providers?.find(({ name }) => name === source);
  const provider = factory?.connect({ model, apiKey, baseUrl, concurrency, structured, ...gate });
  if (provider === undefined) throw new TypeError('provider is missing');
  return { settings, source, provider };
}

function schemaOf<R>(
  schema: ValueSchema | JsonSchema | undefined,
  { jsonSchema }: ModelContext,
): ValueSchema<R> | undefined {
  if (schema === undefined || '~standard' in schema) return schema as ValueSchema<R> | undefined;
  if (jsonSchema === undefined) throw missing('response.schema', 'jsonSchema', 'json-schema');
  try {
    return jsonSchema(schema) as ValueSchema<R>;
  } catch (cause) {
    throw new TypeError(`response.schema is not a JSON Schema: ${String(cause)}`, { cause });
  }
}

function contentOf<T>(content: RecordContent<T>, { template }: ModelContext): RecordContent<T> {
  if (typeof content === 'function' || !content.includes('{{')) return content;
  if (template === undefined) throw missing('record.content', 'template', 'template');
  return template(content);
}

function missing(option: string, name: string, entry: string): TypeError {
  return new TypeError(`${option} needs { ${name} } of rxjs-llm/${entry} as context`);
}

function processEnvironment(): Environment {
  return (globalThis as { readonly process?: { readonly env?: Environment } }).process?.env ?? {};
}
