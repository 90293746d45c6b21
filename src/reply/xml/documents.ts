import type { DocumentPlace } from '../../types/reply.js';
import { Prose } from '../prose.js';
import { OPENING } from './entry-scanner.js';
import { type MarkupHandler, MarkupReader, type Tag } from './markup.js';

interface Part {
  text: string;
  /** `null` for what is no tag. */
  readonly tag: Tag | null;
}

/** A whole document in a reply. */
export interface XmlDocument {
  readonly text: string;
  readonly document: number;
  readonly payload: number;
}

/**
 * Collects a reply, and finds the documents in it at its end: elements with their closing tags that stand in no other, with
 * prose and `<think>` blocks around them.
 */
export class DocumentCollector implements MarkupHandler {
  isLoose = false;
  /** Where documents were that could not be read to their end. */
  readonly unread: DocumentPlace[] = [];
  readonly #markup = new MarkupReader(this);
  readonly #parts: Part[] = [];
  readonly #prose = new Prose();

  get firstPayload(): number {
    return this.#prose.firstPayload;
  }

  push(piece: string): void {
    this.#markup.push(piece);
  }

  /** What stands between two tags is one part, however it comes. */
  text(text: string): void {
    const last = this.#parts.at(-1);
    if (last?.tag === null) last.text += text;
    else this.#parts.push({ text, tag: null });
  }

  section(text: string): void {
    this.text(text);
  }

  /** @throws Error always: a reply with a DOCTYPE is not read */
  declaration(): never {
    throw new Error('a reply with a DOCTYPE is not read');
  }

  tag(tag: Tag): void {
    if (/^think(?:ing)?$/i.test(tag.name)) this.isLoose = tag.kind === 'open';
    this.#parts.push({ text: tag.text, tag });
  }

  /**
   * The documents, from first to last.
   *
   * @param isWhole - if not, a tag that is not closed opens the document that was cut off, and nothing in it is one
   */
  *documents(isWhole: boolean): Generator<XmlDocument> {
    const ends = closings(this.#parts);
    /** The end of the document that is being passed over. */
    let last = -1;
    for (const [at, part] of this.#parts.entries()) {
      if (at <= last) continue;
      const isPassed = this.#prose.thinking || isThought(part);
      const end = isPassed ? undefined : ends.get(at);
      if (end === undefined && !isPassed && part.tag !== null) {
        const isCutOff = part.tag.kind === 'open' && !isWhole;
        if (isCutOff || part.tag.kind === 'close' || opensData(this.#parts[at + 1])) this.#doubt();
        if (isCutOff) return;
      }
      if (end === undefined) this.#prose.take(part.text);
      else {
        this.#prose.open();
        const { document, payload } = this.#prose;
        const parts = this.#parts.slice(at, end + 1);
        yield { text: parts.map(({ text }) => text).join(''), document, payload };
        last = end;
      }
    }
    if (!isWhole && !this.#prose.opensReply(OPENING)) {
      // Where a tag begins, it may be one of another document.
      if (this.#markup.pending !== '') this.#doubt();
      else this.unread.push(this.#prose.next);
    } else if (isWhole && this.#markup.pending !== '' && !this.#prose.thinking) this.#doubt();
  }

  #doubt(): void {
    this.#prose.open();
    this.unread.push(this.#prose.place);
    this.#prose.apart = true;
  }
}

/** Whether what comes behind a tag stands in its element: where a tag is only spoken of, a blank follows. */
function opensData(next: Part | undefined): boolean {
  return next !== undefined && /^(?:[\w\x80-\uffff]|\s*<|\s+$)/.test(next.text);
}

function isThought({ tag }: Part): boolean {
  return /^think(?:ing)?$/i.test(tag?.name ?? '');
}

/** For each opening tag that is closed, the part that closes it. */
function closings(parts: readonly Part[]): ReadonlyMap<number, number> {
  const open = new Map<string, number[]>();
  const ends = new Map<number, number>();
  for (const [at, { tag }] of parts.entries()) {
    if (tag === null) continue;
    if (tag.kind === 'empty') ends.set(at, at);
    else if (tag.kind === 'open') {
      const same = open.get(tag.name) ?? [];
      open.set(tag.name, same);
      same.push(at);
    } else {
      const start = open.get(tag.name)?.pop();
      if (start !== undefined) ends.set(start, at);
    }
  }
  return ends;
}
