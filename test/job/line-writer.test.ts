import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineWriter } from '../../src/job/line-writer.js';
import { linesOf } from '../../src/job/lines.js';
import { SpoolFile } from '../../src/job/spool.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';

it('writes what JSON.stringify writes, whatever is in the texts and fields', () => {
  const write = lineWriter({ custom_id: 'string', body: 'request' }, 'messages');
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  const turn = fc.record({ role: fc.constantFrom('user', 'system'), content: text });
  const fields = fc.dictionary(fc.constantFrom('seed', 'top_p', 'response_format', 'stop'), fc.jsonValue());
  fc.assert(
    fc.property(text, fc.array(turn), fields, (customId, messages, others) => {
      const body = { model: 'm', messages, ...others };
      const line = { custom_id: customId, body };
      expect(JSON.parse(write(line, body))).toEqual(JSON.parse(JSON.stringify(line)));
      expect(write(line, body)).not.toContain('\n');
    }),
  );
});

it('keeps a spool in a private folder, and removes it', async () => {
  const folder = await ownTmpdir();
  const spool = new SpoolFile({ before: '[', between: ',', after: ']' });
  spool.add('1');
  spool.add('2');
  spool.close();
  const [name = ''] = readdirSync(folder);
  const path = join(folder, name, 'requests.jsonl');
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toBe('[1,2]');
  expect(await (await spool.blob()).text()).toBe('[1,2]');
  spool.remove();
  spool.remove();
  expect(readdirSync(folder)).toEqual([]);
});

it('reads lines wherever their bytes are cut', async () => {
  const whole = new TextEncoder().encode('één\n\nzwei 😀\nlast');
  for (let at = 0; at <= whole.length; at++) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const piece of [whole.slice(0, at), whole.slice(at)]) controller.enqueue(piece);
        controller.close();
      },
    });
    const lines: string[] = [];
    for await (const line of linesOf(new Response(body))) lines.push(line);
    expect(lines).toEqual(['één', '', 'zwei 😀', 'last']);
  }
});

it('does not hold a line without end', async () => {
  const lines = linesOf(new Response('x'.repeat(100)), 50);
  await expect(lines.next()).rejects.toThrow('longer than 50 characters');
});
