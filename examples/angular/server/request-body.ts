import type { IncomingMessage } from 'node:http';

/** What the page may say of a request. The model, and what a request may cost, is not its to say. */
export type Body = Readonly<Record<string, unknown>>;

const FIELDS = ['messages', 'stream', 'stream_options', 'response_format'];
const MAX_BYTES = 256 * 1024;
const MAX_OUTPUT_TOKENS = 4096;

/** A request that is not forwarded. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads the body of a request to the model, and takes of it what a page may say. @throws Refusal */
export async function readBody(request: IncomingMessage): Promise<Body> {
  requireOwnPage(request);
  const said = Object(parse(await readText(request))) as Body;
  const allowed = Object.entries(said).filter(([name]) => FIELDS.includes(name));
  return { ...Object.fromEntries(allowed), messages: readMessages(said.messages), max_tokens: MAX_OUTPUT_TOKENS };
}

/** Text alone: an image is a few bytes here, and thousands of tokens at the service, which may fetch it from anywhere. */
function readMessages(messages: unknown): readonly object[] {
  if (!Array.isArray(messages)) throw new Refusal(400, 'a body has messages');
  return messages.map((message: unknown) => {
    const { role, content } = Object(message) as Body;
    if ((role !== 'system' && role !== 'user') || typeof content !== 'string')
      throw new Refusal(400, 'a message has the role system or user, and a text');
    return { role, content };
  });
}

/** Other sites may send forms to this server, but no JSON, and browsers say where a request comes from. */
function requireOwnPage({ method, headers }: IncomingMessage): void {
  if (method !== 'POST') throw new Refusal(405, 'only POST');
  if (!headers['content-type']?.startsWith('application/json')) throw new Refusal(415, 'only JSON');
  const { origin, host, 'sec-fetch-site': site = 'same-origin' } = headers;
  const isOther = origin !== undefined && URL.parse(origin)?.host !== host;
  if (site !== 'same-origin' || isOther) throw new Refusal(403, 'only for the page of this server');
}

async function readText(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) throw new Refusal(413, `at most ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
}
