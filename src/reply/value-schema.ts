import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { type Failure, reasonOf } from '../types/outcome.js';
import type { JsonSchema, ValueSchema } from '../types/reply.js';

/** A value that passed its schema, or why it did not. */
export type CheckedValue<R> = { readonly value: R; readonly failure: null } | { readonly failure: Failure };

/** Checks one value. Without a schema any value but `null` and `undefined` passes; a schema may admit `null`. */
export function checkValue<R>(value: unknown, schema: ValueSchema<R> | undefined): CheckedValue<R> {
  if (value === undefined) return failed('value_missing', 'the value is missing');
  if (schema === undefined) {
    return value === null ? failed('value_missing', 'the value is missing') : { value: value as R, failure: null };
  }
  try {
    const result = schema['~standard'].validate(value);
    if ('then' in result) {
      Promise.resolve(result).catch(() => undefined);
      return failed('schema_async', 'the schema is asynchronous');
    }
    if (result.issues === undefined) return { value: result.value, failure: null };
    if (value === null) return failed('value_missing', 'the value is missing');
    return failed('schema_mismatch', `the value does not match the schema: ${describe(result.issues)}`);
  } catch (cause) {
    return { failure: { code: 'schema_mismatch', message: `the schema threw: ${reasonOf(cause)}`, cause } };
  }
}

function failed(code: Failure['code'], message: string): CheckedValue<never> {
  return { failure: { code, message } };
}

/** The first issue, with its path: `stars: must be <= 5`. */
function describe([first]: readonly StandardSchemaV1.Issue[]): string {
  const path = first?.path?.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return [path, first?.message].filter((part) => part !== undefined && part !== '').join(': ');
}

/**
 * The JSON Schema of what the model writes, if the schema can say it (Standard JSON Schema: zod 4.2, arktype 2.1, or
 * `jsonSchema({...})` of `rxjs-llm/json-schema`); else `undefined`, and values are only checked on arrival.
 */
export function jsonSchemaOf(schema: ValueSchema | undefined): JsonSchema | undefined {
  const standard: Partial<StandardJSONSchemaV1.Props> | undefined = schema?.['~standard'];
  try {
    const converted = standard?.jsonSchema?.input({ target: 'draft-2020-12' });
    if (converted === undefined) return undefined;
    const { $schema: _, ...rest } = converted;
    return rest;
  } catch {
    // The schema has no equal in JSON Schema (a transform, a custom check): Standard JSON Schema lets it throw.
    return undefined;
  }
}
