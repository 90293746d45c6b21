import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonSchema } from '../types/reply.js';

/** A JSON Schema as a Standard Schema that also gives its JSON Schema back. */
export interface CompiledJsonSchema<R> {
  readonly '~standard': StandardSchemaV1.Props<unknown, R> & StandardJSONSchemaV1.Props<unknown, R>;
}

/**
 * Makes a value schema out of a JSON Schema (draft 2020-12), checked by Ajv. Ajv compiles schemas with `new Function`: under a
 * content security policy without `unsafe-eval`, use a Standard Schema library instead.
 *
 * @example
 * ```ts
 * json({ schema: jsonSchema<'positive' | 'negative'>({ enum: ['positive', 'negative'] }) })
 * ```
 *
 * @throws Error, Ajv's own, naming the keyword that is wrong, if `schema` is not a valid JSON Schema
 */
export function jsonSchema<R = unknown>(schema: JsonSchema): CompiledJsonSchema<R> {
  const validate = new Ajv2020({ allErrors: false, strict: true, strictSchema: 'log', logger: false }).compile(schema);
  const give = (): Record<string, unknown> => ({ ...schema });
  return {
    '~standard': {
      version: 1,
      vendor: 'ajv',
      validate: (value) => (validate(value) ? { value: value as R } : { issues: (validate.errors ?? []).map(issueOf) }),
      jsonSchema: { input: give, output: give },
    },
  };
}

function issueOf({ instancePath, message = 'is not valid' }: ErrorObject): StandardSchemaV1.Issue {
  return { message, path: instancePath.split('/').slice(1) };
}
