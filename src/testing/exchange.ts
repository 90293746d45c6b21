import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorResponse } from './openai-error.js';
import type { OpenRequest } from './request-log.js';

type Headers = Readonly<Record<string, string>>;

/** Larger than any request that OpenAI takes, and small enough to hold. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Headers that carry a key, at OpenAI or elsewhere: they are never remembered. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'api-key', 'x-api-key', 'cookie']);

/** One HTTP request and its response. What waits for the client ends with an AbortError when the connection closes. */
export class Exchange {
  readonly method: string;
  readonly path: string;
  /** Aborted when the response is over, whoever ended it. */
  readonly signal: AbortSignal;
  /** What is remembered of the request, once it is known to be a chat request. */
  log: OpenRequest | undefined;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #startedAt = performance.now();
  /** Headers of the response whatever its status. */
  #headers: Headers;
  /** True once it is the server that breaks the connection. */
  #broken = false;

  constructor(request: IncomingMessage, response: ServerResponse, headers: Headers) {
    this.#request = request;
    this.#response = response;
    this.#headers = { 'x-request-id': `req_${randomUUID().replaceAll('-', '')}`, ...headers };
    this.method = request.method ?? 'GET';
    this.path = (request.url ?? '/').replace(/\?.*$/s, '');
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

  /** The key that the client sent; `null` if it sent none. */
  key(): string | null {
    return /^bearer +(\S+)$/i.exec(this.#request.headers.authorization ?? '')?.[1] ?? null;
  }

  /** @returns `null` if the body is larger than {@link MAX_BODY_BYTES} */
  async readBody(): Promise<string | null> {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of this.#request as AsyncIterable<Buffer>) {
      bytes += part.length;
      // The rest is read and dropped, so that the client comes to see the answer.
      if (bytes <= MAX_BODY_BYTES) parts.push(part);
    }
    return bytes > MAX_BODY_BYTES ? null : Buffer.concat(parts).toString('utf8');
  }

  addHeaders(headers: Headers): void {
    this.#headers = { ...this.#headers, ...headers };
  }

  /** Sends status and headers at once. */
  open(status: number, headers: Headers): void {
    const processingMs = String(Math.round(performance.now() - this.#startedAt));
    this.log?.status(status);
    this.#response.writeHead(status, { ...this.#headers, 'openai-processing-ms': processingMs, ...headers });
    this.#response.flushHeaders();
  }

  /** Sends a piece of the body, no faster than the client reads. */
  async write(text: string): Promise<void> {
    this.signal.throwIfAborted();
    if (!this.#response.write(text)) await once(this.#response, 'drain', { signal: this.signal });
  }

  /** Sends the rest of the body. */
  end(text: string): void {
    this.#response.end(text);
  }

  /** Sends a whole response. */
  send(status: number, headers: Headers, text: string): void {
    this.open(status, { 'content-length': String(Buffer.byteLength(text)), ...headers });
    this.end(text);
  }

  sendJson(status: number, body: unknown, headers: Headers = {}): void {
    this.send(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
  }

  sendError({ status, body, headers = {} }: ErrorResponse): void {
    this.sendJson(status, body, headers);
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
