import type { DocumentPlace } from '../../types/reply.js';
import { Prose } from '../prose.js';

/** What reads the lines of a reply. */
export interface LineTaker {
  /** The last line goes on: the next one belongs to it, whatever it says. */
  readonly isOpen: boolean;
  /** Takes a line without its end; false if it is prose. */
  take(line: string, prose: Prose): boolean;
  /**
   * The reply is over, and this came of its last line. Gives the place of what was cut off in it.
   *
   * @param isSure - the reply is whole, or what it begins with opens it: what would have come next matters only if it has begun
   */
  end(line: string, prose: Prose, isSure: boolean): DocumentPlace | null;
}

const TAG = /<\/?think(?:ing)?>/gi;

/** Cuts a reply into lines as they close, and keeps the model's thoughts from being read. */
export class LineReader {
  readonly #taker: LineTaker;
  readonly #prose = new Prose();
  /** The line that is arriving. */
  #line = '';
  #isFirst = true;

  constructor(taker: LineTaker) {
    this.#taker = taker;
  }

  get opensReply(): boolean {
    return this.#prose.opensReply();
  }

  get firstPayload(): number {
    return this.#prose.firstPayload;
  }

  push(piece: string): void {
    if (piece === '') return;
    // A byte-order mark is no part of the first line.
    let at = this.#isFirst && piece.startsWith('\uFEFF') ? 1 : 0;
    this.#isFirst = false;
    for (let end = piece.indexOf('\n', at); end >= 0; end = piece.indexOf('\n', at)) {
      this.#take(this.#line + piece.slice(at, end));
      this.#line = '';
      at = end + 1;
    }
    this.#line += piece.slice(at);
  }

  /** The last line has no end of its own: it is one only if the reply is whole. Gives the place of what was cut off. */
  end(isWhole: boolean): DocumentPlace | null {
    if (isWhole && this.#line !== '') this.#take(this.#line);
    const rest = isWhole ? '' : this.#taker.isOpen ? this.#line : this.#afterTags(this.#line);
    const isThought = this.#prose.thinking && !this.#taker.isOpen;
    if (isThought) this.#prose.take(rest);
    return this.#taker.end(isThought ? '' : rest, this.#prose, isWhole || this.opensReply);
  }

  /** A line; or what comes after the last tag in it. */
  #take(line: string): void {
    if ((this.#taker.isOpen || !this.#prose.thinking) && this.#taker.take(line, this.#prose)) return;
    const rest = this.#afterTags(line);
    if (rest !== line && !this.#prose.thinking && this.#taker.take(rest, this.#prose)) return;
    this.#prose.take(`${rest}\n`);
  }

  /** What comes after the last tag of a line; the rest is prose. */
  #afterTags(line: string): string {
    let end = 0;
    for (const { 0: tag, index } of line.matchAll(TAG)) end = index + tag.length;
    this.#prose.take(line.slice(0, end));
    return line.slice(end);
  }
}
