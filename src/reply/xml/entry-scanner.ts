import { Prose } from '../prose.js';
import { type MarkupHandler, MarkupReader, type Tag } from './markup.js';
import { ENTRY, LIST } from './names.js';

/** An entry that closed, and the payload that it is part of. */
export interface ScannedEntry {
  readonly text: string;
  readonly document: number;
  readonly payload: number;
}

/** What may stand before the first entry in a reply that it opens: a fence, an XML declaration, the list's own tag. */
const OPENING = new RegExp(`^\\s?(?:\`\`\`[\\w-]*\\s?)?(?:<\\?xml [^<>]*>\\s?)?(?:<${LIST}>\\s?)?$`);

/**
 * Finds the entries of an XML reply as they close, wherever they stand; prose, fences, comments and `<think>` blocks are passed
 * over. Entries are one payload as long as nothing but blanks, punctuation and comments stands between them: another tag, or
 * a word, begins a new one.
 */
export class EntryScanner implements MarkupHandler {
  readonly #markup = new MarkupReader(this);
  readonly #prose = new Prose();
  readonly #give: (entry: ScannedEntry) => void;
  /** The entry that is open, so far; '' outside. */
  #entry = '';
  /** Elements that are open in it, itself among them; and those of them that have its name. */
  #depth = 0;
  #alike = 0;

  constructor(give: (entry: ScannedEntry) => void) {
    this.#give = give;
  }

  get opensReply(): boolean {
    return this.#prose.opensReply(OPENING);
  }

  get firstPayload(): number {
    return this.#prose.firstPayload;
  }

  get isLoose(): boolean {
    return this.#prose.thinking;
  }

  push(piece: string): void {
    this.#markup.push(piece);
  }

  text(text: string): void {
    if (this.#entry === '') this.#prose.take(text);
    else this.#entry += text;
  }

  section(text: string): void {
    if (this.#entry !== '') this.#entry += text;
    else if (!text.startsWith('<!--')) this.#prose.take(text);
  }

  /** @throws Error outside of an entry: there the parser, which would refuse it, does not see it */
  declaration(text: string): void {
    if (this.#entry === '') throw new Error('a reply with a DOCTYPE is not read');
    this.#entry += text;
  }

  tag(tag: Tag): void {
    const opensEntry = tag.name === ENTRY && tag.kind !== 'close' && !this.#prose.thinking;
    if (tag.kind !== 'close' && this.#isWord(tag.name)) this.#drop();
    if (this.#entry !== '') this.#readInside(tag);
    else if (opensEntry) this.#open(tag);
    else this.#prose.take(tag.text);
  }

  /** No entry stands directly in another, nor a list of them after nothing but text: the tag was a word about entries. */
  #isWord(next: string): boolean {
    if (this.#depth !== 1) return false;
    return next === ENTRY || (next === LIST && !this.#entry.includes('<', 1));
  }

  #open({ kind, text }: Tag): void {
    this.#prose.open();
    this.#entry = text;
    this.#depth = 1;
    this.#alike = 1;
    if (kind === 'empty') this.#close();
  }

  /** Where it ends is told by its name alone: what is wrong inside is wrong with this entry only. */
  #readInside({ kind, name, text }: Tag): void {
    this.#entry += text;
    if (kind === 'empty') return;
    const step = kind === 'open' ? 1 : -1;
    this.#depth += step;
    if (name === ENTRY) this.#alike += step;
    if (this.#alike === 0) this.#close();
  }

  #close(): void {
    const { document, payload } = this.#prose;
    this.#give({ text: this.#entry, document, payload });
    this.#drop();
    this.#prose.apart = false;
  }

  #drop(): void {
    this.#entry = '';
    this.#depth = 0;
    this.#prose.apart = true;
  }
}
