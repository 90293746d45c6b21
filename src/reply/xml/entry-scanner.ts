import type { DocumentPlace } from '../../types/reply.js';
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
export const OPENING = new RegExp(`^\\s?(?:\`\`\`[\\w-]*\\s?)?(?:<\\?xml [^<>]*>\\s?)?(?:<${LIST}>\\s?)?$`);

const LETTER = /[a-z\x80-\uffff]/i;
/** What an entry begins with: an attribute, or something right behind its tag. Where a tag is only spoken of, a blank follows. */
const DATA = /^<[^<>]*=|^<[^<>]*>(?:[\w\x80-\uffff]|\s*[<\n])/;

/**
 * Finds the entries of an XML reply as they close, wherever they stand; prose, fences, comments and `<think>` blocks are passed
 * over. Entries are one payload as long as nothing but blanks, punctuation and comments stands between them: another tag, or
 * a word, begins a new one.
 */
export class EntryScanner implements MarkupHandler {
  /** Places that looked like entries, and could not be read to their end. */
  readonly unread: DocumentPlace[] = [];
  readonly #markup = new MarkupReader(this);
  readonly #prose = new Prose();
  readonly #give: (entry: ScannedEntry) => void;
  /** Names of what stands in entries only, in lower case: where one closes outside, there was an entry. */
  readonly #names: ReadonlySet<string>;
  /** Words stood since the last entry; closing tags are none. */
  #isParted = false;
  /** Nothing more is read. */
  #isRefused = false;
  /** The entry that is open, so far; '' outside. */
  #entry = '';
  /** Elements that are open in it, itself among them; and those of them that have its name. */
  #depth = 0;
  #alike = 0;

  constructor(names: readonly string[], give: (entry: ScannedEntry) => void) {
    this.#names = new Set([ENTRY, ...names].map((name) => name.toLowerCase()));
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
    if (!this.#isRefused) this.#markup.push(piece);
  }

  text(text: string): void {
    if (this.#entry !== '') this.#entry += text;
    else this.#pass(text);
  }

  section(text: string): void {
    if (this.#entry !== '') this.#entry += text;
    else if (!text.startsWith('<!--')) this.#pass(text);
  }

  /** Outside of an entry the parser, which would refuse it, does not see it. */
  declaration(text: string): void {
    if (this.#entry !== '') this.#entry += text;
    else this.#refuse();
  }

  tag(tag: Tag): void {
    if (this.#isRefused) return;
    const isClosing = tag.kind === 'close';
    const opensEntry = tag.name === ENTRY && !isClosing && !this.#prose.thinking;
    if (!isClosing && this.#isWord(tag.name)) this.#break();
    if (this.#entry !== '') this.#readInside(tag);
    else if (opensEntry) this.#open(tag);
    else if (isClosing) this.#passClosing(tag);
    else this.#pass(tag.text);
  }

  /**
   * The reply is over: what is still open was cut off. If the reply was not whole, so was what would have come next: what stood before
   * it may have been an example, unless it opens the reply.
   *
   * @throws Error if nothing was read from some place on; the entries that closed before it stand
   */
  protected cutOff(isWhole: boolean): void {
    if (this.#isRefused) throw new Error('a reply with a DOCTYPE is not read');
    const { pending } = this.#markup;
    const isSure = isWhole || this.opensReply;
    if (this.#entry !== '') {
      if (!isSure || isData(this.#entry + pending)) this.unread.push(this.#prose.place);
    } else if (isWhole ? pending.includes(`<${ENTRY}`) : !isSure) {
      // Where a tag begins, it may be one that parts the entries.
      this.#isParted ||= !isWhole && pending !== '' && !pending.startsWith('</');
      this.unread.push(this.#nextPlace);
    }
  }

  /** Where an entry belongs that comes next, if nothing but the closing tags of others stood before it. */
  get #nextPlace(): DocumentPlace {
    const { document, payload } = this.#prose.place;
    return { document, payload: payload + Number(this.#isParted && document >= 0) };
  }

  #pass(text: string): void {
    if (this.#isRefused) return;
    this.#prose.take(text);
    this.#isParted ||= LETTER.test(text);
  }

  /** The end of an entry that was not seen to begin. */
  #passClosing({ name, text }: Tag): void {
    const isUnread = !this.#prose.thinking && this.#names.has(name.toLowerCase());
    if (isUnread && this.#isParted) {
      this.#prose.open();
      this.#isParted = false;
    }
    if (isUnread && this.unread.at(-1)?.payload !== this.#prose.payload) this.unread.push(this.#prose.place);
    this.#prose.take(text);
  }

  /** Nothing is read from here on. What would have come is in doubt as where a reply is cut off. */
  #refuse(): void {
    if (!this.#isRefused && !this.opensReply) this.unread.push(this.#nextPlace);
    this.#isRefused = true;
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
    this.#give({ text: this.#entry, ...this.#prose.place });
    this.#drop();
    this.#prose.apart = false;
    this.#isParted = false;
  }

  /** The entry goes on as something else. */
  #break(): void {
    if (isData(this.#entry)) this.unread.push(this.#prose.place);
    this.#drop();
  }

  #drop(): void {
    this.#entry = '';
    this.#depth = 0;
    this.#prose.apart = true;
    this.#isParted = true;
  }
}

/** Whether an entry was begun, or its tag only spoken of. */
function isData(entry: string): boolean {
  return DATA.test(entry) || entry.includes('</');
}
