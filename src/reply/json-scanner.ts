import { Capture } from './capture.js';

/** A value that closed in the reply's text, and where it stood. */
export interface ScannedValue {
  /** The value's text, from its first character to its last. */
  readonly text: string;
  /** Number of the JSON document that it is, or is part of, from 0. */
  readonly document: number;
  /** Number of the payload: documents with nothing but blanks, punctuation and digits between them are one payload. */
  readonly payload: number;
  /** True for an element of a list, false for a whole document. */
  readonly nested: boolean;
}

/** What the scanner is in the middle of: prose, a `<think>` block, a document that it takes apart, a value inside of it. */
type State = 'prose' | 'thoughts' | 'document' | 'value';

const BACKSLASH = 0x5c;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const LESS = 0x3c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const SPACE = 0x20;

/** Prose in front of the first document that still lets it open the reply: blanks, a byte-order mark, a fence. */
const OPENING = /^[\s\uFEFF]*(?:```[\w-]*\s*)?$/;
const OPENING_LIMIT = 64;
const THINK_TAG = /^<(\/?)think(?:ing)?>$/i;
const TAG_LIMIT = '</thinking>'.length;
const BARE_VALUE = /^(?:-?\d[\d.eE+-]*|true|false|null)$/;

/**
 * Finds JSON in a reply that arrives in pieces: the elements of a list, those of the lists inside an object, and objects one
 * after the other; prose, fences and `<think>` blocks around them are passed over. Values are cut out by their brackets and
 * quotes; whether they are JSON is for `JSON.parse` to say. Every character is looked at a constant number of times, so the
 * work is linear in the reply's length, and the borders of the pieces do not matter.
 *
 * With an `indexField`, a document that is an object is an entry as soon as this key is seen in it; until then, the elements
 * of its lists are given. With `null`, documents are given whole.
 */
export class JsonScanner {
  /** Payloads before this one were the model's thoughts. */
  firstPayload = 0;

  readonly #indexKey: string | null;
  readonly #give: (value: ScannedValue) => void;
  #state: State = 'prose';

  /** Prose in front of the first document, as far as it matters. */
  #opening = '';
  /** What may become a tag in the prose, from its `<`. */
  #tag = '';
  #document = -1;
  #payload = 0;
  /** Something other than blanks, punctuation and digits stood since the last document, or that broke off. */
  #apart = false;

  /** Open brackets of the current document that are not part of a value, outermost first. */
  #open: number[] = [];
  #expected: 'value' | 'key' | 'colon' | 'comma' = 'value';
  #hasList = false;
  /** The document's text, where it may have to be given whole. */
  readonly #whole = new Capture();

  readonly #current = new Capture();
  /** Open brackets inside the current value; 0 in a bare string, number or word. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  #isKey = false;

  constructor(indexField: string | null, give: (value: ScannedValue) => void) {
    this.#indexKey = indexField;
    this.#give = give;
  }

  /** True if nothing but blanks, a byte-order mark or a fence came before the first document. */
  get opensReply(): boolean {
    return this.#document >= 0 && OPENING.test(this.#opening);
  }

  /** Takes the next piece; values that close in it are given at once. */
  push(piece: string): void {
    for (let at = 0; at < piece.length;) {
      if (this.#state === 'value') at = this.#readValue(piece, at);
      else if (this.#state === 'document') at = this.#readDocument(piece, at);
      else at = this.#readProse(piece, at);
    }
    this.#current.carry(piece);
    this.#whole.carry(piece);
  }

  #readProse(piece: string, at: number): number {
    const code = piece.charCodeAt(at);
    if (this.#state === 'prose' && (code === OPEN_BRACE || code === OPEN_BRACKET)) {
      this.#openDocument(code, at);
      return at + 1;
    }
    const char = piece.charAt(at);
    this.#readTag(code, char);
    if (this.#document < 0 && this.#opening.length < OPENING_LIMIT) this.#opening += char;
    this.#apart ||= isLetter(code);
    return at + 1;
  }

  #readTag(code: number, char: string): void {
    if (code === LESS) this.#tag = char;
    else if (this.#tag !== '') this.#tag = this.#tag.length < TAG_LIMIT ? this.#tag + char : '';
    const match = THINK_TAG.exec(this.#tag);
    if (match === null) return;
    this.#tag = '';
    const closes = match[1] !== '';
    // Some models' thoughts begin without a tag: all before the closing one was thought.
    if (closes && this.#state === 'prose' && this.#document >= 0) this.firstPayload = this.#payload + 1;
    this.#state = closes ? 'prose' : 'thoughts';
  }

  #openDocument(bracket: number, at: number): void {
    if (this.#apart && this.#document >= 0) this.#payload++;
    this.#document++;
    this.#apart = false;
    this.#tag = '';
    this.#state = 'document';
    this.#open = [bracket];
    this.#expected = bracket === OPEN_BRACE ? 'key' : 'value';
    this.#hasList = false;
    if (bracket === OPEN_BRACE || this.#indexKey === null) this.#whole.begin(at);
  }

  /** One step between the values of the document. */
  #readDocument(piece: string, at: number): number {
    const code = piece.charCodeAt(at);
    if (isBlank(code)) return at + 1;
    const inList = this.#open.at(-1) === OPEN_BRACKET;
    if (code === (inList ? CLOSE_BRACKET : CLOSE_BRACE) && this.#expected !== 'colon') {
      // Also after a comma: models leave trailing ones.
      if (this.#expected === 'value' && !inList) return this.#breakOff(at);
      return this.#closeBracket(piece, at);
    }
    if (this.#expected === 'comma' && code === COMMA) this.#expected = inList ? 'value' : 'key';
    else if (this.#expected === 'colon' && code === COLON) this.#expected = 'value';
    else if (this.#expected === 'key' && code === QUOTE) this.#beginValue(code, at);
    else if (this.#expected === 'value' && !inList && (code === OPEN_BRACE || code === OPEN_BRACKET)) {
      this.#open.push(code);
      this.#hasList ||= code === OPEN_BRACKET;
      this.#expected = code === OPEN_BRACE ? 'key' : 'value';
    } else if (this.#expected === 'value' && startsValue(code)) this.#beginValue(code, at);
    else return this.#breakOff(at);
    return at + 1;
  }

  #beginValue(code: number, at: number): void {
    this.#state = 'value';
    this.#current.begin(at);
    this.#depth = code === OPEN_BRACE || code === OPEN_BRACKET ? 1 : 0;
    this.#inString = code === QUOTE;
    this.#isKey = this.#expected === 'key';
  }

  #readValue(piece: string, start: number): number {
    for (let at = start; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code < SPACE && code !== 0x09) return this.#breakOff(at);
        else if (code === QUOTE) {
          this.#inString = false;
          if (this.#depth === 0) return this.#endValue(piece, at + 1);
        }
      } else if (this.#depth === 0) {
        if (isBlank(code) || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET)
          return this.#endValue(piece, at);
      } else if (code === QUOTE) this.#inString = true;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.#depth++;
      else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --this.#depth === 0)
        return this.#endValue(piece, at + 1);
    }
    return piece.length;
  }

  #endValue(piece: string, end: number): number {
    if (this.#open.length === 0) {
      this.#endDocument(this.#current.end(piece, end));
      return end;
    }
    const text = this.#current.end(piece, end);
    this.#state = 'document';
    if (this.#isKey) {
      this.#expected = 'colon';
      if (this.#open.length === 1 && this.#indexKey !== null && parsesTo(text, this.#indexKey)) this.#takeWhole();
      return end;
    }
    this.#expected = 'comma';
    if (!/^["{[]/.test(text) && !BARE_VALUE.test(text)) return this.#breakOff(end);
    if (this.#indexKey !== null && this.#open.at(-1) === OPEN_BRACKET) this.#giveValue(text, true);
    return end;
  }

  /** The document is an entry: from here on it is one value. */
  #takeWhole(): void {
    this.#current.moveFrom(this.#whole);
    this.#state = 'value';
    this.#open = [];
    this.#depth = 1;
    this.#inString = false;
    this.#isKey = false;
  }

  #closeBracket(piece: string, at: number): number {
    this.#open.pop();
    this.#expected = 'comma';
    if (this.#open.length > 0) return at + 1;
    const whole = this.#whole.end(piece, at + 1);
    this.#endDocument(this.#indexKey === null || !this.#hasList ? whole : '');
    return at + 1;
  }

  #endDocument(whole: string): void {
    this.#state = 'prose';
    if (whole !== '') this.#giveValue(whole, false);
  }

  /** What looked like a document is none from here on: what closed in it stands, and the rest is prose. */
  #breakOff(at: number): number {
    this.#state = 'prose';
    this.#apart = true;
    this.#inString = false;
    this.#escaped = false;
    this.#current.drop();
    this.#whole.drop();
    return at;
  }

  #giveValue(text: string, nested: boolean): void {
    this.#give({ text, document: this.#document, payload: this.#payload, nested });
  }
}

function isBlank(code: number): boolean {
  return code === SPACE || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Letters of ASCII, and all beyond ASCII. */
function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code > 0x7f;
}

/** What a JSON value can begin with: a bracket, a quote, a minus, a digit, or the first letter of true, false, null. */
function startsValue(code: number): boolean {
  const char = String.fromCharCode(code);
  return '{["-tfn'.includes(char) || (char >= '0' && char <= '9');
}

function parsesTo(text: string, expected: string): boolean {
  try {
    return JSON.parse(text) === expected;
  } catch {
    return false;
  }
}
