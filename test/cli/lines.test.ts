import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvRows } from '../../src/cli/csv-rows.js';
import { type Line, splitLines } from '../../src/cli/lines.js';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function linesOf(bytes: Buffer, size: number, maxBytes?: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of splitLines(inChunks(bytes, size), maxBytes)) lines.push(line);
  return lines;
}

describe('splitLines', () => {
  it('gives the same lines wherever the chunks are cut, also within a character', async () => {
    const bytes = Buffer.from('\ufeffé €\r\n\n😀 last');
    for (let size = 1; size <= bytes.length; size++)
      expect(await linesOf(bytes, size)).toEqual([
        { number: 1, text: 'é €\r', problem: null, bytes: 11, isTerminated: true },
        { number: 2, text: '', problem: null, bytes: 1, isTerminated: true },
        { number: 3, text: '😀 last', problem: null, bytes: 9, isTerminated: false },
      ]);
  });

  it('reads any text as String.split does', async () => {
    const text = fc.array(fc.constantFrom('\n', 'a', 'é', '€', '😀', '\r')).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 8 }), async (written, size) => {
        const expected = written.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect((await linesOf(Buffer.from(written), size)).map((line) => line.text)).toEqual(expected);
      }),
      { numRuns: 10_000 },
    );
  });

  it('passes over a line that is too long', async () => {
    async function* chunks(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 64; i++) yield Buffer.alloc(2 ** 20, 'x');
      yield Buffer.from('\nshort\n');
    }
    const lines: Line[] = [];
    for await (const line of splitLines(chunks(), 2 ** 20)) lines.push(line);

    expect(lines.map(({ text, problem }) => [text, problem])).toEqual([
      [null, 'the line is longer than 1048576 bytes'],
      ['short', null],
    ]);
    expect(lines[0]?.bytes).toBe(64 * 2 ** 20 + 1);
  });

  it('takes a line of exactly the limit', async () => {
    const lines = await linesOf(Buffer.from('12345\n123456\n'), 4, 5);
    expect(lines.map(({ text }) => text)).toEqual(['12345', null]);
  });
});

describe('CsvRows', () => {
  function rowsOf(csv: string, maxBytes?: number) {
    const rows = new CsvRows(maxBytes);
    const lines = csv.split('\n').map((text, position) => {
      return { number: position + 1, text, problem: null, bytes: text.length + 1, isTerminated: true };
    });
    return [...lines.flatMap((line) => [...rows.push(line)]), ...rows.end()];
  }

  it('reads back any fields', () => {
    const field = fc
      .array(fc.constantFrom('"', ',', '\n', '\r\n', ' ', 'a', 'é', '\ufeff'))
      .map((parts) => parts.join(''));
    // A row of one empty field is a blank line.
    const row = fc.array(field, { minLength: 2, maxLength: 4 });
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(row), fc.constantFrom('\n', '\r\n'), (written, newline) => {
        const csv = written.map((fields) => fields.map(quote).join(',')).join(newline);
        const rows = rowsOf(csv);
        expect(rows.map(({ fields }) => fields)).toEqual(written);
        expect(rows.every(({ problem }) => problem === null)).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  it('gives every line to exactly one row, whatever the quotes', () => {
    const text = fc.array(fc.constantFrom('"', ',', '\n', 'a'), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (csv) => {
        const rows = rowsOf(csv);
        const spans = rows.map((row) => (row.text ?? '').split('\n').length);
        const covered = rows.flatMap(({ line }, i) =>
          Array.from({ length: spans[i] ?? 0 }, (_, offset) => line + offset),
        );
        const written = csv.split('\n').flatMap((line, position) => (line.trim() === '' ? [] : [position + 1]));
        expect(covered.length).toBe(new Set(covered).size);
        expect(covered).toEqual(expect.arrayContaining(written));
      }),
      { numRuns: 10_000 },
    );
  });

  it('gives up a quote that stays open for too long', () => {
    const rows = rowsOf('1,"open\n2,b\n3,c\n4,d', 12);
    expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
      [1, 'a quote is opened and not closed'],
      [2, null],
      [3, null],
      [4, null],
    ]);
  });
});
