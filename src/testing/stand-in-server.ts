import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerState } from './answer-request.js';
import { Exchange } from './exchange.js';
import type { FaultRule } from './fault.js';
import { JobBook, type JobStats } from './job/job-book.js';
import { jobControl, type StandInJobs } from './job/job-control.js';
import { settingsOf, type StandInOptions } from './options.js';
import { MarkedCache, PrefixCache } from './prompt-cache.js';
import { RateLimits } from './rate-limit.js';
import { RequestLog, type SeenRequest, type StandInStats } from './request-log.js';
import { routeOf, wireOf } from './routes.js';

/** A running stand-in server. */
export interface StandInServer {
  /** Base URL for clients of OpenAI: `http://127.0.0.1:<port>/v1`. */
  readonly url: string;
  /** Base URL for clients of Anthropic, and the endpoint for those of Azure: `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** The requests to a model that it saw, the oldest first; at most `keepRequests`. It grows as requests come. */
  readonly requests: readonly SeenRequest[];
  /** What goes wrong with which request from now on. */
  fault: FaultRule | undefined;
  /** The batch jobs of both services, and the hand that moves them. */
  readonly jobs: StandInJobs;
  /** Sums over requests that came by themselves, and over jobs. */
  stats(): StandInStats & JobStats;
  /** Resolves when that many such requests (1 by default) have come in since the start; rejects when it is closed first. */
  whenReceived(count?: number): Promise<void>;
  /** Resolves when so many clients (1 by default) have left before their answer ended; rejects when it is closed first. */
  whenAborted(count?: number): Promise<void>;
  /** Breaks all connections and stops. No timer is left. */
  close(): Promise<void>;
}

/**
 * Starts a server on 127.0.0.1 that speaks OpenAI's chat completions and responses, Azure's chat completions and
 * Anthropic's messages (JSON and server-sent events), and the batch jobs of both: OpenAI's files and batches, Anthropic's
 * message batches. It needs no account and no network: for integration tests and demos.
 *
 * **It is a lexicon, not a language model.** It decodes the records that a prompt of `toBatchPrompt` asks for, answers each
 * with {@link lexiconSentiment} or with `answer`, and writes the reply as the request's schema or instruction asks for it.
 * It takes as long as a small model might, counts tokens with a real tokenizer, keeps to rate limits, and fails on demand.
 * A job is done in a second, or step by step through `jobs`; its files lie in a private folder until the server closes.
 *
 * @example
 * ```ts
 * const server = await createStandInServer({ timeScale: 0 });
 * server.fault = ({ number }) => (number === 1 ? { kind: 'status', status: 503 } : undefined);
 * // … run a pipeline against server.url …
 * await server.close();
 * ```
 *
 * @throws RangeError (the promise rejects) if an option is not in its range
 */
export async function createStandInServer(options: StandInOptions = {}): Promise<StandInServer> {
  const settings = settingsOf(options);
  const { persona, requestsPerMinute, tokensPerMinute } = settings;
  const log = new RequestLog(settings.keepRequests);
  const limits = new RateLimits({ requests: requestsPerMinute, tokens: tokensPerMinute }, () => performance.now());
  const caches = { prefix: new PrefixCache(), marked: new MarkedCache() };
  const jobs = new JobBook(settings.jobs, settings.keepRequests);
  const state: ServerState = { settings, log, limits, caches, jobs, fault: settings.fault };
  /** Exchanges whose response is not over. */
  const open = new Set<Exchange>();

  const http = createServer((request, response) => {
    const exchange = new Exchange(request, response, { wireOf, headers: { 'x-stand-in': persona.claim } });
    open.add(exchange);
    response.on('close', () => open.delete(exchange));
    void respond(exchange, state);
  });
  // A client's next request must not meet a connection that is just being closed for idleness.
  http.keepAliveTimeout = 0;
  http.listen(settings.port, '127.0.0.1');
  await once(http, 'listening');

  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  return {
    url: `${origin}/v1`,
    origin,
    requests: log.requests,
    get fault() {
      return state.fault;
    },
    set fault(rule) {
      state.fault = rule;
    },
    jobs: jobControl(jobs),
    stats: () => ({ ...log.stats(), ...jobs.stats() }),
    whenReceived: (count = 1) => log.received.whenReached(count),
    whenAborted: (count = 1) => log.aborted.whenReached(count),
    close: async () => {
      for (const exchange of open) exchange.abandon();
      await closeServer(http);
      const closed = new Error('the stand-in server was closed');
      log.end(closed);
      await jobs.close(closed);
    },
  };
}

async function closeServer(http: Server): Promise<void> {
  if (!http.listening) return;
  const closed = once(http, 'close');
  http.close();
  http.closeAllConnections();
  await closed;
}

async function respond(exchange: Exchange, state: ServerState): Promise<void> {
  const { method, path, wire } = exchange;
  const found = routeOf(exchange);
  const handle = found?.route.methods[method];
  try {
    if (found === undefined) exchange.sendError(wire.errors.pathUnknown(method, path));
    else if (handle === undefined)
      exchange.sendError(wire.errors.methodNotAllowed(method, path, Object.keys(found.route.methods).join(', ')));
    else await handle(exchange, state, found.parameters);
  } catch (error) {
    // Either the client has left, which the log knows already, or a rule that a test wrote has thrown.
    if (!exchange.answered) exchange.sendError(wire.errors.ruleFailed(error));
    else if (!exchange.signal.aborted) await exchange.break({ reset: false });
  }
}
