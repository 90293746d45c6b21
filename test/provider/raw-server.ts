import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach } from 'vitest';

/** A server that a test writes byte for byte. */
export interface RawServer {
  /** Base URL for clients. */
  readonly url: string;
  /** Requests that came in. */
  readonly requests: number;
  /** Connections that were opened for them. */
  readonly connections: number;
  /** Resolves when the client has left before the answer ended. */
  readonly left: Promise<void>;
}

export type Answer = (response: ServerResponse, number: number) => void | Promise<void>;

const running = new Set<() => Promise<void>>();

afterEach(async () => {
  await Promise.all([...running].map((close) => close()));
  running.clear();
});

/** Answers every request with `answer`, once its body has been read. It is closed after the test. */
export async function rawServer(answer: Answer): Promise<RawServer> {
  let requests = 0;
  let connections = 0;
  const left = Promise.withResolvers<undefined>();
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) left.resolve(undefined);
    });
    request.resume().on('end', () => void answer(response, ++requests));
  });
  server.on('connection', () => {
    connections++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.add(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get requests() {
      return requests;
    },
    get connections() {
      return connections;
    },
    left: left.promise,
  };
}

/** The address of a server that is no more: nobody listens there. */
export async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/v1`;
}

export function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
}

/** The text of a stream of events. */
export function sse(events: readonly string[], lineEnd = '\n'): string {
  return events.map((data) => `data: ${data}${lineEnd}${lineEnd}`).join('');
}

/** Sends each part by itself: the client's side gets a turn between them. */
export async function writeParts(response: ServerResponse, parts: Iterable<string | Uint8Array>): Promise<void> {
  for (const part of parts) {
    response.write(part);
    await setImmediate();
  }
}
