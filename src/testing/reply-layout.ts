import type { EncodedRecord } from '../prompt/encoding.js';
import type { RecordId } from '../types/prompt.js';
import { type ChatMessage, instructionText } from './chat-request.js';
import { fieldAt, isJsonObject, type JsonObject } from './json.js';

/** How a reply is to be written. A `value` of `null` stands for the answer's own fields in place of one field. */
export type ReplyLayout =
  | {
      readonly kind: 'list';
      /** The field around the list; `null` for a bare list. */
      readonly list: string | null;
      readonly index: string;
      readonly value: string | null;
      /** Ids that the schema allows; empty if it says nothing. */
      readonly ids: readonly unknown[];
    }
  | { readonly kind: 'single'; readonly value: string | null };

const DEFAULT_LIST: ReplyLayout = { kind: 'list', list: 'results', index: 'index', value: 'value', ids: [] };
const DEFAULT_SINGLE: ReplyLayout = { kind: 'single', value: 'value' };

/** Reads how to reply from the request's schema, or else from the example in its instruction. */
export function replyLayout(
  schema: unknown,
  messages: readonly ChatMessage[],
  records: readonly EncodedRecord[],
): ReplyLayout {
  const properties = fieldAt(schema, 'properties');
  return isJsonObject(properties)
    ? layoutOfSchema(properties, records)
    : layoutOfInstruction(instructionText(messages), records);
}

function layoutOfSchema(properties: JsonObject, records: readonly EncodedRecord[]): ReplyLayout {
  for (const [list, property] of Object.entries(properties)) {
    const fields = fieldAt(property, 'items', 'properties');
    if (!isJsonObject(fields) || Object.keys(fields).length < 2) continue;
    const index = indexField(fields, records);
    const ids = fieldAt(fields[index], 'enum');
    return { kind: 'list', list, index, value: onlyName(fields, index), ids: Array.isArray(ids) ? ids : [] };
  }
  return { kind: 'single', value: onlyName(properties) };
}

/** A value may be an integer or have an `enum` as well: of those, the index is the one whose `enum` has the record's id. */
function indexField(fields: JsonObject, records: readonly EncodedRecord[]): string {
  const id = String(records[0]?.id ?? 1);
  const names = Object.keys(fields);
  const allows = (name: string): boolean => {
    const ids = fieldAt(fields[name], 'enum');
    return Array.isArray(ids) && ids.some((allowed) => String(allowed) === id);
  };
  const isInteger = (name: string): boolean => fieldAt(fields[name], 'type') === 'integer';
  return names.find((name) => name === 'index') ?? names.find(allows) ?? names.find(isInteger) ?? names[0] ?? 'index';
}

/** The one field besides the index; `null` if there are more. */
function onlyName(fields: JsonObject, index?: string): string | null {
  const [name, ...more] = Object.keys(fields).filter((field) => field !== index);
  return name === undefined || more.length > 0 ? null : name;
}

/** `{"results": [{"index": 1, "value": …}, …]}`, with or without the object around it, whatever the names and the values. */
const LIST_EXAMPLE =
  /(?:\{\s*"(?<list>[^"]+)"\s*:\s*)?\[\s*\{\s*"(?<index>[^"]+)"\s*:\s*(?:"[^"]*"|[^,"{}[\]]*),\s*(?:"(?<value>[^"]+)"\s*:)?/;
/** `{"value": …}`, but not with a list of objects in it; or `{<the answer's fields>}`. */
const SINGLE_EXAMPLE = /\{\s*(?:"(?<value>[^"]+)"\s*:(?!\s*\[\s*\{)|<)/;

/** Of two examples the first counts: a schema in words may follow it. */
function layoutOfInstruction(instruction: string, records: readonly EncodedRecord[]): ReplyLayout {
  const list = LIST_EXAMPLE.exec(instruction);
  const single = SINGLE_EXAMPLE.exec(instruction);
  const alone = records.length === 1 && records[0]?.id === null;
  if (alone && (list === null || (single !== null && single.index < list.index)))
    return single === null ? DEFAULT_SINGLE : { kind: 'single', value: single.groups?.value ?? null };
  return list === null ? DEFAULT_LIST : layoutOfExample(list.groups ?? {});
}

function layoutOfExample({ list, index = 'index', value }: Readonly<Record<string, string | undefined>>): ReplyLayout {
  const swapped = value === 'index';
  return {
    kind: 'list',
    list: list ?? null,
    index: swapped ? 'index' : index,
    value: swapped ? index : (value ?? null),
    ids: [],
  };
}

/**
 * What the reply names its records by: what the schema allows, numbers if all of them are (or there are none, in a batch
 * of one), strings otherwise.
 */
export function replyIds(records: readonly EncodedRecord[], allowed: readonly unknown[]): readonly RecordId[] {
  const ids = records.map(({ id }, position) => String(id ?? position + 1));
  const numeric = ids.every((id) => /^(0|[1-9]\d{0,14})$/.test(id));
  return ids.map((id) => {
    const exact = allowed.find((candidate) => String(candidate) === id);
    if (typeof exact === 'string' || typeof exact === 'number') return exact;
    return numeric ? Number(id) : id;
  });
}
