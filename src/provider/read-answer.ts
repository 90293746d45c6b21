import { createParser } from 'eventsource-parser';
import { type CompletionEvent, ProviderError } from '../types/provider.js';
import { errorIn } from './answer-error.js';
import { parseJson } from './json-body.js';
import { readRateHold } from './rate-headers.js';
import { redact } from './redact.js';

/** Most characters of one event in a stream; a reply's deltas have a few hundred. */
const MAX_EVENT_CHARACTERS = 2 ** 20;

/**
 * Reads the pieces of one answer: the events of a stream, or a whole answer as one piece. Takes them as they come, whatever a
 * server that only resembles the real one leaves out.
 */
export interface PieceReader {
  /** True once a piece has said that it is the last. */
  readonly ended: boolean;
  /** The text in one piece, '' if there is none. Throws the error that a server put in its place. */
  read(piece: unknown): string;
  /** The end of the answer. Throws if the reply had none: `saidDone` is true if the server at least said that it was done. */
  finish(saidDone: boolean): CompletionEvent;
}

/** The headers of an answer, as an event. One that is no reply has its wait in its error. */
export function openEvent({ status, ok, headers }: Response): CompletionEvent {
  return { type: 'open', status, holdMs: ok ? readRateHold(headers, Date.now()) : undefined };
}

/** The answer's end came without the reply's. */
export function brokeOff(): ProviderError {
  return new ProviderError('the answer broke off before its end', { kind: 'retryable', code: 'connection_error' });
}

/** Reads the body of a successful answer: a stream of events, or one JSON document, whichever the server chose to send. */
export function readAnswer(
  response: Response,
  reader: PieceReader,
  secrets: readonly string[],
  maxEventCharacters = MAX_EVENT_CHARACTERS,
): AsyncIterable<CompletionEvent> {
  const isStream = response.headers.get('content-type')?.toLowerCase().includes('text/event-stream') ?? false;
  return isStream ? readStream(response, reader, secrets, maxEventCharacters) : readWhole(response, reader, secrets);
}

async function* readStream(
  response: Response,
  reader: PieceReader,
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
  for await (const piece of textOf(response)) {
    let failed: { readonly error: unknown } | undefined;
    try {
      parser.feed(piece);
    } catch (error) {
      failed = { error };
    }
    // What came before an error in the same piece stands; what came after the end does not count.
    yield* events.splice(0);
    if (seen.done) break;
    if (failed !== undefined) throw failed.error;
  }
  yield reader.finish(seen.done);
}

async function* readWhole(
  response: Response,
  reader: PieceReader,
  secrets: readonly string[],
): AsyncGenerator<CompletionEvent> {
  const text = reader.read(parsePiece(await response.text(), secrets));
  if (text !== '') yield { type: 'text', text };
  yield reader.finish(false);
}

/** The body as text; `for await` over a body does not work in every browser. */
async function* textOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

function parsePiece(text: string, secrets: readonly string[]): unknown {
  const parsed = parseJson(text);
  if (parsed === undefined) throw unreadable(`not JSON: ${redact(text, secrets).slice(0, 80)}`);
  return parsed;
}

function tooLong(): ProviderError {
  return unreadable('an event of the stream is too long');
}

function unreadable(why: string): ProviderError {
  return new ProviderError(`the answer cannot be read: ${why}`, { kind: 'retryable', code: 'connection_error' });
}
