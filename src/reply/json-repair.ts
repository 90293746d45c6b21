import { jsonrepair } from 'jsonrepair';
import type { DocumentPlace, ReplyEntry, ReplyReader } from '../types/reply.js';
import { type EntryFields, JsonReader, type JsonRepair, parseOnce } from './json.js';
import { documentSpans } from './json-spans.js';
import { Prose } from './prose.js';
import { saysTheSame } from './says-the-same.js';

/** Characters of a longer text are not repaired: the library looks at some of them more than once. */
const LONGEST = 100_000;

/**
 * Repairs replies that are almost JSON, for `json({ repair: jsonRepair })`, with the library jsonrepair: other quotes or none,
 * commas that are missing or too many, comments, line breaks in strings, Python's `True`, `False` and `None`.
 *
 * A repair is only taken if it says exactly what the text says: the same words and numbers in the same brackets, each string
 * closed by the quote that opened it, and no key twice. So nothing that was cut off is completed, and no two entries become one.
 *
 * An entry is repaired as it closes. At the end of a whole reply in which nothing could be read, all of it is repaired,
 * document by document.
 */
export const jsonRepair: JsonRepair = { parse, reader: (fields) => new RepairingReader(fields) };

function parse(text: string): unknown {
  try {
    return parseOnce(text);
  } catch (error) {
    if (text.length > LONGEST) throw error;
    return repaired(text).value;
  }
}

/** @throws Error if the text cannot be repaired without changing what it says */
function repaired(text: string): { readonly json: string; readonly value: unknown } {
  const json = jsonrepair(text);
  const value = JSON.parse(json) as unknown;
  if (!saysTheSame(text, json, value)) throw new Error('the repaired text says something else');
  return { json, value };
}

class RepairingReader implements ReplyReader {
  readonly #fields: EntryFields;
  #reader: JsonReader;
  /** The reply so far, until something of it could be read. */
  #text: string | null = '';

  constructor(fields: EntryFields) {
    this.#fields = fields;
    this.#reader = new JsonReader(fields, parse);
  }

  get opensReply(): boolean {
    return this.#reader.opensReply;
  }

  get firstPayload(): number {
    return this.#reader.firstPayload;
  }

  get unread(): readonly DocumentPlace[] {
    return this.#reader.unread;
  }

  get malformed(): number {
    return this.#reader.malformed;
  }

  push(text: string): readonly ReplyEntry[] {
    const closed = this.#reader.push(text);
    if (closed.some((entry) => this.#isRead(entry))) this.#text = null;
    else if (this.#text !== null) this.#text += text;
    return closed;
  }

  /** A value without an index may be part of an entry that could not be read. */
  #isRead({ id }: ReplyEntry): boolean {
    return this.#fields.alone || id !== undefined;
  }

  end(isWhole: boolean): readonly ReplyEntry[] {
    this.#reader.end(isWhole);
    if (!isWhole || this.#text === null || this.#text.length > LONGEST) return [];
    const again = new JsonReader(this.#fields);
    const entries = again.push(withValidDocuments(this.#text));
    again.end(isWhole);
    if (entries.length > 0) this.#reader = again;
    return entries;
  }
}

/** The reply with each document in it as valid JSON, where that says the same. */
function withValidDocuments(text: string): string {
  let valid = '';
  let last = 0;
  for (const { start, end } of documentSpans(text, new Prose())) {
    valid += text.slice(last, start) + validJson(text.slice(start, end));
    last = end;
  }
  return valid + text.slice(last);
}

function validJson(document: string): string {
  try {
    JSON.parse(document);
    return document;
  } catch {
    try {
      return repaired(document).json;
    } catch {
      return document;
    }
  }
}
