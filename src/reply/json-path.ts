import { compile } from 'json-p3';
import type { DocumentPlace, ReplyEntry, ReplyReader } from '../types/reply.js';
import { type EntryFields, entryOf, type JsonPath, type JsonRepair, parseOnce } from './json.js';
import { documentSpans } from './json-spans.js';
import { Prose } from './prose.js';

/**
 * Says where the entries of a JSON reply are, for `json({ path })`: a JSONPath (RFC 9535), evaluated by json-p3. Each node that it
 * selects is an entry; one that is no object is a value without an index. The reply is read at its end: a path may look at all
 * of it. A document that does not close selects nothing.
 *
 * @example
 * ```ts
 * json({ path: jsonPath('$.data[*]') })
 * ```
 *
 * @throws Error, json-p3's own, naming the place, if `path` is no JSONPath
 */
export function jsonPath(path: string): JsonPath {
  const query = compile(path);
  const select: Select = (document) => query.query(document as Parameters<typeof query.query>[0]).values();
  return { path, reader: (fields, repair) => new PathReader(fields, repair, select) };
}

type Select = (document: unknown) => readonly unknown[];

/** What documents begin with, and brackets in prose seldom do. */
const DATA = /[[{]\s*["'‘“`[{]|\{\s*[\w$]+\s*:/;

class PathReader implements ReplyReader {
  malformed = 0;
  readonly opensReply = false;
  readonly unread: DocumentPlace[] = [];
  readonly #prose = new Prose();
  readonly #fields: EntryFields;
  readonly #repair: JsonRepair | undefined;
  readonly #select: Select;
  #text = '';

  constructor(fields: EntryFields, repair: JsonRepair | undefined, select: Select) {
    this.#fields = fields;
    this.#repair = repair;
    this.#select = select;
  }

  get firstPayload(): number {
    return this.#prose.firstPayload;
  }

  push(text: string): readonly ReplyEntry[] {
    this.#text += text;
    return [];
  }

  end(isWhole: boolean): readonly ReplyEntry[] {
    const entries: ReplyEntry[] = [];
    let last = 0;
    for (const { start, end } of documentSpans(this.#text, this.#prose)) {
      const place = { ...this.#prose.place, nested: true };
      for (const node of this.#nodes(this.#text.slice(start, end))) entries.push(entryOf(node, place, this.#fields));
      last = end;
    }
    this.#doubt(this.#text.slice(last), isWhole);
    return entries;
  }

  /**
   * What comes behind the last document that closed: one that did not, if it is data. If the reply was not whole, what would have come
   * next may have been the answer, unless the first document opens the reply.
   */
  #doubt(rest: string, isWhole: boolean): void {
    const isSure = isWhole || this.#prose.opensReply();
    if (!this.#prose.thinking && DATA.test(rest)) this.unread.push(this.#prose.place);
    else if (!isSure) this.unread.push(this.#prose.next);
  }

  #nodes(document: string): readonly unknown[] {
    try {
      return this.#select(this.#parse(document));
    } catch {
      this.malformed++;
      if (DATA.test(document)) this.unread.push(this.#prose.place);
      return [];
    }
  }

  #parse(document: string): unknown {
    try {
      return parseOnce(document);
    } catch (error) {
      if (this.#repair === undefined) throw error;
      return this.#repair.parse(document);
    }
  }
}
