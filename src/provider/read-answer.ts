import { createParser } from 'eventsource-parser';
import { type CompletionEvent, ProviderError } from '../types/provider.js';
import type { FinishReason, Usage } from '../types/reply.js';
import { Aftermath, within } from './aftermath.js';
import { answerError, type ErrorAnswer, errorIn, plainAnswer } from './answer-error.js';
import { parseJson } from './json-body.js';
import { readRateHold } from './rate-headers.js';
import { answerText, errorText } from './read-body.js';
import { redact } from './redact.js';

/** Most characters of one event in a stream; a reply's deltas have a few hundred. */
const MAX_EVENT_CHARACTERS = 2 ** 20;

/** Longest wait for the end of a body after its last event, in milliseconds: a server that lags more is not worth the permit. */
const DRAIN_MS = 100;

/** Most characters of what is quoted from an answer that cannot be read. */
const EXCERPT_CHARACTERS = 80;

/** What one piece of an answer says: an event of a stream, or the whole answer. All of it may be left out. */
export interface Piece {
  readonly text?: string;
  /** Why the model stopped. A refusal stays one, whatever reason comes after it. */
  readonly reason?: FinishReason | undefined;
  /** The tokens so far. */
  readonly usage?: Usage | undefined;
  /** An error in the reply's place, where the piece has it anywhere but in `error`. */
  readonly error?: ErrorAnswer | undefined;
  /** True if nothing of the answer comes after this; `[DONE]` says the same. */
  readonly last?: boolean;
}

/** Reads the JSON of a piece, as it comes, whatever a server that only resembles the real one leaves out. */
export type ReadPiece = (piece: unknown) => Piece;

/** One answer while it is read. */
export class AnswerReader {
  readonly #read: ReadPiece;
  readonly #secrets: readonly string[];
  #reason: FinishReason | undefined;
  #usage: Usage | null = null;
  #ended = false;
  #stopped = false;
  #hasText = false;

  constructor(read: ReadPiece, secrets: readonly string[]) {
    this.#read = read;
    this.#secrets = secrets;
  }

  /** True once a piece has said that it is the last. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True once a piece has said why the model stopped: only counts come after it. What it says in refusing may go on. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** The text in one piece, '' if there is none. Throws the error that a server put in its place. */
  read(piece: unknown): string {
    const given = errorIn(piece);
    const { text = '', reason, usage, error = given, last = false } = given === undefined ? this.#read(piece) : {};
    if (error !== undefined) throw answerError(error, this.#secrets, Date.now());
    if (this.#reason !== 'refusal') this.#reason = reason ?? this.#reason;
    this.#usage = usage ?? this.#usage;
    this.#ended ||= last;
    this.#stopped ||= reason !== undefined && reason !== 'refusal';
    this.#hasText ||= text !== '';
    return text;
  }

  /**
   * The end of the answer. Throws if the reply had none: `saidDone` is true if the server at least said that it was done.
   *
   * @param whole - the answer, where all of it has come for certain: without any reply in it, it is something else
   */
  finish(saidDone: boolean, whole?: string): CompletionEvent {
    if (this.#reason === undefined && !saidDone) {
      if (whole !== undefined && !this.#hasText) throw noCompletion(whole, this.#secrets);
      throw new ProviderError('the answer broke off before its end', { kind: 'retryable', code: 'connection_error' });
    }
    return { type: 'finish', reason: this.#reason ?? 'unknown', usage: this.#usage };
  }
}

/**
 * The headers of an answer, as an event. One that is no reply has its wait in its error.
 *
 * @param secrets - all that may be secret in what was sent: a reply may echo it, and errors quote replies
 */
export function openEvent({ status, ok, headers }: Response, secrets: readonly string[] = []): CompletionEvent {
  const holdMs = ok ? readRateHold(headers, Date.now()) : undefined;
  return { type: 'open', status, holdMs, redact: (text) => redact(text, secrets) };
}

/** What an answer of `fetch` that is no reply asks of the caller; secrets are taken out of its message. */
export async function responseError(response: Response, secrets: readonly string[]): Promise<ProviderError> {
  let text = '';
  for await (const piece of errorText(response)) text += piece;
  return errorOf(response, text, secrets);
}

/**
 * Reads an answer of `fetch` that is no reply, and throws what it asks of the caller. Until its body has come it gives signs of life, with
 * what is known so far: the status says enough where the rest never comes.
 */
export async function* readError(
  response: Response,
  secrets: readonly string[],
): AsyncGenerator<CompletionEvent, never> {
  let text = '';
  const known = (): ProviderError => errorOf(response, text, secrets);
  yield { type: 'alive', failure: known };
  for await (const piece of errorText(response)) {
    text += piece;
    yield { type: 'alive', failure: known };
  }
  throw known();
}

/** An error, as far as its body has been read. */
export function errorOf(
  { status, statusText, headers }: Response,
  text: string,
  secrets: readonly string[],
): ProviderError {
  const said = errorIn(parseJson(text)) ?? plainAnswer(text);
  return answerError({ ...said, message: said.message || statusText, status, headers }, secrets, Date.now());
}

/** Reads the body of a successful answer: a stream of events, or one JSON document, whichever the server chose to send. */
export function readAnswer(
  response: Response,
  read: ReadPiece,
  secrets: readonly string[],
  maxEventCharacters = MAX_EVENT_CHARACTERS,
): AsyncIterable<CompletionEvent> {
  const reader = new AnswerReader(read, secrets);
  const isStream = response.headers.get('content-type')?.toLowerCase().includes('text/event-stream') ?? false;
  return isStream ? readStream(response, reader, secrets, maxEventCharacters) : readWhole(response, reader, secrets);
}

async function* readStream(
  response: Response,
  reader: AnswerReader,
  secrets: readonly string[],
  maxCharacters: number,
): AsyncGenerator<CompletionEvent> {
  const events: CompletionEvent[] = [];
  const seen = { done: false };
  const parser = createParser({
    // The parser counts a line that is not whole yet, with its name, and not those that come whole.
    maxBufferSize: maxCharacters + 'data: '.length,
    onEvent: ({ event, data }) => {
      if (seen.done) return;
      if (data.length > maxCharacters) throw tooLong();
      if (data === '[DONE]') {
        seen.done = true;
        return;
      }
      const piece = parsePiece(data, secrets);
      const text = reader.read(event === 'error' && errorIn(piece) === undefined ? { error: piece } : piece);
      events.push(text === '' ? { type: 'alive' } : { type: 'text', text });
      seen.done = reader.ended;
    },
    onComment: () => {
      events.push({ type: 'alive' });
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw tooLong();
    },
  });
  const pieces = answerText(response);
  const aftermath = new Aftermath();
  for (;;) {
    const next = await aftermath.orUntilOver(pieces.next());
    if (next === undefined || next.done === true) break;
    let failed: { readonly error: unknown } | undefined;
    try {
      parser.feed(next.value);
    } catch (error) {
      failed = { error };
    }
    // Bytes that make no event yet are a sign of life as well.
    if (events.length === 0) events.push({ type: 'alive' });
    // What came before an error in the same piece stands; what came after the end does not count.
    yield* events.splice(0);
    if (reader.stopped) aftermath.begin();
    if (seen.done) {
      await drain(pieces);
      break;
    }
    if (failed !== undefined) throw failed.error;
  }
  yield reader.finish(seen.done);
}

async function* readWhole(
  response: Response,
  reader: AnswerReader,
  secrets: readonly string[],
): AsyncGenerator<CompletionEvent> {
  let whole = '';
  for await (const piece of answerText(response)) {
    whole += piece;
    yield { type: 'alive' };
  }
  const text = reader.read(parsePiece(whole, secrets));
  if (text !== '') yield { type: 'text', text };
  yield reader.finish(false, whole);
}

/**
 * Reads on to the end of a body whose last event has come, for as long as that is worth it: a connection whose answer was read to
 * its end serves the next request. Whatever still comes, or fails, does not count.
 */
async function drain(pieces: AsyncGenerator<string>): Promise<void> {
  const end = async (): Promise<void> => {
    while ((await pieces.next()).done !== true);
  };
  await within(
    DRAIN_MS,
    end().catch(() => undefined),
  );
}

function parsePiece(text: string, secrets: readonly string[]): unknown {
  const parsed = parseJson(text);
  if (parsed === undefined) throw unreadable(`not JSON: ${excerpt(text, secrets)}`);
  return parsed;
}

function tooLong(): ProviderError {
  return unreadable('an event of the stream is too long');
}

function noCompletion(whole: string, secrets: readonly string[]): ProviderError {
  const said = excerpt(whole, secrets);
  return new ProviderError(`the answer is no completion: ${said}`, { kind: 'retryable', code: 'connection_error' });
}

function excerpt(text: string, secrets: readonly string[]): string {
  // Some more than is quoted, so that no secret is cut before it is known.
  const beginning = text.slice(0, 100 * EXCERPT_CHARACTERS);
  return redact(beginning.replace(/\s+/g, ' ').trim(), secrets).slice(0, EXCERPT_CHARACTERS);
}

function unreadable(why: string): ProviderError {
  return new ProviderError(`the answer cannot be read: ${why}`, { kind: 'retryable', code: 'connection_error' });
}
