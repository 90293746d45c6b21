import type { JsonSchema, ReplyEntry, ReplyFormat, ReplyReader, ReplyShape, ValueSchema } from '../types/reply.js';
import { JsonScanner, type ScannedValue } from './json-scanner.js';
import { jsonSchemaOf } from './value-schema.js';

export interface JsonFormatOptions<R> {
  /** The field that holds a record's index. @defaultValue 'index' */
  readonly index?: string;
  /** The field that holds the value; `*` takes the whole object, without its index. @defaultValue 'value' */
  readonly value?: string;
  /** Checks each value, and goes to the provider where it can be said in JSON Schema. @defaultValue any value but null */
  readonly schema?: ValueSchema<R> | undefined;
}

/** The list inside the reply's object: providers that enforce a schema want an object around it. */
const LIST = 'results';

/**
 * Replies in JSON: `{"results": [{"index": 1, "value": …}, …]}` is asked for (`{"value": …}` for one record). A bare array, an
 * array inside any object, and objects one after the other are understood too; see {@link JsonScanner} for what may stand
 * around them.
 *
 * @throws RangeError if `index` and `value` are the same field, or one is empty
 */
export function json<R = unknown>(options: JsonFormatOptions<R> = {}): ReplyFormat<R> {
  const { index = 'index', value = 'value', schema } = options;
  if (index === '' || value === '' || index === value)
    throw new RangeError(`index and value must be two fields; got "${index}" and "${value}"`);
  const valueSchema = jsonSchemaOf(schema);

  return {
    name: 'json',
    schema,
    instruction: ({ ids }) => instruction(ids, index, value, valueSchema),
    replySchema: ({ ids }) => (valueSchema === undefined ? undefined : replySchema(ids, index, value, valueSchema)),
    reader: ({ ids }) => new JsonReader(ids.length === 1, index, value),
  };
}

/** The same for all prompts of two records or more, so that a provider can cache it. */
function instruction(ids: ReplyShape['ids'], index: string, value: string, schema: JsonSchema | undefined): string {
  const answer = value === '*' ? "<your answer's fields>" : `${JSON.stringify(value)}: <your answer>`;
  const rule = schema === undefined ? '' : ` <your answer> follows this JSON Schema: ${JSON.stringify(schema)}`;
  if (ids.length === 1) return `Reply with JSON only, in this form: {${answer}}${rule}`;
  const isNumbered = typeof ids[0] === 'number';
  const named = isNumbered ? 'its number' : 'the name that it is given by';
  const entry = `{${JSON.stringify(index)}: ${isNumbered ? '1' : '"<name>"'}, ${answer}}`;
  return `Reply with JSON only, with one entry for each input, under ${named}, in this form: {"${LIST}": [${entry}, …]}${rule}`;
}

/** A strict object schema; definitions move to the root, where the `$ref`s of the value's schema look for them. */
function replySchema(ids: ReplyShape['ids'], index: string, value: string, schema: JsonSchema): JsonSchema | undefined {
  const { $defs, ...own } = schema;
  const defs = $defs === undefined ? {} : { $defs };
  const isObject = own.type === 'object' && typeof own.properties === 'object';
  if (value === '*' && !isObject) return undefined;
  const fields: JsonSchema = value === '*' ? (own.properties as JsonSchema) : { [value]: own };
  if (ids.length === 1) return { ...strictObject(fields), ...defs };
  const id = { type: typeof ids[0] === 'number' ? 'integer' : 'string', enum: ids };
  const items = strictObject({ [index]: id, ...fields });
  return { ...strictObject({ [LIST]: { type: 'array', items } }), ...defs };
}

function strictObject(properties: JsonSchema): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

class JsonReader extends JsonScanner implements ReplyReader {
  malformed = 0;
  readonly #alone: boolean;
  readonly #index: string;
  readonly #value: string;
  #closed: ReplyEntry[] = [];

  constructor(alone: boolean, index: string, value: string) {
    // Alone, a record is asked without an index: its value makes an entry.
    super(alone ? (value === '*' ? null : value) : index, (scanned) => {
      this.#read(scanned);
    });
    this.#alone = alone;
    this.#index = index;
    this.#value = value;
  }

  override push(text: string): readonly ReplyEntry[] {
    super.push(text);
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }

  end(): readonly ReplyEntry[] {
    return [];
  }

  #read({ text, ...place }: ScannedValue): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      this.malformed++;
      return;
    }
    const id = this.#alone ? undefined : own(parsed, this.#index);
    // An answer without any field can only be matched by position.
    if (isObject(parsed)) this.#closed.push({ ...place, id, value: this.#valueOf(parsed) });
    else if (!this.#alone) this.#closed.push({ ...place, id, value: parsed });
  }

  #valueOf(entry: JsonObject): unknown {
    if (this.#value !== '*') return own(entry, this.#value);
    const { [this.#index]: _, ...fields } = entry;
    return fields;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property: a reply must not reach what all objects inherit. */
function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
