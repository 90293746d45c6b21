import fc from 'fast-check';
import { levenshteinEditDistance as leven } from 'levenshtein-edit-distance';
import { describe, expect, test } from 'vitest';
import { defineModel, type Model, modelFromOptions, type ModelOverrides } from '../../src/model/define-model.js';
import type { ModelOptions } from '../../src/model/options.js';
import type { WrittenOptions } from '../../src/model/read-options.js';
import { always } from '../property/runs.js';
import {
  camel,
  type Connected,
  context,
  modelOptions,
  NAMES,
  spelling,
  VALID,
  type Written,
} from './written-options.js';

/** All that a model was told, wherever it went. */
function told(model: Model): unknown {
  const { settings } = model.provider as Connected;
  return {
    options: model.options,
    settings,
    schema: (model.format.schema as { source?: unknown } | undefined)?.source,
  };
}

const needed = { provider: 'first', model: 'small' };

function errorOf(make: () => unknown): Error {
  try {
    make();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

describe('options', () => {
  test('are one, under whatever of their names and whether as text or typed', () => {
    always([modelOptions], ({ typed, written }) => {
      const model = defineModel(typed as unknown as ModelOptions, context);
      expect(told(modelFromOptions(written, context))).toEqual(told(model));
      const based = modelFromOptions(needed, context).with(written);
      expect({ ...(told(based) as object), settings: null }).toEqual({ ...(told(model) as object), settings: null });
    });
  });

  test('have defaults, which are those of the requirements', () => {
    expect(defineModel({ provider: 'first', model: 'small' }, context).options).toEqual({
      model: 'small',
      batchSize: 1,
      batchTimeoutMs: 1000,
      recordFormat: 'plain',
      recordIds: 'index',
      recordContent: 'text',
      responseFormat: 'json',
      responseIndexField: 'index',
      responseValueField: 'value',
      responseStructured: 'auto',
      maxRetries: 3,
      requestTimeoutMs: 30_000,
      requestTotalTimeoutMs: 300_000,
      concurrencyAdaptive: false,
      failureStrategy: 'reask',
      failureWhenOpen: 'wait',
      request: {},
      order: 'input',
    });
  });

  test('that are undefined are not given', () => {
    const name = fc.constantFrom(...NAMES);
    always([name, spelling], (option, spell) => {
      expect(told(modelFromOptions({ [spell(option)]: undefined, ...needed }, context))).toEqual(
        told(modelFromOptions(needed, context)),
      );
    });
  });

  test('may be given once only', () => {
    const given = fc
      .constantFrom(...NAMES.filter((name) => name.includes('.')))
      .chain((name) => fc.tuple(fc.constant(name), VALID[name]!));
    always([given, spelling], ([name, { typed }], spell) => {
      const twice = { ...needed, [name]: typed, [spell === camel ? name.replaceAll('.', '_') : camel(name)]: typed };
      expect(errorOf(() => modelFromOptions(twice, context)).message).toMatch(/given twice/);
    });
  });
});

const plain = (name: string): string => name.replace(/[._]/g, '').toLowerCase();

/** Names that are one letter away from an option. */
const misspelt = fc
  .tuple(fc.constantFrom(...NAMES), spelling, fc.nat(99), fc.constantFrom('', 'x', 'm', '.'), fc.boolean())
  .map(([name, spell, place, letter, isInserted]) => {
    const spelt = spell(name);
    const at = place % spelt.length;
    return spelt.slice(0, at) + letter + spelt.slice(isInserted ? at : at + 1);
  })
  .filter((name) => !NAMES.some((known) => plain(known) === plain(name)));

describe('a name that is not known', () => {
  test('is refused, with the nearest one that is', () => {
    always([misspelt], (name) => {
      const { message } = errorOf(() => modelFromOptions({ ...needed, [name]: '1' }, context));
      expect(message).toContain(JSON.stringify(name));
      const suggested = /did you mean (\S+)\?/.exec(message)?.[1];
      expect(NAMES.flatMap((known) => [known, camel(known)])).toContain(suggested);
      expect(leven(plain(suggested!), plain(name))).toBeLessThanOrEqual(1);
    });
  });

  test.each([
    ['BATCH_SIZ', 'batch.size'],
    ['PRICE_OUTPUT_PER_MILION', 'price.output.per.million'],
    ['request.tiemout.ms', 'request.timeout.ms'],
    ['request_tmeout_ms', 'request.timeout.ms'],
    ['request.total_tiemout_ms', 'request.total.timeout.ms'],
  ])('is refused also in capitals, and where it could be a field of the request: %s', (name, nearest) => {
    const { message } = errorOf(() => modelFromOptions({ ...needed, [name]: '1' }, context));
    expect(message).toBe(`unknown option "${name}"; did you mean ${nearest}?`);
  });

  test.each([
    ['temperature', 'request.temperature'],
    ['top_p', 'request.top_p'],
    ['timeout', 'batch.timeout.ms or request.timeout.ms or request.total.timeout.ms'],
    ['maxCost', 'budgetMaxCost'],
    ['perMinute', 'rateRequestsPerMinute or rateTokensPerMinute'],
  ])('is refused with what it may be short for: %s', (name, longer) => {
    const { message } = errorOf(() => modelFromOptions({ ...needed, [name]: '1' }, context));
    expect(message).toBe(`unknown option "${name}"; did you mean ${longer}?`);
  });

  test('is refused with the names that are, if none is near', () => {
    const { message } = errorOf(() => modelFromOptions({ ...needed, 'completely.different.thing': 1 }, context));
    for (const name of NAMES) expect(message).toContain(name);
  });
});

/** What messages say is allowed, and values that are not. */
const REFUSED: readonly (readonly [names: readonly string[], allowed: RegExp, values: readonly unknown[]])[] = [
  [
    [
      ...['batch.size', 'batch.max.tokens', 'concurrency', 'max.output.tokens'],
      ...['rate.requests.per.minute', 'rate.tokens.per.minute'],
    ],
    /an integer from 1/,
    [0, -1, 1.5, '0', '1,5', 'many', NaN, Infinity, {}, [], true, ''],
  ],
  [['max.retries'], /an integer from 0/, [-1, 0.5, '-1', '', ' ', 'Infinity', null, [3]]],
  [
    ['request.timeout.ms', 'request.total.timeout.ms', 'record.deadline.ms'],
    /a number from 1 to 2147483647/,
    [0, '0', '30s', Infinity, 2 ** 31, NaN],
  ],
  [['batch.timeout.ms'], /a number from 0 to 2147483647/, [-1, '', '1s', null, 2 ** 31]],
  [
    ['price.input.per.million', 'price.output.per.million', 'budget.max.cost'],
    /a number from 0/,
    [-1, 'free', '', NaN, Infinity, '1 USD'],
  ],
  [['concurrency.adaptive'], /true or false/, ['yes', 'TRUE', '', 0, 1, '1', null, {}]],
  [['record.format'], /one of plain, json, xml/, ['JSON', 'yaml', '', 1, null]],
  [['record.ids'], /one of index, nonce/, ['uuid', true]],
  [['order'], /one of input, arrival/, ['random', '', {}]],
  [['response.format'], /one of json, xml, delimited, or a format/, ['yaml', '', 5, null, {}]],
  [['response.structured'], /one of auto, json_schema, json_object, off/, ['json', 'on', false]],
  [['failure.when.open'], /one of wait, fail/, ['open', '', true, null]],
  [['failure.strategy'], /one of reask, bisect, single, retry, fail/, ['again', 'FAIL', true]],
  [
    ['system.prompt', 'batch.prompt.template', 'model', 'response.index.field', 'response.value.field', 'api.key'],
    /a text/,
    ['', 5, null, {}, []],
  ],
  [['base.url'], /an http or https address/, ['', 'example.com', 'ftp://a', 5, null]],
  [['record.content'], /a field's name, a template or a function/, ['', 5, null, {}]],
  [['response.schema', 'request'], /an object/, ['', 'text', '[]', '{', 'null', 5, null, []]],
  [['provider'], /provider/, ['', 5, null]],
];

const refused = fc
  .constantFrom(...REFUSED)
  .chain(([names, allowed, values]) =>
    fc.tuple(fc.constantFrom(...names), fc.constant(allowed), fc.constantFrom(...values)),
  );

/** A value as a message may show it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

describe('a value that is not allowed', () => {
  test('is refused with the option as it was written, what is allowed, and the value', () => {
    const ways = fc.constantFrom<((options: ModelOverrides, base: WrittenOptions) => unknown)[]>(
      (options, base) => modelFromOptions({ ...base, ...options }, context),
      (options) => modelFromOptions(needed, context).with(options),
      (options, base) => defineModel({ ...base, ...options } as ModelOptions, context),
    );
    always([refused, spelling, ways], ([name, allowed, value], spell, make) => {
      const { [name]: _, ...others } = needed as WrittenOptions;
      const error = errorOf(() => make({ [spell(name)]: value }, others));
      expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
      expect(error.message.startsWith(`${spell(name)} must be `)).toBe(true);
      expect(error.message).toMatch(allowed);
      expect(error.message.includes(`got ${shown(value)}`)).toBe(name !== 'api.key');
    });
  });

  test('is told apart from one that is: no value that is taken is refused', () => {
    const valid = fc.constantFrom(...NAMES).chain((name) => fc.tuple(fc.constant(name), VALID[name]!));
    always([valid], ([name, { typed, text }]: [string, Written]) => {
      for (const value of [typed, text])
        expect(() =>
          modelFromOptions({ ...needed, 'price.input.per.million': 1, [name]: value }, context),
        ).not.toThrow();
    });
  });
});

test('a budget without prices is refused: nothing would ever be spent', () => {
  const message = 'budget.max.cost needs prices: set price.input.per.million, price.output.per.million, or both';
  const model = modelFromOptions({ ...needed, 'price.output.per.million': 1 }, context);

  expect(() => modelFromOptions({ ...needed, 'budget.max.cost': '1' }, context)).toThrow(message);
  expect(() => modelFromOptions(needed, context).with({ budgetMaxCost: 1 })).toThrow(message);
  expect(model.with({ budgetMaxCost: 1 }).options.budgetMaxCost).toBe(1);
});

describe('fields of the request', () => {
  test.each([
    ['REQUEST_TOP_P', 'top_p'],
    ['requestTopP', 'top_p'],
    ['requestTemperature', 'temperature'],
    ['request_seed', 'seed'],
    ['request.safetySettings', 'safetySettings'],
  ])('have the names of other options: %s', (name, field) => {
    expect(modelFromOptions({ ...needed, [name]: 1 }, context).options.request).toEqual({ [field]: 1 });
  });

  test('are given once', () => {
    const twice = { ...needed, requestTopP: 1, 'request.top_p': 0 };
    expect(() => modelFromOptions(twice, context)).toThrow('request.top_p is given twice');
  });

  test.each(['requestTiemoutMs', 'REQUEST_TIMOUT_MS', 'requestedSeed'])(
    'are not what is a misspelt option: %s',
    (name) => {
      expect(() => modelFromOptions({ ...needed, [name]: 1 }, context)).toThrow(`unknown option "${name}"`);
    },
  );

  test('are read under request, with values told by their form', () => {
    const { options } = modelFromOptions(
      {
        ...needed,
        'request.temperature': '0',
        request_seed: 7,
        'request.stop': '["a"]',
        'request.user': 'me',
        request: '{"top_p":1}',
      },
      context,
    );
    expect(options.request).toEqual({ top_p: 1, temperature: 0, seed: 7, stop: ['a'], user: 'me' });
  });

  test.each([
    'model',
    'messages',
    'stream',
    'stream_options',
    'response_format',
    'n',
    'max_tokens',
    'max_completion_tokens',
  ])('cannot be %s, which the library sets', (field) => {
    for (const options of [{ [`request.${field}`]: '1' }, { [`request_${field}`]: '1' }, { request: { [field]: 1 } }])
      expect(errorOf(() => modelFromOptions({ ...needed, ...options }, context)).message).toContain(`request.${field}`);
  });
});

describe('a model that lacks something', () => {
  test('says what', () => {
    expect(() => modelFromOptions({ model: 'small' }, context)).toThrow('provider is missing');
    expect(() => modelFromOptions({ provider: 'first' }, context)).toThrow('model is missing');
    expect(() => modelFromOptions(needed)).toThrow(
      /provider must be one of context.providers, which is empty; got "first"/,
    );
  });
});
