import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { isOk } from '../../src/index.js';
import { createPredictor } from '../../operators/createPredictor.js';
import type { Model } from '../../src/model/index.js';

/** Answers `POST` with the value for the text in the request's body. Requests that come at about the same time share calls. */
export function serve<R>(model: Model<unknown, R>): Server {
  const predictor = createPredictor(model, { batchSize: 20, batchTimeoutMs: 20 });

  const server = createServer((request, response) => {
    const leaving = new AbortController();
    response.on('close', () => leaving.abort());
    const answer = async (): Promise<void> => {
      const outcome = await predictor.predictAsync(await text(request), leaving);
      response
        .writeHead(isOk(outcome) ? 200 : 502)
        .end(JSON.stringify(isOk(outcome) ? outcome.value : outcome.error.code));
    };
    // A client that has left is told nothing; who comes after the end is told to try elsewhere.
    answer().catch(() => response.writeHead(503).end());
  });
  // No new requests are taken; those that are open get their answers.
  process.once('SIGTERM', () => server.close(() => void predictor.close()));
  return server;
}
