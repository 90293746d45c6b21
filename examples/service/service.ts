import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ErrorCode, isOk, type LlmEvent } from 'rxjs-llm';
import type { Model } from 'rxjs-llm/model';
import { createPredictor } from 'rxjs-llm/predictor';

/** Options of {@link createService}. */
export interface ServiceOptions {
  /** Most texts that wait for their answer at a time; whoever brings more is told to come back later. @defaultValue 1000 */
  readonly maxOpen?: number;
  /** Most bytes of a request's body. @defaultValue 16384 */
  readonly maxBytes?: number;
  /** Longest time that a client takes to send its request, in milliseconds. @defaultValue 10000 */
  readonly maxReadMs?: number;
  /** Longest time that answers have once the service closes, in milliseconds; then their connections are cut. @defaultValue 30000 */
  readonly maxDrainMs?: number;
}

export interface Service {
  /** Not listening yet. */
  readonly server: Server;
  /** What has become of the requests for an answer, and the calls of the model that they took. */
  readonly counts: Readonly<Record<'open' | 'answered' | 'failed' | 'left' | 'calls', number>>;
  /** Takes no new requests. Resolves when those that are open have their answers. */
  close(): Promise<void>;
}

/** What a request is told in place of an answer. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Where it is the text's fault, a pause may help, or time ran out; all else is the model's, and 502. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  ...{ content_error: 422, input_filtered: 422, content_filter: 422, refusal: 422 },
  ...{ too_large: 413, context_length: 413 },
  ...{ circuit_open: 503, rate_limited: 503, budget_exhausted: 503 },
  ...{ deadline_exceeded: 504, request_timeout: 504 },
};

/**
 * An HTTP service in front of a model. `POST /predict` with `{"text": "…"}` is answered with `{"value": …}`, and requests that come at
 * about the same time share calls. `GET /health` says whether it is worth asking.
 */
export function createService<R>(model: Model<{ readonly text: string }, R>, options: ServiceOptions = {}): Service {
  const { maxOpen = 1000, maxBytes = 16_384, maxReadMs = 10_000, maxDrainMs = 30_000 } = options;
  const counts = { open: 0, answered: 0, failed: 0, left: 0, calls: 0 };
  let isClosing = false;
  /** Texts that have come, and have no answer yet. */
  let waiting = 0;
  /** The model refuses every request: only another service can help. */
  let isRefused = false;
  /** Until when the model is left alone, on the clock of `performance`. */
  let pausesUntil = 0;
  /** No answer comes within a pause that is longer. */
  const maxWaitMs = model.options.recordDeadlineMs ?? Infinity;

  const follow = (event: LlmEvent): void => {
    if (event.type === 'attempt') counts.calls++;
    if (event.type === 'circuit') pausesUntil = performance.now() + event.waitMs;
    if (event.type === 'hold') pausesUntil = Math.max(pausesUntil, performance.now() + event.holdMs);
  };
  const predictor = createPredictor(model, { events: { next: follow } });

  const later = (): { readonly 'retry-after': string } => {
    const seconds = Math.ceil((pausesUntil - performance.now()) / 1000);
    return { 'retry-after': String(Math.max(1, seconds)) };
  };

  async function predict(request: IncomingMessage, left: AbortSignal): Promise<{ readonly value: R }> {
    counts.open++;
    try {
      const value = await ask(request, left);
      counts.answered++;
      return { value };
    } catch (error) {
      counts[left.aborted ? 'left' : 'failed']++;
      throw error;
    } finally {
      counts.open--;
    }
  }

  async function ask(request: IncomingMessage, left: AbortSignal): Promise<R> {
    if (isClosing) throw new Refusal(503, 'closing', later());
    // Whoever is slow to ask takes nobody's place.
    const text = await readText(request, maxBytes);
    if (waiting >= maxOpen) throw new Refusal(503, 'overloaded', later());
    if (pausesUntil - performance.now() > maxWaitMs) throw new Refusal(503, 'rate_limited', later());
    waiting++;
    const outcome = await predictor.predictAsync({ text }, { signal: left }).finally(() => waiting--);
    if (isOk(outcome)) return outcome.value;
    const { code, kind } = outcome.error;
    isRefused ||= kind === 'fatal';
    const status = STATUS[code] ?? 502;
    throw new Refusal(status, code, status === 503 || pausesUntil > performance.now() ? later() : {});
  }

  function answer(request: IncomingMessage, left: AbortSignal): Promise<object> | object {
    switch (`${request.method ?? ''} ${request.url ?? ''}`) {
      case 'POST /predict':
        return predict(request, left);
      case 'GET /health':
        if (isClosing || isRefused) throw new Refusal(503, isClosing ? 'closing' : 'refused');
        return { open: counts.open };
      default:
        throw new Refusal(404, 'unknown_path');
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const leaving = new AbortController();
    // It comes after every response; before the response has ended, the client has left.
    response.on('close', () => leaving.abort());
    const send = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): void => {
      // No further request comes on a connection of a service that closes, or with a body that was not read.
      const last = isClosing || !request.complete ? { connection: 'close' } : {};
      response.writeHead(status, { 'content-type': 'application/json', ...last, ...headers }).end(JSON.stringify(body));
    };
    try {
      send(200, await answer(request, leaving.signal));
    } catch (error) {
      if (leaving.signal.aborted) return;
      if (!(error instanceof Refusal)) console.error(error);
      const { status, code, headers } = error instanceof Refusal ? error : new Refusal(500, 'internal');
      send(status, { error: code }, headers);
    }
  }

  const limits = { requestTimeout: maxReadMs, connectionsCheckingInterval: maxReadMs / 4 };
  const server = createServer(limits, (request, response) => void respond(request, response));
  return {
    server,
    counts,
    close: async () => {
      isClosing = true;
      const cut = setTimeout(() => server.closeAllConnections(), maxDrainMs);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(cut);
      await predictor.close();
    },
  };
}

/** The `text` of a body in JSON. */
async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.byteLength;
    if (bytes > maxBytes) throw new Refusal(413, 'body_too_large');
    pieces.push(piece);
  }
  try {
    const { text } = JSON.parse(Buffer.concat(pieces).toString()) as { readonly text?: unknown };
    if (typeof text === 'string') return text;
  } catch {
    // Told below.
  }
  throw new Refusal(400, 'no_text');
}
