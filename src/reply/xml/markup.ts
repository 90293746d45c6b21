/** What takes the parts of an XML text, in order. All texts together are the text that was read. */
export interface MarkupHandler {
  /** Nothing but tags is markup: the model's thoughts may have anything in them. */
  readonly isLoose: boolean;
  text(text: string): void;
  tag(tag: Tag): void;
  /** A comment, a CDATA section or a processing instruction. */
  section(text: string): void;
  /** `<!` that opens none of them: a DOCTYPE, or what belongs into one. */
  declaration(text: string): void;
}

export interface Tag {
  readonly name: string;
  readonly kind: 'open' | 'close' | 'empty';
  readonly text: string;
}

/** Openings that are told from each other by more than one character, and what ends them. */
const SECTIONS = [
  { opening: '<!--', closing: '-->' },
  { opening: '<![CDATA[', closing: ']]>' },
] as const;
const NAME_START = /[a-z_:\x80-\uffff]/i;
const TAG_STOP = /[<>"']/g;
const LESS = /</g;
const GREATER = />/g;

/**
 * Takes XML apart as it arrives in pieces, without judging it: that is for the parser to do. A `<` that begins no markup is text,
 * and so is a tag in which another `<` comes. Every character is looked at a constant number of times, and the borders of the
 * pieces do not matter.
 */
export class MarkupReader {
  readonly #handler: MarkupHandler;
  /** What began with `<` and is not over. */
  #open = '';
  #state: 'text' | 'opening' | 'tag' | 'section' = 'text';
  /** The quote that an attribute is in; '' outside. */
  #quote = '';
  /** What ends the section, and the end of what it has so far. */
  #closing = '';
  #last = '';

  constructor(handler: MarkupHandler) {
    this.#handler = handler;
  }

  /** What began like markup and is not over; '' in text. */
  get pending(): string {
    return this.#state === 'text' ? '' : this.#open;
  }

  push(piece: string): void {
    for (let at = 0; at < piece.length;) {
      if (this.#state === 'text') at = this.#readText(piece, at);
      else if (this.#state === 'opening') at = this.#readOpening(piece, at);
      else if (this.#state === 'tag') at = this.#readTag(piece, at);
      else at = this.#readSection(piece, at);
    }
  }

  #readText(piece: string, at: number): number {
    const stop = search(LESS, piece, at);
    if (stop > at) this.#handler.text(piece.slice(at, stop));
    if (stop === piece.length) return stop;
    this.#open = '<';
    this.#state = 'opening';
    return stop + 1;
  }

  /** One character after `<`, until it is clear what it opens. */
  #readOpening(piece: string, at: number): number {
    const char = piece.charAt(at);
    const opening = this.#open + char;
    const isSpecial = !this.#handler.isLoose;
    if (opening.length === 2) {
      if (char === '/' || NAME_START.test(char)) return this.#begin('tag', opening, at);
      if (char === '?' && isSpecial) return this.#beginSection(opening, '?>', at);
      if (char !== '!' || !isSpecial) return this.#giveUp(at);
    }
    const section = SECTIONS.find((known) => known.opening === opening);
    if (section !== undefined) return this.#beginSection(opening, section.closing, at);
    this.#open = opening;
    if (SECTIONS.some((known) => known.opening.startsWith(opening))) return at + 1;
    this.#state = 'text';
    this.#handler.declaration(opening);
    return at + 1;
  }

  #begin(state: 'tag' | 'section', opening: string, at: number): number {
    this.#open = opening;
    this.#state = state;
    this.#quote = '';
    return at + 1;
  }

  #beginSection(opening: string, closing: string, at: number): number {
    this.#closing = closing;
    this.#last = '';
    return this.#begin('section', opening, at);
  }

  /** It is no markup: a text, up to here. */
  #giveUp(at: number): number {
    this.#state = 'text';
    this.#handler.text(this.#open);
    return at;
  }

  #readTag(piece: string, at: number): number {
    const stop = search(TAG_STOP, piece, at);
    const char = piece.charAt(stop);
    this.#open += piece.slice(at, stop);
    if (char === '<') return this.#giveUp(stop);
    this.#open += char;
    if (char === '>' && this.#quote === '') this.#endTag();
    else this.#readQuote(char);
    return stop + 1;
  }

  #readQuote(char: string): void {
    if (this.#quote === '') this.#quote = char;
    else if (this.#quote === char) this.#quote = '';
  }

  #endTag(): void {
    const text = this.#open;
    this.#state = 'text';
    const [, slash, name = ''] = /^<(\/?)([^\s/>]*)/.exec(text) ?? [];
    const kind = slash === '/' ? 'close' : text.endsWith('/>') ? 'empty' : 'open';
    this.#handler.tag({ name, kind, text });
  }

  #readSection(piece: string, at: number): number {
    const stop = search(GREATER, piece, at);
    const part = piece.slice(at, stop + 1);
    this.#open += part;
    this.#last = (this.#last + part).slice(-this.#closing.length);
    if (this.#last === this.#closing) {
      this.#state = 'text';
      this.#handler.section(this.#open);
    }
    return stop + 1;
  }
}

/** Where the next match of a global pattern stands; the piece's length if there is none. */
function search(pattern: RegExp, piece: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(piece)?.index ?? piece.length;
}
