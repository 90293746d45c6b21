import type { DocumentPlace, EntryPlace } from '../types/reply.js';
import { Capture } from './capture.js';
import { Prose } from './prose.js';

/**
 * Takes the text of a value that closed in the reply, from its first character to its last, and where it stood: documents with nothing
 * but blanks, punctuation and digits between them are one payload; each further list of a document is one of its own.
 */
type Give = (text: string, place: EntryPlace) => void;

const BRACKET = /[[{]/g;
/** What ends a stretch of plain characters in a string. JSON has no line breaks in strings: with one, it is no JSON. */
const STRING_STOP = /["\\\n\r]/g;
const VALUE_START = /["[{\-\dtfn]/;
/** More than any such key has. */
const KEY_LIMIT = 99;
/** What begins the keys of those who write JavaScript, or Python. */
const LOOSE_KEY = /['‘“`\w]/;
/** Such a key, and nothing else, in front of what it is the key of. */
const LOOSE_WRAPPER = /^['‘“`]?[\w -]{1,50}['’”`]?\s{0,5}:\s{0,5}$/;
const VALUE = /^["[{]|^(?:-?\d[\d.eE+-]*|true|false|null)$/;

/**
 * Finds JSON in a reply that arrives in pieces: the elements of a list, those of the lists inside an object, and objects one
 * after the other; prose, fences and `<think>` blocks around them are passed over. Values are cut out by their brackets and
 * quotes; whether they are JSON is for `JSON.parse` to say. Every character is looked at a constant number of times, so the
 * work is linear in the reply's length, and the borders of the pieces do not matter.
 *
 * A document that is an object is an entry, and given whole, as soon as its `entryKey` is seen; until then, the elements of its
 * lists are given. With `null` any key makes an entry.
 */
export class JsonScanner {
  protected readonly entryKey: string | null;
  readonly #give: Give;

  /** Documents that looked like data, and could not be read to their end. */
  readonly unread: DocumentPlace[] = [];

  /** What stands between the documents, and counts them. */
  protected readonly prose = new Prose();

  /** Open brackets; 0 in prose. */
  #depth = 0;
  /** The depth of the list whose elements are given; 0 outside of one. */
  #listDepth = 0;
  /** The document is an entry: it is given whole, and nothing in it is looked at. */
  #isEntry = false;
  /** What stands next between values; `bare` is inside a number or word. */
  #expected: 'value' | 'bare' | 'end' = 'value';
  #inString = false;
  #escaped = false;
  /** The value that is open, and the document, where it may have to be given whole. */
  readonly #value = new Capture();
  readonly #whole = new Capture();
  /** A document that broke off at its first key, and what stood there: whether it was data is seen at the next bracket. */
  #loose: { readonly place: DocumentPlace; text: string } | undefined;
  /** The document holds what begins like data; brackets in prose seldom do. */
  #hasData = false;
  /** The last value in an object that is looked at: a key, if a colon follows. */
  #key = '';
  #hasList = false;

  constructor(entryKey: string | null, give: Give) {
    this.entryKey = entryKey;
    this.#give = give;
  }

  /** True if nothing but blanks, a byte-order mark or a fence came before the first document. */
  get opensReply(): boolean {
    return this.prose.opensReply();
  }

  /** Payloads before this one were the model's thoughts. */
  get firstPayload(): number {
    return this.prose.firstPayload;
  }

  get #inList(): boolean {
    return this.#depth === this.#listDepth;
  }

  /** Between the values that are looked at: in objects, or in the list in them. */
  get #isBetween(): boolean {
    return !this.#isEntry && (this.#listDepth === 0 || this.#inList);
  }

  /** Takes the next piece; values that close in it are given at once. */
  push(piece: string): void {
    for (let at = 0; at < piece.length;) {
      if (this.#depth === 0) at = this.#readProse(piece, at);
      else if (this.#inString) at = this.#readString(piece, at);
      else if (this.#isBetween) at = this.#readBetween(piece, at);
      else at = this.#readInside(piece, at);
    }
    this.#value.carry(piece);
    this.#whole.carry(piece);
  }

  #readProse(piece: string, at: number): number {
    const stop = search(BRACKET, piece, at);
    const prose = piece.slice(at, stop);
    this.prose.take(prose);
    if (this.#loose !== undefined) this.#loose.text = (this.#loose.text + prose).slice(0, KEY_LIMIT);
    const bracket = piece.charAt(stop);
    if (this.prose.thinking) this.prose.take(bracket);
    else if (bracket !== '') this.#openDocument(bracket, stop);
    return stop + 1;
  }

  #openDocument(bracket: string, at: number): void {
    this.#settleLoose();
    this.prose.open();
    this.#depth = 1;
    this.#listDepth = bracket === '[' ? 1 : 0;
    this.#expected = 'value';
    this.#hasList = false;
    this.#hasData = false;
    this.#isEntry = false;
    if (bracket === '{') this.#whole.begin(at);
  }

  #readString(piece: string, at: number): number {
    if (this.#escaped) {
      this.#escaped = false;
      return at + 1;
    }
    const stop = search(STRING_STOP, piece, at);
    const char = piece.charAt(stop);
    if (char === '\\') this.#escaped = true;
    else if (char === '"') {
      this.#inString = false;
      if (this.#isBetween) this.#endValue(piece, stop + 1);
    } else if (char !== '') return this.#breakOff(piece, stop);
    return stop + 1;
  }

  /** One character between the values that are looked at: here prose shows itself as such. */
  #readBetween(piece: string, at: number): number {
    const char = piece.charAt(at);
    const inList = this.#inList;
    const isBlank = /\s/.test(char);
    const closes = char === (inList ? ']' : '}');
    if (this.#expected === 'bare') {
      if (!isBlank && !closes && char !== ',') return at + 1;
      if (!this.#endValue(piece, at)) return this.#breakOff(piece, at);
    }
    if (closes) this.#close(piece, at + 1);
    else if (this.#expected === 'end' && (char === ',' || (char === ':' && !inList))) {
      this.#expected = 'value';
      this.#isEntry = char === ':' && this.#depth === 1 && this.#isEntryKey(this.#key);
    } else if (this.#expected === 'value' && VALUE_START.test(char)) this.#beginValue(char, at);
    else if (!isBlank) return this.#breakOff(piece, at);
    return at + 1;
  }

  /** Models that write ASCII only escape what is in a key. */
  #isEntryKey(key: string): boolean {
    try {
      return this.entryKey === null || JSON.parse(key) === this.entryKey;
    } catch {
      return false;
    }
  }

  #beginValue(char: string, at: number): void {
    this.#value.begin(at);
    this.#hasData ||= /["[{]/.test(char);
    if (char === '"') this.#inString = true;
    else if (char === '{' || char === '[') {
      this.#depth++;
      if (char === '{' || this.#listDepth > 0) return;
      this.#listDepth = this.#depth;
      // An example in another list of the same document must not fill a gap in the answer.
      if (this.#hasList) this.prose.payload++;
      this.#hasList = true;
    } else this.#expected = 'bare';
  }

  #readInside(piece: string, at: number): number {
    const char = piece.charAt(at);
    if (char === '"') this.#inString = true;
    else if (char === '{' || char === '[') this.#depth++;
    else if (char === '}' || char === ']') this.#close(piece, at + 1);
    return at + 1;
  }

  /** A value ended that is looked at. False if it is none. */
  #endValue(piece: string, end: number): boolean {
    this.#key = this.#value.end(piece, end);
    this.#expected = 'end';
    const isValue = VALUE.test(this.#key);
    this.#hasData ||= isValue;
    if (isValue && this.#inList) this.#emit(this.#key, true);
    return isValue;
  }

  #close(piece: string, end: number): void {
    this.#depth--;
    if (this.#depth === 0) {
      const whole = this.#whole.end(piece, end);
      if (whole !== '' && (this.#isEntry || !this.#hasList)) this.#emit(whole, false);
      return;
    }
    if (this.#depth < this.#listDepth) this.#listDepth = 0;
    else if (this.#inList) this.#endValue(piece, end);
    this.#expected = 'end';
  }

  /**
   * The reply is over: a document that is still open was cut off. If the reply was not whole, so was what would have come after its
   * prose: what stood before it may have been an example, unless it opens the reply.
   */
  protected cutOff(isWhole: boolean): void {
    if (this.#loose !== undefined) this.unread.push(this.#loose.place);
    if (this.#depth > 0) {
      if (this.#hasData || !(isWhole || this.opensReply)) this.unread.push(this.prose.place);
    } else if (!isWhole && !this.opensReply) this.unread.push(this.prose.next);
  }

  /** What looked like a document is none from here on: what closed in it stands, and the rest is prose. */
  #breakOff(piece: string, at: number): number {
    const { place } = this.prose;
    if (this.#hasData) this.unread.push(place);
    else if (this.#listDepth === 0 && LOOSE_KEY.test(piece.charAt(at))) this.#loose = { place, text: '' };
    this.#depth = 0;
    this.prose.apart = true;
    this.#inString = false;
    this.#escaped = false;
    this.#value.drop();
    this.#whole.drop();
    return at;
  }

  /** The key of an object around the answer is none of it; anything else was data that could not be read. */
  #settleLoose(): void {
    if (this.#loose !== undefined && !LOOSE_WRAPPER.test(this.#loose.text)) this.unread.push(this.#loose.place);
    this.#loose = undefined;
  }

  #emit(text: string, nested: boolean): void {
    const { document, payload } = this.prose;
    this.#give(text, { document, payload, nested });
  }
}

/** Where the next match of a global pattern of one character stands; the piece's length if there is none. */
function search(pattern: RegExp, piece: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(piece) ? pattern.lastIndex - 1 : piece.length;
}
