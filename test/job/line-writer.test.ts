import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWriter } from '../../src/job/line-writer.js';
import { linesOf } from '../../src/job/lines.js';
import { SpoolFile } from '../../src/job/spool.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';

const text = fc.string({ unit: 'binary', maxLength: 80 });

/** Requests that follow each other, with the same fields or others, and often with the same values. */
const requests = fc.array(
  fc.record({
    model: fc.constantFrom('m', 'n'),
    messages: fc.array(
      fc.record({ role: fc.constantFrom('user', 'system'), content: fc.oneof(fc.constantFrom('', 'same'), text) }),
      { maxLength: 3 },
    ),
    others: fc.oneof(
      fc.constant({}),
      fc.dictionary(fc.constantFrom('seed', 'top_p', 'response_format', 'stop'), fc.jsonValue({ maxDepth: 2 })),
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

it('writes what JSON.stringify writes, whatever is in the texts and fields, and whatever was written before', () => {
  fc.assert(
    fc.property(requests, text, (all, customId) => {
      const write = lineWriter({ fixed: { method: 'POST' }, request: 'body', turns: 'messages' });
      for (const { others, ...request } of all) {
        const body = { ...others, ...request };
        const line = write(customId, body);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ custom_id: customId, method: 'POST', body })));
        expect(line).not.toContain('\n');
      }
    }),
    { numRuns: 300 },
  );
});

describe('a line', () => {
  const messages = [{ role: 'user', content: 'x' }];
  const bodyOf = (line: string): unknown => (JSON.parse(line) as { readonly body: unknown }).body;

  it('says what a field has become, in the same object too', () => {
    const write = lineWriter({ fixed: {}, request: 'body', turns: 'messages' });
    const format = { type: 'text', list: [1, 2] };
    const request = { model: 'm', messages, format };
    write('a', request);
    format.list.push(3);
    expect(bodyOf(write('b', request))).toEqual(request);
    format.list = [1, 2];
    expect(bodyOf(write('c', request))).toEqual(request);
  });

  it.each([
    ['that JSON leaves out', undefined, 'one'],
    ['that JSON writes in another way', new Date(0), new Date(1)],
    ['that is no object any more', { a: 1 }, null],
    ['that is a list like an object', ['a'], { 0: 'a' }],
    ['that is no number', NaN, null],
    ['with words of the compiler', { $id: '#x', $defs: { a: { $id: '#x' } } }, { $ref: '#/nowhere' }],
    ['named like what objects have', JSON.parse('{"__proto__": 1}') as unknown, {}],
  ])('may have a field %s', (_, first, second) => {
    const write = lineWriter({ fixed: {}, request: 'body', turns: 'messages' });
    for (const field of [first, second, first]) {
      const body = { messages, field };
      expect(bodyOf(write('a', body))).toEqual(JSON.parse(JSON.stringify(body)));
    }
  });

  it('is written for any number of shapes', () => {
    const write = lineWriter({ fixed: {}, request: 'body', turns: 'messages' });
    for (let n = 0; n < 40; n++) {
      const body = { messages, [`field_${n}`]: n };
      expect(bodyOf(write('a', body))).toEqual(body);
    }
  });
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
