import { parse } from 'csv-parse/browser/esm/sync';
import type { RecordId } from '../../types/prompt.js';
import type { DocumentPlace } from '../../types/reply.js';
import type { Prose } from '../prose.js';
import type { LineTaker } from './line-reader.js';

/** A record of a reply: what names it, and its values; `undefined` is one that is empty and has no quotes. */
export interface DelimitedRecord extends DocumentPlace {
  readonly id: string;
  readonly values: readonly (string | undefined)[];
}

export interface RecordRules {
  readonly separator: string;
  /** The names of all columns, the index first. A line of them is a header. */
  readonly columns: readonly string[];
  /** Whom the reply may name. Of one, the index is left empty. */
  readonly ids: readonly RecordId[];
}

const CLOSES_THOUGHTS = /<\/think(?:ing)?>\s*$/i;
/** What the library trims around a field. */
const BLANK = /[ \t\r\f]/;
const INDEX = /^\d{1,15}(?:\.0+)?$/;
const DIGIT = /\d/;
/** What a nonce may have become in the hands of a model. */
const NONCE = /^[a-z\d]{6}$/i;

/**
 * Reads one record a line (RFC 4180, with any separator): a line that begins with an index and a separator. A value in quotes may hold
 * separators, line breaks and doubled quotes. A record that has another number of fields, or goes on after its closing quote,
 * is malformed; and so are those under a header that names the columns in another order.
 */
export class RecordTaker implements LineTaker {
  malformed = 0;
  /** Places of what looked like records, and could not be read to their end. */
  readonly unread: DocumentPlace[] = [];
  readonly #rules: RecordRules;
  readonly #header: string;
  readonly #give: (record: DelimitedRecord) => void;
  /** The record whose quotes are open, so far. */
  #open = '';
  #isOpen = false;
  #id = '';
  #place: DocumentPlace = { document: 0, payload: 0 };
  /** What comes next stands under a header that contradicts the columns; and the payload that does. */
  #isMisled = false;
  #misled = -1;

  constructor(rules: RecordRules, give: (record: DelimitedRecord) => void) {
    this.#rules = rules;
    this.#header = rules.columns.join(rules.separator);
    this.#give = give;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  take(line: string, prose: Prose): boolean {
    if (this.#isOpen) {
      this.#open += `\n${line}`;
      this.#readOn(endState(line, 'quoted', 0, this.#rules.separator));
      return true;
    }
    const { separator } = this.#rules;
    const border = line.indexOf(separator);
    if (border < 0) return false;
    const id = unquoted(line.slice(0, border));
    if (!this.#isId(id)) return this.#takeOther(line, prose);
    const end = endState(line, 'start', border + separator.length, separator);
    // Thoughts that began without a tag may end behind what looks like a record.
    if (end === 'bare' && CLOSES_THOUGHTS.test(line)) return false;
    this.#id = id;
    prose.open();
    this.#place = prose.place;
    if (this.#isMisled) this.#misled = prose.payload;
    this.#isMisled = false;
    this.#open = line;
    this.#readOn(end);
    return true;
  }

  end(line: string, prose: Prose, isSure: boolean): DocumentPlace | null {
    // An open record stays without its end.
    if (this.#isOpen) this.#refuse();
    if (this.#isOpen) return null;
    const border = line.indexOf(this.#rules.separator);
    if (border >= 0 && this.#isId(unquoted(line.slice(0, border)))) return prose.next;
    prose.take(line);
    return isSure ? null : prose.next;
  }

  /** A header; or a line that names a record in another way, which no one can read, but which may be its answer. */
  #takeOther(line: string, prose: Prose): boolean {
    const isHeader = withoutBlanks(line) === withoutBlanks(this.#header);
    const { columns, ids, separator } = this.#rules;
    const names = line.split(separator).map((name) => unquoted(name));
    if (isHeader || names.some((name, at) => columns.includes(name) && columns[at] !== name)) {
      prose.apart ||= !isHeader;
      this.#isMisled = !isHeader;
      this.#misled = -1;
      return true;
    }
    const isNamed =
      ids.length > 1 && (typeof ids[0] === 'number' ? DIGIT.test(line) : names.some((name) => ids.includes(name)));
    if (isNamed) {
      prose.open();
      this.unread.push(prose.place);
      prose.apart = true;
    }
    return false;
  }

  #refuse(): void {
    this.malformed++;
    this.unread.push(this.#place);
  }

  #isId(text: string): boolean {
    const { ids } = this.#rules;
    if (ids.length === 1) return text === '' || INDEX.test(text);
    return typeof ids[0] === 'string' ? ids.includes(text) || NONCE.test(text) : INDEX.test(text);
  }

  #readOn(end: FieldState): void {
    this.#isOpen = end === 'quoted';
    if (this.#isOpen) return;
    const record = this.#open;
    this.#open = '';
    // The library goes through bytes, which cannot hold half a pair.
    const isSound = end !== 'broken' && record.isWellFormed();
    const fields = isSound ? this.#fieldsOf(record) : [];
    if (fields.length !== this.#rules.columns.length || this.#place.payload === this.#misled) this.#refuse();
    else this.#give({ id: this.#id, values: fields.slice(1), ...this.#place });
  }

  #fieldsOf(record: string): readonly (string | undefined)[] {
    const [fields = []] = parse(record, {
      delimiter: this.#rules.separator,
      record_delimiter: ['\n'],
      trim: true,
      relax_quotes: true,
      cast: (value, { quoting }) => (quoting || value !== '' ? value : undefined),
    }) as unknown as (string | undefined)[][];
    return fields;
  }
}

/** Where reading stands in a line: before a field, in one with or without quotes, behind its closing quote, or lost. */
type FieldState = 'start' | 'bare' | 'quoted' | 'after' | 'broken';

/** How the fields of a line end. */
function endState(line: string, state: FieldState, from: number, separator: string): FieldState {
  let now = state;
  for (let at = from; at < line.length; at++) {
    const char = line.charAt(at);
    if (now === 'quoted') {
      at = line.indexOf('"', at);
      if (at < 0) return 'quoted';
      if (line.charAt(at + 1) === '"') at++;
      else now = 'after';
    } else if (line.startsWith(separator, at)) {
      if (now !== 'broken') now = 'start';
      at += separator.length - 1;
    } else if (!BLANK.test(char)) {
      if (now === 'start') now = char === '"' ? 'quoted' : 'bare';
      else if (now === 'after') now = 'broken';
    }
  }
  return now;
}

/** The index may stand in quotes, like any field. */
function unquoted(field: string): string {
  return field.trim().replace(/^"(.*)"$/, '$1');
}

function withoutBlanks(text: string): string {
  return text.replace(/\s/g, '');
}
