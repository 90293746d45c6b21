import type { Element, Node } from '@xmldom/xmldom';
import xpath from 'xpath';
import type {
  DocumentPlace,
  FormatFactory,
  JsonSchema,
  ReplyEntry,
  ReplyFormat,
  ReplyReader,
  ReplyShape,
  ValueSchema,
} from '../types/reply.js';
import { asDeclared } from './declared-type.js';
import { jsonSchemaOf } from './value-schema.js';
import { DocumentCollector } from './xml/documents.js';
import { type ElementFields, entryOf, isElement, parseElement } from './xml/element.js';
import { EntryScanner } from './xml/entry-scanner.js';
import { ENTRY, LIST } from './xml/names.js';

/** Options of {@link xml}. */
export interface XmlFormatOptions<R> {
  /** The element, or the attribute, that holds a record's index. @defaultValue 'index' */
  readonly index?: string;
  /**
   * The element that holds the value; `*` takes all fields, without the index, as an object; or the text of an element that has no
   * other field. @defaultValue 'value'
   */
  readonly value?: string;
  /**
   * Where the entries are: an XPath 1.0 that selects nodes. The reply is then read at its end.
   * @defaultValue all `result` elements
   */
  readonly path?: string | undefined;
  /**
   * Checks each value. XML has no types: texts are read as the numbers, booleans and lists that the schema's JSON Schema
   * declares, and stay texts without one. @defaultValue any value
   */
  readonly schema?: ValueSchema<R> | undefined;
}

/**
 * Replies in XML: `<results><result><index>1</index><value>…</value></result>…</results>` is asked for (one `<result>` without
 * index for one record). No provider can enforce it. A DOCTYPE is refused, and so are entities other than XML's five.
 *
 * @example
 * ```ts
 * parseIndexed({ format: xml({ value: 'sentiment' }) })
 * ```
 *
 * @throws RangeError if `index` and `value` are the same, or no names of elements, or `path` is no XPath
 */
export function xml<R = unknown>(options: XmlFormatOptions<R> = {}): ReplyFormat<R> {
  const { index = 'index', value = 'value', path, schema } = options;
  requireName('index', index);
  if (value !== '*') requireName('value', value);
  if (index === value) throw new RangeError(`index and value must be two elements; got "${index}" twice`);
  const valueSchema = jsonSchemaOf(schema);
  const selectNodes = path === undefined ? undefined : selector(path);

  return {
    name: 'xml',
    schema,
    instruction: ({ ids }) => instruction(ids, index, value, path, valueSchema),
    replySchema: () => undefined,
    reader: ({ ids }) => {
      const fields = { index, value, alone: ids.length === 1, schema: valueSchema };
      return selectNodes === undefined ? new EntryReader(fields) : new PathReader(fields, selectNodes);
    },
  };
}

/** `response.format` `xml`, for the context of a model. */
export const xmlFormat: FormatFactory = { name: 'xml', create: xml };

/** XML's names, as far as models use them. An entry in an entry would be told from neither. */
function requireName(option: string, name: string): void {
  if (!/^[A-Za-z_][\w.-]*$/.test(name) || name === ENTRY)
    throw new RangeError(`${option} must be the name of an element, and not ${ENTRY}; got "${name}"`);
}

type SelectNodes = (root: Element) => readonly Node[];

/** @throws RangeError if `path` is no XPath, or selects no nodes but a text, a number or a boolean */
function selector(path: string): SelectNodes {
  const selectNodes: SelectNodes = ({ ownerDocument }) => {
    // The library's types know the DOM of browsers only.
    const found = xpath.select(path, ownerDocument as unknown as globalThis.Node);
    if (!xpath.isArrayOfNodes(found)) throw new TypeError('it selects no nodes');
    return found as unknown as readonly Node[];
  };
  try {
    selectNodes(parseElement('<none/>'));
    return selectNodes;
  } catch (cause) {
    throw new RangeError(`path must be an XPath 1.0 that selects nodes; got "${path}"`, { cause });
  }
}

/** The same for all prompts of two records or more, so that a provider can cache it. */
function instruction(
  ids: ReplyShape['ids'],
  index: string,
  value: string,
  path: string | undefined,
  schema: JsonSchema | undefined,
): string {
  const answer = value === '*' ? '<…>an element for each field of your answer</…>' : `<${value}>your answer</${value}>`;
  const rule =
    schema === undefined
      ? ''
      : ` Your answer follows this JSON Schema, with an element for each field and one for each item of a list: ${JSON.stringify(schema)}`;
  const escaping = 'Write < as &lt; and & as &amp;.';
  const isNumbered = typeof ids[0] === 'number';
  const named = isNumbered ? 'its number' : 'the name that it is given by';
  const entry = ids.length === 1 ? answer : `<${index}>${isNumbered ? '1' : 'name'}</${index}>${answer}`;
  const one = path === undefined ? `<${ENTRY}>${entry}</${ENTRY}>` : `an element with ${entry}`;
  const where = path === undefined ? 'in this form:' : `in which the XPath ${path} selects`;
  if (ids.length === 1) return `Reply with XML only, ${where} ${one} ${escaping}${rule}`;
  const form = path === undefined ? `<${LIST}>${one}…</${LIST}>` : one;
  return `Reply with XML only, with one element for each input, under ${named}, ${where} ${form} ${escaping}${rule}`;
}

/** Reads entries as they close. */
class EntryReader extends EntryScanner implements ReplyReader {
  malformed = 0;
  #closed: ReplyEntry[] = [];

  constructor(fields: ElementFields) {
    super([fields.index, fields.value], ({ text, ...place }) => {
      try {
        this.#closed.push({ ...place, nested: false, ...entryOf(parseElement(text), fields) });
      } catch {
        this.malformed++;
        this.unread.push(place);
      }
    });
  }

  override push(text: string): readonly ReplyEntry[] {
    super.push(text);
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }

  end(isWhole: boolean): readonly ReplyEntry[] {
    this.cutOff(isWhole);
    return [];
  }
}

/** Reads what a path selects at the end of the reply. */
class PathReader implements ReplyReader {
  malformed = 0;
  readonly opensReply = false;
  readonly #collector = new DocumentCollector();
  readonly #fields: ElementFields;
  readonly #select: SelectNodes;

  constructor(fields: ElementFields, selectNodes: SelectNodes) {
    this.#fields = fields;
    this.#select = selectNodes;
  }

  get firstPayload(): number {
    return this.#collector.firstPayload;
  }

  get unread(): readonly DocumentPlace[] {
    return this.#collector.unread;
  }

  push(text: string): readonly ReplyEntry[] {
    this.#collector.push(text);
    return [];
  }

  end(isWhole: boolean): readonly ReplyEntry[] {
    return [...this.#collector.documents(isWhole)].flatMap(({ text, ...place }) =>
      this.#attempt(place, () => this.#select(parseElement(text))).flatMap((node) =>
        this.#attempt(place, () => [{ ...place, nested: true, ...this.#entryOf(node) }]),
      ),
    );
  }

  /** What can be read of a document; or nothing, and a doubt. */
  #attempt<Found>(place: DocumentPlace, read: () => readonly Found[]): readonly Found[] {
    try {
      return read();
    } catch {
      this.malformed++;
      this.#collector.unread.push(place);
      return [];
    }
  }

  /** An attribute or a text that is selected is a value without an index. */
  #entryOf(node: Node): Pick<ReplyEntry, 'id' | 'value'> {
    if (isElement(node)) return entryOf(node, this.#fields);
    return { id: undefined, value: asDeclared(node.nodeValue ?? '', this.#fields.schema) };
  }
}
