import { type Failure, reasonOf, written } from '../types/outcome.js';
import type { RecordId } from '../types/prompt.js';
import type { FinishReason, ReplyPart, ReplyEntry, ReplyFormat, ReplyReader } from '../types/reply.js';
import { type Answer, isSame, matchEntries, readId, type Warn } from './match.js';
import { checkValue } from './value-schema.js';

/** How replies are read; all of it decided. */
export interface ReplySettings<R> {
  readonly format: ReplyFormat<R>;
  readonly release: 'auto' | 'early' | 'end';
  readonly positional: boolean;
  readonly evidence: 'excerpt' | 'none';
}

/** The result for one position of a prompt: a checked value, or why there is none. */
export type Resolution<R> = { readonly position: number } & (
  { readonly value: R; readonly failure: null } | { readonly failure: Failure }
);

const EVIDENCE_LIMIT = 200;
/** What is kept of a reply, so that a secret which begins within the evidence is known as a whole before it is cut. */
const KEPT = EVIDENCE_LIMIT + 4096;

/** One reply while it arrives. Each position of the prompt is resolved exactly once: by `push`, or at the latest by `end`. */
export class ReplyState<R> {
  readonly #ids: readonly RecordId[];
  readonly #settings: ReplySettings<R>;
  readonly #warn: Warn;
  /** `undefined` before the first piece, and where the format cannot even open one. */
  #reader: ReplyReader | undefined;
  /** Entries that wait for the end of the reply. */
  readonly #waiting: ReplyEntry[] = [];
  /** The raw value of each position that was released before the end. */
  readonly #released = new Map<number, unknown>();
  #excerpt = '';
  /** An index named no record of the prompt, as none could if the schema were enforced: from then on all wait for the end. */
  #doubted = false;
  /** Why the format cannot read on. */
  #broken: Failure | null = null;
  #redact = (text: string): string => text;

  constructor(ids: readonly RecordId[], settings: ReplySettings<R>, warn: Warn) {
    this.#ids = ids;
    this.#settings = settings;
    this.#warn = warn;
  }

  /** Takes a piece of the reply, or its end; gives what may be known by then. */
  take(part: ReplyPart): Resolution<R>[] {
    if (part.done && part.error !== null) return this.breakOff(part.error);
    const { text, enforced = false, redact = this.#redact } = part;
    this.#redact = redact;
    if (this.#excerpt.length < KEPT) this.#excerpt = (this.#excerpt + text).slice(0, KEPT);
    const closed = this.#take(
      this.#read((reader) => reader.push(text)),
      enforced,
    );
    if (part.done) closed.push(...this.#end(part.finish, null));
    return closed;
  }

  /** The reply broke off: what closed in it stands, and the rest gets the failure. */
  breakOff(failure: Failure): Resolution<R>[] {
    return this.#end('unknown', failure);
  }

  #end(finish: FinishReason, failure: Failure | null): Resolution<R>[] {
    this.#waiting.push(...this.#read((reader) => reader.end(finish === 'stop')));
    const { malformed = 0, firstPayload = 0, unread = [] } = this.#reader ?? {};
    if (malformed > 0) this.#warn('malformed_entry', `${malformed} entries cannot be read`);
    const waiting = this.#waiting.filter(({ payload }) => payload >= firstPayload);
    const doubts = unread.filter(({ payload }) => payload >= firstPayload);
    const answers = matchEntries(this.#ids, waiting, { positional: this.#settings.positional, doubts }, this.#warn);
    const isEmpty = waiting.length === 0 && this.#released.size === 0;
    const rest: Resolution<R>[] = [];
    answers.forEach((answer = { failure: failure ?? this.#broken ?? whyMissing(finish, isEmpty) }, position) => {
      if (!this.#released.has(position)) rest.push(this.#resolve(position, answer));
    });
    return rest;
  }

  #take(entries: readonly ReplyEntry[], enforced: boolean): Resolution<R>[] {
    const resolutions: Resolution<R>[] = [];
    for (const entry of entries) {
      const position = this.#mayLeave(entry, enforced) ? this.#positionOf(entry) : -1;
      if (position < 0) this.#waiting.push(entry);
      else if (this.#released.has(position)) {
        if (!isSame(entry.value, this.#released.get(position)))
          this.#warn('contradiction', 'the reply contradicts itself');
      } else {
        this.#released.set(position, entry.value);
        // Of the reply, only what is its own is quoted: how far the reply has come depends on how it is cut.
        resolutions.push(this.#resolve(position, { value: entry.value, failure: null }, ''));
      }
    }
    return resolutions;
  }

  /**
   * Whether an entry's record can be told before the end of the reply: nothing that comes later may change it. So the ids have
   * to be nonces, or enforced by the provider, and the payload has to open the reply; or the user takes the risk.
   */
  #mayLeave({ payload }: ReplyEntry, enforced: boolean): boolean {
    const { release } = this.#settings;
    if (this.#doubted || this.#ids.length === 1) return false;
    if (release !== 'auto') return release === 'early';
    return payload === 0 && this.#reader?.opensReply === true && (enforced || typeof this.#ids[0] === 'string');
  }

  #positionOf({ id }: ReplyEntry): number {
    const named = readId(id, this.#ids);
    const position = named === null ? -1 : this.#ids.indexOf(named);
    if (position < 0) this.#doubted ||= typeof this.#ids[0] === 'number';
    return position;
  }

  /** What the format reads; a format that throws has found nothing, and nothing more is given to it. */
  #read(read: (reader: ReplyReader) => readonly ReplyEntry[]): readonly ReplyEntry[] {
    if (this.#broken !== null) return [];
    try {
      this.#reader ??= this.#settings.format.reader({ ids: this.#ids });
      // A format of the user's own may give anything.
      const entries: ReplyEntry[] = [];
      for (const { id, value, payload, document, nested } of read(this.#reader))
        entries.push({ id, value, payload, document, nested });
      return entries;
    } catch (cause) {
      const message = `the format threw: ${reasonOf(cause)}`;
      this.#broken = this.#withoutSecrets({ code: 'reply_unreadable', message, cause });
      return [];
    }
  }

  #resolve(position: number, answer: Answer, excerpt = this.#excerpt): Resolution<R> {
    if (answer.failure !== null) return this.#fail(position, answer.failure, excerpt);
    const checked = checkValue(answer.value, this.#settings.format.schema);
    if (checked.failure === null) return { position, value: checked.value, failure: null };
    return this.#fail(position, this.#withoutSecrets(checked.failure), written(answer.value) ?? excerpt);
  }

  #fail(position: number, failure: Failure, text: string): Resolution<R> {
    const quotes = this.#settings.evidence === 'excerpt' && text !== '';
    const evidence = quotes ? { evidence: this.#redact(text).slice(0, EVIDENCE_LIMIT) } : {};
    return { position, failure: { ...evidence, ...failure } };
  }

  /** A schema or a format may quote in its message what it was given. */
  #withoutSecrets(failure: Failure): Failure {
    const message = this.#redact(failure.message);
    return message === failure.message ? failure : { ...failure, message, cause: undefined };
  }
}

/** Why a record has no entry in a reply that did not break off. */
function whyMissing(finish: FinishReason, isEmpty: boolean): Failure {
  const known = WHY_MISSING[finish];
  if (known !== undefined) return known;
  return isEmpty
    ? { code: 'reply_unreadable', message: 'the reply has no result' }
    : { code: 'record_missing', message: 'the reply has no entry for this record' };
}

const WHY_MISSING: Partial<Record<FinishReason, Failure>> = {
  length: { code: 'length_stop', message: 'the reply was cut at its token limit' },
  content_filter: { code: 'content_filter', message: 'a content filter stopped the reply' },
  refusal: { code: 'refusal', message: 'the model refused to answer' },
};
