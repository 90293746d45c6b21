import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { runCli, workplace } from './cli.js';

/** Size of the input; with more of it, this is the measurement of docs/cli.md. */
const MEGABYTES = Number(process.env.CLI_MEMORY_MB ?? 100);
/** What Node may use for objects and strings: less than the input, which takes twice its size when it is held. */
const HEAP_MB = 96;

/** One line of the input that is no record, and that nobody may hold. */
const LONG_LINE_MB = 512;
/** What the process may take in all, with all that Node itself needs. */
const RESIDENT_MB = 450;

const RECORDS_A_CALL = 50;

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Answers 1 for each record at once, without a tokenizer: the stand-in would take minutes for so much text. */
async function fastServer(): Promise<{ readonly url: string; readonly records: () => number }> {
  let records = 0;
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await json(request)) as { readonly messages: readonly { readonly content: string }[] };
    const asked = body.messages.at(-1)?.content.match(/^Input \d+: /gm)?.length ?? 1;
    records += asked;
    const results = Array.from({ length: asked }, (_, position) => ({ index: position + 1, value: 1 }));
    const message = { role: 'assistant', content: JSON.stringify({ results }) };
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
  };
  const server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, records: () => records };
}

/** Writes the long line, and then records of about a kilobyte until the file is large enough. Gives their number. */
async function writeInput(file: string): Promise<number> {
  // The long line is a hole in the file, and takes no disk.
  const stream = createWriteStream(file, { flags: 'r+', start: LONG_LINE_MB * 2 ** 20 });
  stream.write('\n');
  const text = 'All work and no play makes this a long review. '.repeat(20);
  let count = 0;
  for (let bytes = 0; bytes < MEGABYTES * 2 ** 20;) {
    const line = `${JSON.stringify({ id: ++count, text })}\n`;
    bytes += line.length;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  await once(stream.end(), 'close');
  return count;
}

async function countLines(file: string): Promise<number> {
  let lines = 0;
  const handle = await open(file);
  for await (const chunk of handle.createReadStream() as AsyncIterable<Buffer>)
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}

describe('a large file', () => {
  it(
    `of ${MEGABYTES} MB, with a line of ${LONG_LINE_MB} MB, runs in a heap of ${HEAP_MB} MB`,
    { timeout: 600_000 },
    async () => {
      const server = await fastServer();
      const options = {
        provider: 'http',
        model: 'any',
        'base.url': server.url,
        'batch.size': RECORDS_A_CALL,
        concurrency: 4,
      };
      const place = await workplace(options, '');
      const count = await writeInput(place.input);
      const report = `process.on('exit', () => console.error('peak of ' + process.resourceUsage().maxRSS / 1024 + ' MB'))`;
      const node = [
        `--max-old-space-size=${HEAP_MB}`,
        '--import',
        `data:text/javascript,${encodeURIComponent(report)}`,
      ];

      const { status, stderr } = await runCli({ args: place.args(), node });

      console.log(stderr);
      expect(status).toBe(3);
      expect(stderr).toContain('1 input_malformed, the first: ');
      expect(server.records()).toBe(count);
      expect(await countLines(place.output)).toBe(count + 1);
      expect(Number(/peak of ([\d.]+) MB/.exec(stderr)?.[1])).toBeLessThan(RESIDENT_MB);
    },
  );
});
