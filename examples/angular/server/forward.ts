import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type Body, readBody, Refusal } from './request-body.ts';

/** The service that answers. */
export interface Upstream {
  /** Requests go to `<baseUrl>/chat/completions`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
}

/** What of the service's headers the page is told: how to read the answer, and how long to wait. */
const PASSED = ['content-type', 'retry-after', 'retry-after-ms'];

/** Sends a request of the page to the service, with the key and the model of this server, and streams the answer back. */
export async function forward(request: IncomingMessage, response: ServerResponse, upstream: Upstream): Promise<void> {
  const abort = new AbortController();
  // The page has left, or stopped: nobody wants the answer, and it should not be paid any further.
  response.on('close', () => abort.abort());
  try {
    const body = await readBody(request);
    await pass(await ask(upstream, body, abort.signal), response);
  } catch (error) {
    if (abort.signal.aborted) return;
    const refusal = error instanceof Refusal ? error : new Refusal(502, 'the model cannot be reached');
    if (response.headersSent) response.destroy();
    else sendError(response, refusal);
  }
}

function ask({ baseUrl, apiKey, model }: Upstream, body: Body, signal: AbortSignal): Promise<Response> {
  return fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ ...body, model }),
    // What the page says is for this service, and for no other that it may name.
    redirect: 'error',
    signal,
  });
}

async function pass(answer: Response, response: ServerResponse): Promise<void> {
  const { status, headers, body } = answer;
  const passed = Object.fromEntries([...headers].filter(([name]) => PASSED.includes(name)));
  const secure = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  if (!answer.ok) {
    const refusal = JSON.stringify({
      error: { message: 'the service refused the request', code: await codeOf(answer) },
    });
    response.writeHead(status, { ...passed, ...secure, 'content-type': 'application/json' }).end(refusal);
    return;
  }
  response.writeHead(status, { ...passed, ...secure });
  if (body === null) response.end();
  else await pipeline(Readable.fromWeb(body as ReadableStream<Uint8Array>), response);
}

/** The code of an error, by which the page knows what to do. Nothing else of it is passed: services and gateways quote keys, and whose they are. */
async function codeOf(answer: Response): Promise<string | undefined> {
  try {
    const { error } = (await answer.json()) as { readonly error?: { readonly code?: unknown } };
    const code = String(error?.code);
    return /^[a-z_]{1,40}$/.test(code) && code !== 'undefined' ? code : undefined;
  } catch {
    return undefined;
  }
}

function sendError(response: ServerResponse, { status, message }: Refusal): void {
  // What is left of a body that was too large is not read.
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ error: { message } }));
}
