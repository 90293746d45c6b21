import type { JsonSchema } from '../types/reply.js';

/** JSON's numbers (RFC 8259), also with a plus or zeros in front: a text that is declared a number can mean nothing else. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/**
 * A text as the JSON type that its schema declares: formats without types write `5` for a number and for a text. Where the
 * schema admits a string, or says nothing, the text stays; where the text does not spell a value of the declared type, too, and
 * the check of the value refuses it. So nothing is guessed.
 */
export function asDeclared(text: string, schema: JsonSchema | undefined): unknown {
  const types = declaredTypes(schema);
  if (types.has('string')) return text;
  const word = text.trim();
  if ((types.has('number') || types.has('integer')) && NUMBER.test(word)) return Number(word);
  if (types.has('boolean') && (word === 'true' || word === 'false')) return word === 'true';
  return types.has('null') && word === 'null' ? null : text;
}

/** The schema of a field of an object; `undefined` if it says nothing of it. */
export function fieldSchema(schema: JsonSchema | undefined, field: string): JsonSchema | undefined {
  const properties = resolved(schema)?.properties;
  return isSchema(properties) && Object.hasOwn(properties, field) ? inRoot(properties[field], schema) : undefined;
}

/** The schema of the items of a list; `undefined` if the schema declares no list. */
export function itemSchema(schema: JsonSchema | undefined): JsonSchema | undefined {
  if (!declaredTypes(schema).has('array')) return undefined;
  return inRoot(resolved(schema)?.items, schema) ?? {};
}

/** The fields that the schema of an object names, in its order. */
export function fieldNames(schema: JsonSchema | undefined): readonly string[] {
  const properties = resolved(schema)?.properties;
  return isSchema(properties) ? Object.keys(properties) : [];
}

/** A part of a schema takes the definitions along. */
function inRoot(part: unknown, root: JsonSchema | undefined): JsonSchema | undefined {
  return isSchema(part) ? { $defs: root?.$defs, ...part } : undefined;
}

/** What `#/$defs/name` stands for, if the schema is one; a chain of them is not followed. */
function resolved(schema: JsonSchema | undefined): JsonSchema | undefined {
  const name = /^#\/\$defs\/([^/~%]+)$/.exec(String(schema?.$ref))?.[1];
  const defs = schema?.$defs;
  return name !== undefined && isSchema(defs) && Object.hasOwn(defs, name) ? inRoot(defs[name], schema) : schema;
}

/** The JSON types that a schema admits: by `type`, the values of `enum` or `const`, or those of its alternatives. */
function declaredTypes(schema: JsonSchema | undefined): ReadonlySet<unknown> {
  const { type, enum: values, const: value, anyOf, oneOf } = resolved(schema) ?? {};
  if (type !== undefined) return new Set(Array.isArray(type) ? (type as unknown[]) : [type]);
  if (Array.isArray(values)) return new Set(values.map(typeOf));
  if (value !== undefined) return new Set([typeOf(value)]);
  const parts = [anyOf, oneOf].find(Array.isArray) as unknown[] | undefined;
  return new Set((parts ?? []).flatMap((part) => [...declaredTypes(inRoot(part, schema))]));
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
