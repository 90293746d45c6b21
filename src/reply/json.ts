import type {
  EntryPlace,
  JsonSchema,
  ReplyEntry,
  ReplyFormat,
  ReplyReader,
  ReplyShape,
  ValueSchema,
} from '../types/reply.js';
import { JsonScanner } from './json-scanner.js';
import { jsonSchemaOf } from './value-schema.js';

/** Options of {@link json}. */
export interface JsonFormatOptions<R> {
  /** The field that holds a record's index. @defaultValue 'index' */
  readonly index?: string;
  /** The field that holds the value; `*` takes the whole object, without its index. @defaultValue 'value' */
  readonly value?: string;
  /** Checks each value, and goes to the provider where it can be said in JSON Schema. @defaultValue any value but null */
  readonly schema?: ValueSchema<R> | undefined;
  /** Where the entries are: `jsonPath('$.data[*]')` of `rxjs-llm/jsonpath`. @defaultValue the first of the forms below */
  readonly path?: JsonPath | undefined;
  /** Repairs what is almost JSON: `jsonRepair` of `rxjs-llm/json-repair`. @defaultValue none: it counts as malformed */
  readonly repair?: JsonRepair | undefined;
}

/** What makes an entry of a value in a reply. */
export interface EntryFields {
  readonly index: string;
  readonly value: string;
  /** The prompt has one record, and asks for it without an index. */
  readonly alone: boolean;
}

/** Where the entries of a reply are. */
export interface JsonPath {
  readonly path: string;
  reader(fields: EntryFields, repair: JsonRepair | undefined): ReplyReader;
}

/** What is done about a text that is almost JSON. */
export interface JsonRepair {
  /**
   * Reads a text that `JSON.parse` refuses.
   *
   * @throws Error if it cannot be read without adding to what it says
   */
  parse(text: string): unknown;
  reader(fields: EntryFields): ReplyReader;
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
  const { index = 'index', value = 'value', schema, path, repair } = options;
  if (index === '' || value === '' || index === value)
    throw new RangeError(`index and value must be two fields; got "${index}" and "${value}"`);
  const valueSchema = jsonSchemaOf(schema);

  return {
    name: 'json',
    schema,
    instruction: ({ ids }) => instruction(ids, index, value, valueSchema, path),
    replySchema: ({ ids }) => (valueSchema && !path ? replySchema(ids, index, value, valueSchema) : undefined),
    reader: ({ ids }) => {
      const fields = { index, value, alone: ids.length === 1 };
      return path?.reader(fields, repair) ?? repair?.reader(fields) ?? new JsonReader(fields);
    },
  };
}

/** The same for all prompts of two records or more, so that a provider can cache it. */
function instruction(
  ids: ReplyShape['ids'],
  index: string,
  value: string,
  schema: JsonSchema | undefined,
  path: JsonPath | undefined,
): string {
  const answer = value === '*' ? "<your answer's fields>" : `${JSON.stringify(value)}: <your answer>`;
  const rule = schema === undefined ? '' : ` <your answer> follows this JSON Schema: ${JSON.stringify(schema)}`;
  const where = path ? `; the JSONPath ${path.path} selects` : ', in this form:';
  if (ids.length === 1) return `Reply with JSON only${where} {${answer}}${rule}`;
  const isNumbered = typeof ids[0] === 'number';
  const named = isNumbered ? 'its number' : 'the name that it is given by';
  const entry = `{${JSON.stringify(index)}: ${isNumbered ? '1' : '"<name>"'}, ${answer}}`;
  const form = path ? `${entry}, …` : `{"${LIST}": [${entry}, …]}`;
  return `Reply with JSON only, with one entry for each input, under ${named}${where} ${form}${rule}`;
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

/** Reads entries as they close. What is no JSON is malformed, or for `parse` to read. */
export class JsonReader extends JsonScanner implements ReplyReader {
  malformed = 0;
  readonly #fields: EntryFields;
  readonly #closed: ReplyEntry[] = [];

  constructor(fields: EntryFields, parse = parseOnce) {
    const { alone, value, index } = fields;
    // Alone, a record is asked without an index: its value makes an entry.
    super(alone ? (value === '*' ? null : value) : index, (text, place) => {
      try {
        this.#take(parse(text), place);
      } catch {
        this.malformed++;
        this.unread.push(place);
      }
    });
    this.#fields = fields;
  }

  override push(text: string): readonly ReplyEntry[] {
    if (!this.#pushList(text)) super.push(text);
    return this.#closed.splice(0);
  }

  end(isWhole: boolean): readonly ReplyEntry[] {
    this.cutOff(isWhole);
    return [];
  }

  /** Reads a reply that is nothing but an object around one list, as is asked for, at once where it comes as a whole. */
  #pushList(text: string): boolean {
    const { prose, entryKey } = this;
    // A piece that is only the beginning is no document: a parser that says so takes longer than all the rest.
    if (!/^\{[^]*\}\s*$/.test(text) || prose.document >= 0 || prose.thinking || entryKey === null) return false;
    try {
      const [[key, list], more] = Object.entries(parseOnce(text) as object) as [[string, unknown], unknown];
      if (more !== undefined || key === entryKey || !Array.isArray(list)) return false;
      prose.open();
      const place = { ...prose.place, nested: true };
      for (const element of list) this.#take(element, place);
      return true;
    } catch {
      return false;
    }
  }

  #take(element: unknown, place: EntryPlace): void {
    // An answer without any field can only be matched by position.
    if (isObject(element) || !this.#fields.alone) this.#closed.push(entryOf(element, place, this.#fields));
  }
}

/** What an entry says: an object by its fields, anything else as a value without an index. */
export function entryOf(entry: unknown, place: EntryPlace, { index, value, alone }: EntryFields): ReplyEntry {
  const { document, payload, nested } = place;
  const id = alone ? undefined : own(entry, index);
  if (!isObject(entry) || value !== '*')
    return { document, payload, nested, id, value: isObject(entry) ? own(entry, value) : entry };
  const { [index]: _, ...fields } = entry;
  return { document, payload, nested, id, value: fields };
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property: a reply must not reach what all objects inherit. */
function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** All of a JSON text but the colons behind its keys. */
const NO_COLON = /"(?:[^"\\]|\\.)*"|[^:"]+/g;

/**
 * Reads a JSON text.
 *
 * @throws Error if it is none, or says two things under one key of an object: what is read of it would be the last of them
 */
export function parseOnce(text: string): unknown {
  const parsed = JSON.parse(text) as unknown;
  const keys = keysIn(parsed);
  let colons = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) colons++;
  // Where there are more colons than keys, some may stand in strings.
  if (colons > keys && text.replace(NO_COLON, '').length > keys) throw new Error();
  return parsed;
}

/** Keys of all objects in a value. */
export function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) for (const item of value) keys += keysIn(item);
  else for (const key of Object.keys(value)) keys += 1 + keysIn((value as JsonObject)[key]);
  return keys;
}
