import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CutBodyFault } from './job/call-fault.js';
import { waitUntil } from './latency.js';
import type { OpenRequest } from './request-log.js';
import type { ErrorResponse, Headers, RequestHead, Wire } from './wire/wire.js';

/** Larger than any request that the services take, and small enough to hold. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Headers that carry a key, at any service: they are never remembered. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'api-key', 'x-api-key', 'cookie']);

/** One HTTP request and its response. What waits for the client ends with an AbortError when the connection closes. */
export class Exchange implements RequestHead {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly requestId = `req_${randomUUID().replaceAll('-', '')}`;
  readonly wire: Wire;
  /** Aborted when the response is over, whoever ended it. */
  readonly signal: AbortSignal;
  /** What is remembered of the request, once it is known to be one to a model. */
  log: OpenRequest | undefined;
  /** Where the body breaks off: the request's, or that of a file that is sent. */
  cutBody: CutBodyFault | undefined;
  /** Told of the response's status. */
  onStatus: ((status: number) => void) | undefined;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #startedAt = performance.now();
  /** Headers of the response whatever its status. */
  #headers: Headers;
  /** The body leaves a byte at a time. */
  #byBytes = false;
  /** True once it is the server that breaks the connection. */
  #broken = false;
  /** The answer is not to arrive. */
  #lost = false;

  /**
   * @param wireOf - chooses the API that the request is in
   * @param headers - of the response, besides the API's own
   */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { wireOf, headers }: { readonly wireOf: (head: RequestHead) => Wire; readonly headers: Headers },
  ) {
    this.#request = request;
    this.#response = response;
    this.#headers = headers;
    this.method = request.method ?? 'GET';
    this.target = request.url ?? '/';
    const [path = '/', query] = this.target.split('?', 2);
    this.path = path;
    this.query = new URLSearchParams(query);
    this.wire = wireOf(this);
    // Whoever reads the body is told that the client has left; it may happen when nobody reads it any more.
    request.on('error', () => undefined);
    const controller = new AbortController();
    this.signal = controller.signal;
    response.on('close', () => {
      this.log?.close(!response.writableFinished && !this.#broken);
      controller.abort();
    });
  }

  /** The request's headers without keys. */
  requestHeaders(): Headers {
    return Object.fromEntries(
      Object.entries(this.#request.headers)
        .filter(([name]) => !SECRET_HEADERS.has(name))
        .map(([name, value]) => [name, String(value)]),
    );
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** @returns `null` if the body is larger than {@link MAX_BODY_BYTES} */
  async readBody(): Promise<string | null> {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of this.body()) {
      bytes += part.length;
      // The rest is read and dropped, so that the client comes to see the answer.
      if (bytes <= MAX_BODY_BYTES) parts.push(part);
    }
    return bytes > MAX_BODY_BYTES ? null : Buffer.concat(parts).toString('utf8');
  }

  /** The request's body as it comes. It is to be read to its end, so that the client comes to see the answer. */
  async *body(): AsyncGenerator<Buffer> {
    let left = this.cutBody?.bytes ?? Infinity;
    for await (const part of this.#request as AsyncIterable<Buffer>) {
      left -= part.length;
      if (left < 0) await this.break({ reset: true });
      this.signal.throwIfAborted();
      yield part;
    }
  }

  addHeaders(headers: Headers): void {
    this.#headers = { ...this.#headers, ...headers };
  }

  /** Whatever the answer will be, the connection is reset in its place. */
  loseAnswer(): void {
    this.#lost = true;
  }

  /** Sends status and headers at once. */
  open(status: number, headers: Headers): void {
    if (this.#lost) {
      void this.break({ reset: true });
      return;
    }
    const own = this.wire.headers(this.requestId, performance.now() - this.#startedAt);
    this.log?.status(status);
    this.onStatus?.(status);
    this.#response.writeHead(status, { ...own, ...this.#headers, ...headers });
    this.#response.flushHeaders();
  }

  /** Sends a piece of the body, no faster than the client reads. */
  async write(text: string | Uint8Array): Promise<void> {
    this.signal.throwIfAborted();
    if (this.#broken) return;
    if (this.#byBytes) await this.#writeBytes(text);
    else if (!this.#response.write(text)) await once(this.#response, 'drain', { signal: this.signal });
  }

  /** Sends the rest of the body. */
  end(text: string): void {
    if (this.#broken) return;
    if (!this.#byBytes) this.#response.end(text);
    // A client that leaves has the rest of the bytes dropped.
    else
      void this.#writeBytes(text).then(
        () => this.#response.end(),
        () => undefined,
      );
  }

  /** From now on the body leaves a byte at a time. */
  cutIntoBytes(): void {
    this.#byBytes = true;
    this.#response.socket?.setNoDelay(true);
  }

  async #writeBytes(text: string | Uint8Array): Promise<void> {
    for (const byte of typeof text === 'string' ? Buffer.from(text) : text) {
      this.signal.throwIfAborted();
      this.#response.write(Uint8Array.of(byte));
      await nextTurn();
    }
  }

  /** Sends a whole response whose body comes in pieces. */
  async sendPieces(headers: Headers, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { bytes: most = Infinity, pauseMs = 0 } = this.cutBody ?? {};
    let left = most;
    this.open(200, headers);
    for await (const piece of pieces) {
      await this.write(piece.subarray(0, left));
      left -= piece.length;
      if (left < 0) {
        await this.break({ reset: false });
        return;
      }
      if (pauseMs > 0) await waitUntil(performance.now() + pauseMs, this.signal);
    }
    this.end('');
  }

  /** Sends a whole response. */
  send(status: number, headers: Headers, text: string): void {
    this.open(status, { 'content-length': String(Buffer.byteLength(text)), ...headers });
    this.end(text);
  }

  sendJson(status: number, body: unknown, headers: Headers = {}): void {
    this.send(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
  }

  sendError(error: ErrorResponse): void {
    this.sendJson(error.status, error.body(this.requestId), error.headers);
  }

  /** Breaks the connection: at once with a reset, or after what was written has left. */
  async break({ reset }: { readonly reset: boolean }): Promise<void> {
    this.#broken = true;
    if (reset) this.#request.socket.resetAndDestroy();
    else this.#response.write('', () => this.#response.destroy());
    if (!this.signal.aborted) await once(this.signal, 'abort');
  }

  /** The server closes: what is cut off now was not left by its client. */
  abandon(): void {
    this.#broken = true;
  }

  /** True once nobody waits for an answer any more, or the answer has begun. */
  get answered(): boolean {
    return this.#response.headersSent || this.signal.aborted;
  }
}
