import { DOMParser, type Element, Node } from '@xmldom/xmldom';
import type { JsonSchema, ReplyEntry } from '../../types/reply.js';
import { asDeclared, fieldSchema, itemSchema } from '../declared-type.js';

/** What makes an entry of an element. */
export interface ElementFields {
  readonly index: string;
  /** The element that holds the value; `*` for all fields but the index, or for the text of an element that has none. */
  readonly value: string;
  /** The prompt has one record, and asks for it without an index. */
  readonly alone: boolean;
  /** What the value is declared as. */
  readonly schema: JsonSchema | undefined;
}

/** Deeper elements are not read: the library walks them by recursion. */
const DEEPEST = 200;

/** A `&` that begins no reference, and a `<` that begins no markup: what they mean is clear, and models forget to escape them. */
const UNESCAPED = /<!\[CDATA\[[^]*?\]\]>|<!--[^]*?-->|&(?!#?\w+;)|<(?![a-z_:/!?\x80-\uffff])/gi;

/**
 * Parses the text of one element.
 *
 * @throws Error if it is not well-formed, or names an entity other than the five of XML
 */
export function parseElement(text: string): Element {
  if (depthOf(text) > DEEPEST) throw new Error('the element is too deep');
  const escaped = text.replace(UNESCAPED, (match) => (match === '&' ? '&amp;' : match === '<' ? '&lt;' : match));
  const parser = new DOMParser({
    locator: false,
    // XML 1.0's; the library's own are those of XML 1.1, which take more characters for line breaks.
    normalizeLineEndings: (source) => source.replace(/\r\n?/g, '\n'),
    onError: (_, message) => {
      throw new Error(message);
    },
  });
  const root = parser.parseFromString(escaped, 'text/xml').documentElement;
  if (root === null) throw new Error('there is no element');
  return root;
}

/** An upper bound of how deep elements stand in each other. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [tag] of text.matchAll(/<(?:\/|[a-z_:\x80-\uffff][^<>]*>?)/gi)) {
    if (tag === '</') depth--;
    else if (!tag.endsWith('/>')) deepest = Math.max(deepest, ++depth);
  }
  return deepest;
}

/**
 * What an element says: its index, an attribute or an element in it, and its value. An element that has its index as an attribute, and
 * no elements in it, is its value itself.
 *
 * @throws Error if text stands between elements, or with `*` beside other attributes than the index; or if there are several values where
 * the schema declares no list
 */
export function entryOf(element: Element, fields: ElementFields): Pick<ReplyEntry, 'id' | 'value'> {
  const { index, value, alone, schema } = fields;
  const id = alone ? undefined : (textOf(element, index) ?? undefined);
  if (value === '*') return { id, value: wholeOf(element, schema, index) };
  const children = childrenOf(element);
  if (children.length > 0) requireNoText(element);
  const held = children.filter(({ nodeName }) => nodeName === value);
  const attribute = element.getAttribute(value);
  const isList = itemSchema(schema) !== undefined && attribute === null;
  if (!isList && held.length + Number(attribute !== null) > 1) throw new Error('the entry has more than one value');
  if (held.length > 0) return { id, value: fieldOf(held, schema) };
  if (attribute !== null) return { id, value: asDeclared(attribute, schema) };
  const isBare = children.length === 0 && (alone || element.hasAttribute(index));
  return { id, value: isBare ? asDeclared(ownText(element), schema) : undefined };
}

/** What an element's text says of a field: an attribute's, or a child's; `null` if there is none, or more than one. */
function textOf(element: Element, field: string): string | null {
  const held = childrenOf(element).filter(({ nodeName }) => nodeName === field);
  const texts = [element.getAttribute(field), ...held.map(ownText)].filter((text) => text !== null);
  return new Set(texts).size === 1 ? (texts[0] ?? null) : null;
}

/** All that an entry says beside its index: an object of its fields; or its text, if that is all there is. */
function wholeOf(element: Element, schema: JsonSchema | undefined, index: string): unknown {
  // Attributes are fields of an entry; elsewhere in a value they are layout.
  const attributes = Array.from(element.attributes)
    .filter(({ name }) => name !== index && !name.startsWith('xmlns'))
    .map(({ name, value }) => [name, asDeclared(value, fieldSchema(schema, name))] as const);
  if (attributes.length === 0 && childrenOf(element).length === 0) {
    const text = ownText(element);
    return text === '' ? {} : asDeclared(text, schema);
  }
  const { [index]: _, ...fields } = objectOf(element, schema);
  return { ...Object.fromEntries(attributes), ...fields };
}

/** @throws Error if text stands between its elements */
function objectOf(element: Element, schema: JsonSchema | undefined): Record<string, unknown> {
  requireNoText(element);
  const children = Map.groupBy(childrenOf(element), ({ nodeName }) => nodeName);
  return Object.fromEntries([...children].map(([name, held]) => [name, fieldOf(held, fieldSchema(schema, name))]));
}

/** Elements of one name: a list where the schema declares one, or where there are several. */
function fieldOf(held: readonly Element[], schema: JsonSchema | undefined): unknown {
  const items = itemSchema(schema);
  const [only, ...more] = held;
  if (items === undefined && only !== undefined && more.length === 0) return valueOf(only, schema);
  return held.map((element) => valueOf(element, items));
}

function valueOf(element: Element, schema: JsonSchema | undefined): unknown {
  return childrenOf(element).length === 0 ? asDeclared(ownText(element), schema) : objectOf(element, schema);
}

function childrenOf(element: Element): readonly Element[] {
  return Array.from(element.childNodes).filter(isElement);
}

export function isElement(node: Node): node is Element {
  return node.nodeType === Node.ELEMENT_NODE;
}

/** Blanks around a text are layout; those in a CDATA section are not. */
function ownText(element: Element): string {
  const parts = Array.from(element.childNodes).filter(({ nodeType }) => isText(nodeType));
  return parts
    .map(({ nodeType, nodeValue }, position) => {
      const text = nodeValue ?? '';
      if (nodeType !== Node.TEXT_NODE) return text;
      return trimLayout(text, position === 0, position === parts.length - 1);
    })
    .join('');
}

/** Without XML's blanks at its start, or its end. */
function trimLayout(text: string, atStart: boolean, atEnd: boolean): string {
  let [start, end] = [0, text.length];
  while (atStart && start < end && isBlank(text.charAt(start))) start++;
  while (atEnd && end > start && isBlank(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r';
}

function requireNoText(element: Element): void {
  const stray = Array.from(element.childNodes).some(
    ({ nodeType, nodeValue }) => isText(nodeType) && nodeValue?.trim() !== '',
  );
  if (stray) throw new Error('text stands between elements');
}

function isText(nodeType: number): boolean {
  return nodeType === Node.TEXT_NODE || nodeType === Node.CDATA_SECTION_NODE;
}
