import fc from 'fast-check';
import { sendSettings } from '../../src/provider/send-settings.js';
import type { WrittenOptions } from '../../src/model/read-options.js';
import { jsonPath } from '../../src/reply/json-path.js';
import type { ConnectionSettings, Provider, ProviderFactory } from '../../src/types/provider.js';
import type { JsonSchema, ValueSchema } from '../../src/types/reply.js';

/** One value of an option: as it is typed, and as it may be written in a file. */
export interface Written {
  readonly typed: unknown;
  readonly text: string;
}

function texts(...values: string[]): fc.Arbitrary<Written> {
  return fc.constantFrom(...values).map((text) => ({ typed: text, text }));
}

function integers(min: number, max = 1_000_000): fc.Arbitrary<Written> {
  return fc
    .tuple(fc.integer({ min, max }), fc.constantFrom('', ' ', '.0', 'e0'))
    .map(([typed, form]) => ({ typed, text: form === ' ' ? ` ${typed} ` : `${typed}${form}` }));
}

function numbers(min: number, max: number): fc.Arbitrary<Written> {
  return fc.double({ min, max, noNaN: true }).map((typed) => ({ typed, text: String(typed) }));
}

function objects(...values: object[]): fc.Arbitrary<Written> {
  return fc.constantFrom(...values).map((typed) => ({ typed, text: JSON.stringify(typed) }));
}

const toggles: fc.Arbitrary<Written> = fc.boolean().map((typed) => ({ typed, text: String(typed) }));

const anyText = texts('a', 'Some text.', '{{records}}', ' ', 'ünï-😀', '0', '{}', '$1', '__proto__');

/** Every option of REQUIREMENTS.md A that works in this version, under its dotted name, with values that it takes. */
export const VALID: Readonly<Record<string, fc.Arbitrary<Written>>> = {
  provider: texts('first', 'second'),
  model: texts('small', 'large'),
  'api.key': texts('key-one', 'key-two'),
  'base.url': texts('http://localhost:1', 'https://example.com/v1'),
  'batch.size': integers(1),
  // Some that leave room for little.
  'batch.max.tokens': fc.oneof(integers(1), integers(40, 200)),
  'batch.timeout.ms': numbers(0, 2 ** 31 - 1),
  'system.prompt': anyText,
  'batch.prompt.template': anyText,
  'record.format': texts('plain', 'json', 'xml'),
  'record.ids': texts('index', 'nonce'),
  'record.content': texts('text', 'body', 'other field'),
  'response.format': texts('json'),
  'response.path': texts('$.results[*]', '$..results[*]'),
  'response.index.field': texts('index', 'nr'),
  'response.value.field': texts('value', 'sentiment', '*'),
  'response.schema': objects({ type: 'string' }, { enum: [1, 2] }),
  'response.structured': texts('auto', 'json_schema', 'json_object', 'off'),
  'max.retries': integers(0),
  'request.timeout.ms': numbers(1, 2 ** 31 - 1),
  'request.total.timeout.ms': numbers(1, 2 ** 31 - 1),
  concurrency: integers(1),
  'concurrency.adaptive': toggles,
  'rate.requests.per.minute': integers(1),
  'rate.tokens.per.minute': integers(1),
  'record.deadline.ms': numbers(1, 2 ** 31 - 1),
  'budget.max.cost': numbers(0, 1e6),
  'failure.strategy': texts('reask', 'bisect', 'single', 'retry', 'fail'),
  'failure.when.open': texts('wait', 'fail'),
  'max.output.tokens': integers(1),
  request: objects({ temperature: 0 }, { seed: 7, top_p: 0.5 }, {}),
  'price.input.per.million': numbers(0, 1e6),
  'price.output.per.million': numbers(0, 1e6),
  order: texts('input', 'arrival'),
};

export const NAMES = Object.keys(VALID);

export function camel(dotted: string): string {
  return dotted.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const SPELLINGS: readonly ((dotted: string) => string)[] = [
  (dotted) => dotted,
  (dotted) => dotted.replaceAll('.', '_'),
  camel,
  (dotted) => dotted.replaceAll('.', '_').toUpperCase(),
];

export const spelling = fc.constantFrom(...SPELLINGS);

/** The same options twice: typed under their fields, and written in any spelling, as strings or not. */
export interface Options {
  readonly typed: WrittenOptions;
  readonly written: WrittenOptions;
}

function optionsOf(names: readonly string[]): fc.Arbitrary<Options> {
  const entries = names.map((name) => fc.tuple(fc.constant(name), VALID[name]!, spelling, fc.boolean()));
  return fc.tuple(...entries).map((all) => ({
    typed: Object.fromEntries(all.map(([name, { typed }]) => [camel(name), typed])),
    written: Object.fromEntries(
      all.map(([name, { typed, text }, spell, isText]) => [spell(name), isText ? text : typed]),
    ),
  }));
}

/** A price, without which a budget is refused. */
const PRICE = 'price.input.per.million';

/** Any options, without those that every model needs. */
export const someOptions: fc.Arbitrary<Options> = fc
  .subarray(NAMES.filter((name) => name !== 'provider' && name !== 'model'))
  .map((names) => [...new Set(names.flatMap((name) => (name === 'budget.max.cost' ? [name, PRICE] : [name])))])
  .chain((names) => optionsOf(names));

/** Whole models. */
export const modelOptions: fc.Arbitrary<Options> = fc
  .tuple(optionsOf(['provider', 'model']), someOptions)
  .map(([needed, some]) => ({
    typed: { ...needed.typed, ...some.typed },
    written: { ...needed.written, ...some.written },
  }));

/** A provider that only remembers what it was connected with. */
export interface Connected extends Provider {
  readonly settings: ConnectionSettings;
}

function nothingIsAsked(): never {
  throw new Error('nothing is asked here');
}

export function factory(name: string): ProviderFactory {
  return {
    name,
    connect: (settings) => {
      const connected: Connected = {
        name,
        model: settings.model,
        capabilities: { streaming: true, enforcesSchema: true },
        gate: {} as Provider['gate'],
        complete: nothingIsAsked,
        send: nothingIsAsked,
        sendSettings,
        settings,
      };
      // The key is the provider's to keep; what it shows is its own affair.
      Object.defineProperty(connected, 'settings', { enumerable: false });
      return connected;
    },
  };
}

/** A schema that takes everything, and remembers what it was compiled from. */
export function compile(schema: JsonSchema): ValueSchema {
  return {
    '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
    source: schema,
  } as ValueSchema;
}

export const context = {
  providers: [factory('first'), factory('second')],
  jsonSchema: compile,
  jsonPath,
  env: {},
};
