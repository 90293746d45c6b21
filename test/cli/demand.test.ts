import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { EXIT } from '../../src/cli/failure.js';
import { standIn } from '../testing/chat.js';
import { jsonLines, parseLines, reviews, sentimentModel } from './cli.js';
import { startRun } from './in-process.js';

/** Four calls of five records at a time. */
const BATCHES = ['batch.size=5', 'concurrency=4'];

it('reads no more records than may be in flight, while no answer comes', async () => {
  const server = await standIn({ fault: () => ({ kind: 'hang' }) });
  let read = 0;
  const source = Readable.from(
    (function* () {
      while (read < 5000) yield Buffer.from(jsonLines([{ id: ++read, text: 'good' }]));
    })(),
  );
  const { stop, ended } = await startRun(sentimentModel(server.url), source, ...BATCHES);
  await server.whenReceived(4);
  // A reader that runs ahead reads a line in each of these turns at least.
  for (let turn = 0; turn < 5000; turn++) await setImmediate();

  // Two batches for each of four calls, and what streams read ahead.
  expect(read).toBeGreaterThanOrEqual(40);
  expect(read).toBeLessThan(50);

  stop.abort();
  expect(await ended).toBe(EXIT.unexpected);
  await server.whenAborted(4);
  expect(source.destroyed).toBe(true);
});

it('writes what was read when the input breaks off', async () => {
  const server = await standIn();
  const source = Readable.from(
    (function* () {
      yield Buffer.from(jsonLines(reviews(7)));
      throw new Error('the cable was pulled');
    })(),
  );
  const { stdout, stderr, ended } = await startRun(sentimentModel(server.url), source, ...BATCHES);

  expect(parseLines(await text(stdout))).toHaveLength(7);
  expect(await ended).toBe(EXIT.unexpected);
  expect((await text(stderr)).trim().split('\n').at(-1)).toBe(
    'rxjs-llm: stdin cannot be read any further: the cable was pulled',
  );
});
