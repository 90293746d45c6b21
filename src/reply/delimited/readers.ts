import type { DocumentPlace, JsonSchema, ReplyEntry, ReplyReader } from '../../types/reply.js';
import { asDeclared, fieldSchema } from '../declared-type.js';
import { LineReader } from './line-reader.js';
import { type Groups, matchesIn, PatternTaker, withoutThoughts } from './pattern-taker.js';
import { type RecordRules, RecordTaker } from './record-taker.js';

/** What makes an entry of named texts. */
export interface TextFields {
  readonly index: string;
  readonly value: string;
  /** The prompt has one record, and asks for it without an index. */
  readonly alone: boolean;
  readonly schema: JsonSchema | undefined;
}

/** What lines give, as they close. */
abstract class LinesReader implements ReplyReader {
  #closed: ReplyEntry[] = [];
  readonly #fields: TextFields;

  constructor(fields: TextFields) {
    this.#fields = fields;
  }

  abstract readonly malformed: number;
  abstract readonly unread: DocumentPlace[];
  protected abstract readonly lines: LineReader;

  get opensReply(): boolean {
    return this.lines.opensReply;
  }

  get firstPayload(): number {
    return this.lines.firstPayload;
  }

  push(text: string): readonly ReplyEntry[] {
    this.lines.push(text);
    return this.#give();
  }

  end(isWhole: boolean): readonly ReplyEntry[] {
    const cutOff = this.lines.end(isWhole);
    if (cutOff !== null) this.unread.push(cutOff);
    return this.#give();
  }

  protected add(groups: Groups, place: DocumentPlace): void {
    this.#closed.push(entryOf(groups, place, this.#fields));
  }

  #give(): readonly ReplyEntry[] {
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }
}

/** Reads one record a line, in columns. */
export class ColumnsReader extends LinesReader {
  readonly #taker: RecordTaker;
  protected readonly lines: LineReader;

  constructor(rules: RecordRules, fields: TextFields) {
    super(fields);
    const [index = '', ...columns] = rules.columns;
    this.#taker = new RecordTaker(rules, ({ id, values, ...place }) => {
      const named = columns.map((name, at) => [name, values[at]] as const);
      this.add(Object.fromEntries([[index, id], ...named]), place);
    });
    this.lines = new LineReader(this.#taker);
  }

  get malformed(): number {
    return this.#taker.malformed;
  }

  get unread(): DocumentPlace[] {
    return this.#taker.unread;
  }
}

/** Reads the lines that a pattern matches. */
export class PatternReader extends LinesReader {
  readonly #taker: PatternTaker;
  protected readonly lines: LineReader;

  constructor(pattern: RegExp, fields: TextFields) {
    super(fields);
    this.#taker = new PatternTaker(pattern, (groups, place) => {
      this.add(groups, place);
    });
    this.lines = new LineReader(this.#taker);
  }

  get malformed(): number {
    return this.#taker.malformed;
  }

  get unread(): DocumentPlace[] {
    return this.#taker.unread;
  }
}

/** Reads what a pattern matches in the whole reply, at its end. */
export class TextReader implements ReplyReader {
  readonly malformed = 0;
  readonly opensReply = false;
  readonly firstPayload = 0;
  readonly unread: DocumentPlace[] = [];
  readonly #pattern: RegExp;
  readonly #fields: TextFields;
  #text = '';

  constructor(pattern: RegExp, fields: TextFields) {
    this.#pattern = pattern;
    this.#fields = fields;
  }

  push(text: string): readonly ReplyEntry[] {
    this.#text += text;
    return [];
  }

  end(isWhole: boolean): readonly ReplyEntry[] {
    const { found, isUnsure } = matchesIn(withoutThoughts(this.#text), this.#pattern, isWhole);
    if (isUnsure) this.unread.push({ document: 0, payload: 1 });
    return found.map((groups, document) => entryOf(groups, { document, payload: 0 }, this.#fields));
  }
}

function entryOf(groups: Groups, place: DocumentPlace, fields: TextFields): ReplyEntry {
  const id = fields.alone ? undefined : groups[fields.index];
  return { ...place, nested: false, id, value: valueOf(groups, fields) };
}

/** One of the texts, or all of them as an object; `undefined` if there is none. */
function valueOf(groups: Groups, { index, value, schema }: TextFields): unknown {
  if (value !== '*') {
    const text = groups[value];
    return text === undefined ? undefined : asDeclared(text, schema);
  }
  const texts = Object.entries(groups).filter((group): group is [string, string] => group[1] !== undefined);
  const named = texts.filter(([name]) => name !== index);
  if (named.length === 0) return undefined;
  return Object.fromEntries(named.map(([name, text]) => [name, asDeclared(text, fieldSchema(schema, name))]));
}
