import type { DocumentPlace } from '../types/reply.js';

/** Prose in front of the first document that still lets it open the reply: blanks, a byte-order mark, a fence. */
const OPENING = /^\s?(?:```[\w-]*\s?)?$/;
/** Prose that is longer, with each run of blanks taken as one, opens no reply. */
const OPENING_LIMIT = 64;
const THINK_TAG = /<(\/?)think(?:ing)?>/gi;
const TAG_LIMIT = '</thinking>'.length;

/**
 * What stands between the documents of a reply, in pieces: it numbers the documents and payloads, and knows what the model only
 * thought. Formats that read prose by the same rules share it.
 */
export class Prose {
  /** Payloads before this one were the model's thoughts. */
  firstPayload = 0;
  /** The model is thinking: no document may open. */
  thinking = false;
  /** Letters stood since the last document, or it broke off: the next one is a payload of its own. */
  apart = false;
  /** Number of the last document, from 0; -1 before the first. */
  document = -1;
  /** Number of its payload. */
  payload = 0;
  /** Prose in front of the first document, as far as it matters, with each run of blanks (or byte-order marks) as one. */
  #opening = '';
  /** The end of the prose, where a tag may have begun. */
  #tail = '';

  /** True if nothing but what `pattern` allows came before the first document. */
  opensReply(pattern = OPENING): boolean {
    return this.#opening.length < OPENING_LIMIT && pattern.test(this.#opening);
  }

  /** Takes the next piece of prose. */
  take(text: string): void {
    if (this.document < 0 && this.#opening.length < OPENING_LIMIT)
      this.#opening = (this.#opening + text).replace(/\s+/g, ' ').slice(0, OPENING_LIMIT);
    this.apart ||= /[a-z\x80-\uffff]/i.test(text);
    this.#tail += text;
    let end = 0;
    for (const { 0: tag, 1: slash, index } of this.#tail.matchAll(THINK_TAG)) {
      // Some models' thoughts begin without a tag: all before the closing one was thought.
      if (slash !== '' && !this.thinking && this.document >= 0) this.firstPayload = this.payload + 1;
      this.thinking = slash === '';
      end = index + tag.length;
    }
    this.#tail = this.#tail.slice(Math.max(end, this.#tail.length - TAG_LIMIT));
  }

  /** The last document. */
  get place(): DocumentPlace {
    return { document: this.document, payload: this.payload };
  }

  /** Where what comes next belongs: to the last document's payload, unless letters stood since then. */
  get next(): DocumentPlace {
    return { document: this.document, payload: this.payload + Number(this.apart) };
  }

  /** A document opens. */
  open(): void {
    if (this.document >= 0) this.payload = this.next.payload;
    this.document++;
    this.apart = false;
    this.#tail = '';
  }
}
