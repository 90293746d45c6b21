import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forward, type Upstream } from './forward.ts';
import { sendFile } from './page.ts';

export interface BackendOptions {
  /** The folder that `ng build` wrote. */
  readonly page: string;
  readonly upstream: Upstream;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Names that this server is known by. @defaultValue those of this machine */
  readonly hosts?: readonly string[];
}

/** Longest time that a client takes to send its request, in milliseconds; Node looks for those that take longer at each quarter of it. */
const MAX_READ_MS = 10_000;

export interface Backend {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page, and forwards its requests to the model with the key that the page never sees. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { page, upstream, port, hosts = ['127.0.0.1', 'localhost'] } = options;
  const limits = { requestTimeout: MAX_READ_MS, connectionsCheckingInterval: MAX_READ_MS / 4 };
  const server = createServer(limits, (request, response) => {
    respond(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pathname = URL.parse(request.url ?? '/', 'http://localhost')?.pathname;
    const host = URL.parse(`http://${request.headers.host ?? ''}`)?.hostname;
    // Under a name of its own that leads here, another site would be taken for this one.
    if (host === undefined || !hosts.includes(host)) response.writeHead(421).end();
    else if (pathname === undefined) response.writeHead(400).end();
    else if (pathname === '/api/chat/completions') await forward(request, response, upstream);
    else await sendFile(request, response, { folder: page, pathname });
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
