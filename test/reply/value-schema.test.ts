import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect, it } from 'vitest';
import { checkValue, jsonSchemaOf } from '../../src/reply/value-schema.js';
import type { ValueSchema } from '../../src/types/reply.js';

const MISSING = { failure: { code: 'value_missing', message: 'the value is missing' } };

/** A schema that says this of any value. */
const schema = (validate: () => unknown, more: object = {}) =>
  ({ '~standard': { version: 1, vendor: 'test', validate, ...more } }) as unknown as ValueSchema<string>;

const refusing = (...issues: StandardSchemaV1.Issue[]) => schema(() => ({ issues }));

it('a value without a schema passes, but for none', () => {
  expect(checkValue('x', undefined)).toEqual({ value: 'x', failure: null });
  expect(checkValue(0, undefined)).toEqual({ value: 0, failure: null });
  expect([checkValue(null, undefined), checkValue(undefined, undefined)]).toEqual([MISSING, MISSING]);
});

it('a schema makes of a value what it says, and may admit null', () => {
  const upper = schema(() => ({ value: 'X' }));
  expect(checkValue('x', upper)).toEqual({ value: 'X', failure: null });
  expect(checkValue(null, upper)).toEqual({ value: 'X', failure: null });
  expect(checkValue(undefined, upper)).toEqual(MISSING);
});

it('null that a schema refuses is a missing value', () => {
  expect(checkValue(null, refusing({ message: 'must be a string' }))).toEqual(MISSING);
});

it.each<readonly [string, StandardSchemaV1.Issue[]]>([
  ['stars.0.of: must be <= 5', [{ message: 'must be <= 5', path: ['stars', 0, { key: 'of' }] }, { message: 'second' }]],
  ['must be a string', [{ message: 'must be a string' }]],
  ['must be an object', [{ message: 'must be an object', path: [] }]],
  ['stars', [{ message: '', path: ['stars'] }]],
  ['', []],
])('the first issue is told, with its path: %s', (said, issues) => {
  const message = `the value does not match the schema: ${said}`;
  expect(checkValue('x', refusing(...issues))).toEqual({ failure: { code: 'schema_mismatch', message } });
});

it('a schema that throws is the mismatch of that value', () => {
  const cause = new TypeError('no such thing');
  const thrown = checkValue(
    'x',
    schema(() => {
      throw cause;
    }),
  );
  expect(thrown).toEqual({
    failure: { code: 'schema_mismatch', message: 'the schema threw: no such thing', cause },
  });
});

it('an asynchronous schema is refused, and what it rejects with later is nobody else’s', async () => {
  const rejected: unknown[] = [];
  const listen = (reason: unknown): void => void rejected.push(reason);
  process.on('unhandledRejection', listen);
  const failure = { code: 'schema_async', message: 'the schema is asynchronous' };
  expect(
    checkValue(
      'x',
      schema(() => Promise.reject(new Error('later'))),
    ),
  ).toEqual({ failure });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', listen);
  expect(rejected).toEqual([]);
});

it('what the model is asked for is what the schema takes, in the draft that providers read', () => {
  const asked: unknown[] = [];
  const converted = schema(() => ({}), {
    jsonSchema: {
      input: (options: unknown) => {
        asked.push(options);
        return { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'string' };
      },
    },
  });
  expect(jsonSchemaOf(converted)).toEqual({ type: 'string' });
  expect(asked).toEqual([{ target: 'draft-2020-12' }]);
});

it('a schema that JSON Schema cannot say is only checked on arrival', () => {
  const throwing = schema(() => ({}), {
    jsonSchema: {
      input: () => {
        throw new Error('a transform');
      },
    },
  });
  expect([jsonSchemaOf(throwing), jsonSchemaOf(schema(() => ({}))), jsonSchemaOf(undefined)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
