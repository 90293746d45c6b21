import { StringDecoder } from 'node:string_decoder';
import { fieldAt, type JsonObject, parseJsonObject } from '../json.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** How deep an element of a list stands that is a field of the body. */
const ELEMENT_DEPTH = 2;

/**
 * Cuts the objects out of the lists of a JSON body (`{"requests": [{…}, {…}]}`) as it comes, so that a body of any length is read with one
 * element in memory. It only follows strings and brackets; what is JSON and what is not is for `JSON.parse` to say, of each
 * element by whoever takes it, and of the rest by {@link end}: there each element has left its number.
 */
export class ElementSplitter {
  /** The body with a number in the place of each element. */
  #rest = '';
  readonly #decoder = new StringDecoder('utf8');
  /** The element that is not over yet. */
  #element: Buffer[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;
  #count = 0;

  /** The elements that end in a piece of the body. */
  *push(piece: Buffer): Generator<string> {
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] ?? 0;
      if (this.#escaped) this.#escaped = false;
      else if (this.#inString) {
        if (byte === QUOTE) this.#inString = false;
        else this.#escaped = byte === BACKSLASH;
      } else if (byte === QUOTE) this.#inString = true;
      else if (OPENING.has(byte)) {
        if (this.#depth++ !== ELEMENT_DEPTH) continue;
        this.#leave(piece.subarray(from, at));
        from = at;
      } else if (CLOSING.has(byte) && --this.#depth === ELEMENT_DEPTH) {
        this.#element.push(piece.subarray(from, at + 1));
        from = at + 1;
        yield this.#closeElement();
      }
    }
    if (this.#depth > ELEMENT_DEPTH) this.#element.push(piece.subarray(from));
    else this.#leave(piece.subarray(from));
  }

  /**
   * The body is over.
   *
   * @param list - the field whose elements alone are expected
   * @returns the body with an empty list in that field; `null` if it is no JSON, or if other fields hold lists of objects
   */
  end(list: string): JsonObject | null {
    const body = parseJsonObject(this.#rest + this.#decoder.end());
    const numbers = fieldAt(body, list);
    const complete = Array.isArray(numbers) && numbers.length === this.#count && numbers.every((n, i) => n === i);
    return this.#depth === 0 && body !== null && complete ? { ...body, [list]: [] } : null;
  }

  #closeElement(): string {
    const text = Buffer.concat(this.#element).toString('utf8');
    this.#element = [];
    this.#rest += String(this.#count++);
    return text;
  }

  #leave(bytes: Buffer): void {
    this.#rest += this.#decoder.write(bytes);
  }
}
