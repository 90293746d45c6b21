import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Head = Readonly<Record<string, string>>;

/** What a page of {@link servePage} may do. */
export interface PagePolicy {
  /** Another origin that it may send requests to. @defaultValue none */
  readonly connect?: string;
}

const POLICY = "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'";

/**
 * Serves the modules of a page under a strict policy, and lends its origin to a server of models: `/v1/…` is passed on.
 *
 * @param models - the origin of the server of models, at that time
 */
export async function servePage(
  modules: ReadonlyMap<string, string>,
  models: () => string,
  { connect }: PagePolicy = {},
) {
  return listen((request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith('/v1/')) {
      passOn(request, response, models());
      return;
    }
    const nonce = randomBytes(16).toString('base64');
    const connects = connect === undefined ? '' : `; connect-src 'self' ${connect}`;
    const policy = { 'content-security-policy': `${POLICY}; style-src 'nonce-${nonce}'${connects}` };
    const script = modules.get(path);
    if (path === '/') {
      const html = `<!doctype html><title>operators</title><style nonce="${nonce}">body { color: green }</style>
        <script type="module" src="/main.js"></script>`;
      response.writeHead(200, { ...policy, 'content-type': 'text/html; charset=utf-8' }).end(html);
    } else if (script !== undefined) response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    // Whatever else a browser looks for by itself, such as an icon.
    else response.writeHead(204).end();
  });
}

/** A server of models at an origin of its own, with these headers in each answer. */
export async function serveElsewhere(models: string, headers: Head) {
  return listen((request, response) => {
    if (request.method === 'OPTIONS') response.writeHead(204, headers).end();
    else passOn(request, response, models, headers);
  });
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Passes a request on, and what comes of it, as it comes: an end that is none, and a client that leaves, too. */
function passOn(request: IncomingMessage, response: ServerResponse, to: string, headers: Head = {}): void {
  const { method, url = '/' } = request;
  const passed = ask(new URL(url, to), { method, headers: { ...request.headers, host: new URL(to).host } });
  passed.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...headers });
    response.flushHeaders();
    answer.on('error', () => response.destroy()).pipe(response);
  });
  passed.on('error', () => response.destroy());
  response.on('close', () => passed.destroy());
  request.pipe(passed);
}
