import { createParser } from 'eventsource-parser';
import { type CompletionEvent, ProviderError } from '../types/provider.js';
import { ChatReader, errorIn, parseJson } from './openai-chat.js';
import { redact } from './redact.js';

/** Most characters of one event in a stream; a reply's deltas have a few hundred. */
const MAX_EVENT_CHARACTERS = 2 ** 20;

/**
 * Reads the body of a successful answer to a chat completion request: a stream of events, or one JSON document, whichever the
 * server chose to send.
 */
export function readChatResponse(
  response: Response,
  secrets: readonly string[],
  maxEventCharacters = MAX_EVENT_CHARACTERS,
): AsyncIterable<CompletionEvent> {
  const isStream = response.headers.get('content-type')?.toLowerCase().includes('text/event-stream') ?? false;
  return isStream ? readStream(response, secrets, maxEventCharacters) : readWhole(response, secrets);
}

async function* readStream(
  response: Response,
  secrets: readonly string[],
  maxCharacters: number,
): AsyncGenerator<CompletionEvent> {
  const reader = new ChatReader(secrets);
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

async function* readWhole(response: Response, secrets: readonly string[]): AsyncGenerator<CompletionEvent> {
  const reader = new ChatReader(secrets);
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
