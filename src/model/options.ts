import type { RecordContent } from '../prompt/content.js';
import type { RecordEncoding } from '../prompt/encoding.js';
import type { Provider, ProviderFactory } from '../types/provider.js';
import type { RecoveryStrategy } from '../types/recovery.js';
import type { ReplyFormat, ValueSchema } from '../types/reply.js';
import {
  address,
  choice,
  formatOr,
  functionOr,
  integer,
  milliseconds,
  number,
  object,
  provider,
  type OptionRule,
  text,
  toggle,
} from './option-rules.js';

/**
 * All that a model can be told; each field is one option. The same options have dotted names (`batch.size`) with string values
 * in `modelFromOptions`, in model files and on the command line.
 */
export interface ModelOptions<T = unknown, R = unknown> {
  /** Who answers: a provider, a factory that connects to one, or the name of one of `context.providers`. Required. */
  readonly provider: Provider | ProviderFactory | string;
  /** The model's name, as the provider knows it. Required, unless `provider` is connected already. */
  readonly model?: string;
  /** The provider's key. It never appears in a log, an error or a dump. @defaultValue none */
  readonly apiKey?: string;
  /** Where the provider's API lives. @defaultValue the provider's own */
  readonly baseUrl?: string;
  /** Most records in one prompt, an integer from 1; 1 sends one record a call. @defaultValue 1 */
  readonly batchSize?: number;
  /**
   * Most prompt tokens in one batch, an integer from 1; a record that is more alone is an error outcome. Counted by
   * `context.countTokens`, or at four characters a token. @defaultValue none
   */
  readonly batchMaxTokens?: number;
  /** Longest wait of the first record of an unfinished batch, in milliseconds. @defaultValue 1000 */
  readonly batchTimeoutMs?: number;
  /** System instruction. @defaultValue none */
  readonly systemPrompt?: string;
  /** How to ask for a batch; records stand where `{{records}}` is, or after the text. @defaultValue a sentence that asks for an answer to each input */
  readonly batchPromptTemplate?: string;
  /** How records are written into the prompt. @defaultValue 'plain' */
  readonly recordFormat?: RecordEncoding;
  /** What a reply names a record by. @defaultValue 'index' */
  readonly recordIds?: 'index' | 'nonce';
  /**
   * What the model reads of a record: a function, a field; or, with `context.template`, a template (`{{title}}: {{body}}`).
   * @defaultValue 'text'
   */
  readonly recordContent?: RecordContent<T>;
  /**
   * How the model is asked to reply: a format, or the name of one; `xml` and `delimited` are taken from `context.formats`.
   * @defaultValue 'json'
   */
  readonly responseFormat?: 'json' | 'xml' | 'delimited' | ReplyFormat<R>;
  /**
   * Where the entries are in the reply: a JSONPath (with `context.jsonPath`), an XPath 1.0, or a regular expression with the fields
   * as its groups, as the format is `json`, `xml` or `delimited`. @defaultValue where the format asks for them
   */
  readonly responsePath?: string;
  /** The field of a reply's entry that holds the record's index. @defaultValue 'index' */
  readonly responseIndexField?: string;
  /** The field of a reply's entry that holds the value; `*` for the whole object, without its index. @defaultValue 'value' */
  readonly responseValueField?: string;
  /**
   * Checks each value, and is sent to the provider where it can be said in JSON Schema: a Standard Schema; or, with
   * `context.jsonSchema`, a JSON Schema. @defaultValue any value but null
   */
  readonly responseSchema?: ValueSchema<R> | Readonly<Record<string, unknown>>;
  /**
   * What is sent so that the reply is JSON: `auto` and `json_schema` send the schema, `json_object` asks for any JSON object, as
   * models do that know no schemas, `off` for nothing. Whatever comes is checked on arrival. @defaultValue 'auto'
   */
  readonly responseStructured?: 'auto' | 'json_schema' | 'json_object' | 'off';
  /** Retries of one request, an integer from 0. @defaultValue 3 */
  readonly maxRetries?: number;
  /** Longest wait for a request's headers, and for each silence in its stream, in milliseconds. @defaultValue 30000 */
  readonly requestTimeoutMs?: number;
  /** Longest time for a whole request, in milliseconds. @defaultValue 300000 */
  readonly requestTotalTimeoutMs?: number;
  /** Most requests in flight, an integer from 1. @defaultValue 8 */
  readonly concurrency?: number;
  /** Whether the concurrency halves when the provider is overloaded, and comes back up from there. @defaultValue false */
  readonly concurrencyAdaptive?: boolean;
  /** Most requests that start in a minute, an integer from 1; spread over the minute. @defaultValue none */
  readonly rateRequestsPerMinute?: number;
  /** Most tokens in a minute, an integer from 1; spread over the minute. @defaultValue none */
  readonly rateTokensPerMinute?: number;
  /** Longest life of a record from its prompt on, through waiting and retries, in milliseconds. @defaultValue none */
  readonly recordDeadlineMs?: number;
  /** Most money for one query, in the currency of the prices, which it needs; the rest are error outcomes. @defaultValue none */
  readonly budgetMaxCost?: number;
  /** What becomes of records without a usable answer: see {@link RecoveryStrategy}. @defaultValue 'reask' */
  readonly failureStrategy?: RecoveryStrategy;
  /** What a request does while the provider's circuit is open: it waits, or ends as `circuit_open`. @defaultValue 'wait' */
  readonly failureWhenOpen?: 'wait' | 'fail';
  /** Most tokens of the reply for each record, an integer from 1. @defaultValue the provider's */
  readonly maxOutputTokens?: number;
  /** Further fields of the request body: `temperature`, `seed` … @defaultValue none */
  readonly request?: Readonly<Record<string, unknown>>;
  /** Money for a million tokens of input, in any currency. @defaultValue none */
  readonly priceInputPerMillion?: number;
  /** Money for a million tokens of output. @defaultValue none */
  readonly priceOutputPerMillion?: number;
  /** Whether outcomes leave in the order of their records, or as they finish. @defaultValue 'input' */
  readonly order?: 'input' | 'arrival';
}

/** The name of an option as a field. */
export type OptionField = keyof ModelOptions;

/** The option whose value is never shown. */
export const SECRET_OPTION = 'api.key';

/** Every option that works, under its dotted name. The field's name is the same words in camelCase. */
export const OPTIONS: Readonly<Record<string, OptionRule>> = {
  provider: provider(),
  model: text(),
  [SECRET_OPTION]: text(),
  'base.url': address(),
  'batch.size': integer(1, 1),
  'batch.max.tokens': integer(1),
  'batch.timeout.ms': milliseconds(0, 1000),
  'system.prompt': text(),
  'batch.prompt.template': text(),
  'record.format': choice(['plain', 'json', 'xml'], 'plain'),
  'record.ids': choice(['index', 'nonce'], 'index'),
  'record.content': functionOr("a field's name, a template or a function", 'text'),
  'response.format': formatOr(['json', 'xml', 'delimited'], 'json'),
  'response.path': text(),
  'response.index.field': text('index'),
  'response.value.field': text('value'),
  'response.schema': object(),
  'response.structured': choice(['auto', 'json_schema', 'json_object', 'off'], 'auto'),
  'max.retries': integer(0, 3),
  'request.timeout.ms': milliseconds(1, 30_000),
  'request.total.timeout.ms': milliseconds(1, 300_000),
  concurrency: integer(1),
  'concurrency.adaptive': toggle(false),
  'rate.requests.per.minute': integer(1),
  'rate.tokens.per.minute': integer(1),
  'record.deadline.ms': milliseconds(1),
  'budget.max.cost': number(0),
  'failure.strategy': choice(['reask', 'bisect', 'single', 'retry', 'fail'], 'reask'),
  'failure.when.open': choice(['wait', 'fail'], 'wait'),
  'max.output.tokens': integer(1),
  request: object(),
  'price.input.per.million': number(0),
  'price.output.per.million': number(0),
  order: choice(['input', 'arrival'], 'input'),
};

/** The fields that have a value when nothing is given. */
export type DefaultedField =
  | 'batchSize'
  | 'batchTimeoutMs'
  | 'recordFormat'
  | 'recordIds'
  | 'recordContent'
  | 'responseFormat'
  | 'responseIndexField'
  | 'responseValueField'
  | 'responseStructured'
  | 'concurrencyAdaptive'
  | 'maxRetries'
  | 'requestTimeoutMs'
  | 'requestTotalTimeoutMs'
  | 'failureStrategy'
  | 'failureWhenOpen'
  | 'order';
