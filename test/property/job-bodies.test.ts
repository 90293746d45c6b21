import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ElementSplitter } from '../../src/testing/job/element-splitter.js';
import { type FileLine, fileLines } from '../../src/testing/job/jsonl.js';
import { collect } from '../testing/chat.js';
import { hostileText } from './json-texts.js';
import { always } from './runs.js';

/** Requests of a message batch, with texts that try to be taken for the end of one. */
const requests = fc.array(
  fc.record({
    custom_id: hostileText,
    params: fc.record({ [']}']: fc.jsonValue({ maxDepth: 2 }), text: hostileText }),
  }),
  { maxLength: 5 },
);
const blanks = fc.constantFrom(undefined, 1, '\t');
const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });

/** The bytes in pieces of these sizes in turn: they end within characters, too. */
function pieces(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const all: Buffer[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const end = start + lengths[turn % lengths.length]!;
    all.push(bytes.subarray(start, end));
    start = end;
  }
  return all;
}

function split(text: string, lengths: readonly number[]) {
  const splitter = new ElementSplitter();
  const elements = pieces(Buffer.from(text), lengths).flatMap((piece) => [...splitter.push(piece)]);
  return { elements, body: splitter.end('requests') };
}

describe('the elements of a body that comes in pieces', () => {
  test('are those that JSON.parse finds', () => {
    always([requests, hostileText, blanks, sizes], (list, other, indent, lengths) => {
      const text = JSON.stringify({ before: other, requests: list, after: [1, other] }, null, indent);
      const parsed = JSON.parse(text) as { requests: unknown };

      const { elements, body } = split(text, lengths);

      expect(elements.map((element) => JSON.parse(element) as unknown)).toEqual(parsed.requests);
      expect(body).toEqual({ before: JSON.parse(JSON.stringify(other)) as unknown, requests: [], after: [1, other] });
    });
  });

  test('are none of a body that is cut', () => {
    always([requests, fc.nat(), sizes], (list, at, lengths) => {
      const text = JSON.stringify({ requests: list });

      expect(split(text.slice(0, at % text.length), lengths).body).toBeNull();
    });
  });

  test.each([
    '',
    'x',
    '[]',
    '{"requests": {}}',
    '{"requests": [}]',
    '{"requests": [{}], "other": [{}]}',
    '{}]',
    '{"requests":[1]}',
  ])('are none of %j', (text) => {
    expect(split(text, [3]).body).toBeNull();
  });
});

describe('the lines of a file that comes in pieces', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', '\r', '\u2028', 'é', '😀'), maxLength: 6 });

  test('are those between its newlines, and stand where they say', async () => {
    const files = fc.asyncProperty(
      fc.array(line, { maxLength: 6 }),
      fc.boolean(),
      sizes,
      async (all, ends, lengths) => {
        const bytes = Buffer.from(all.map((text) => `${text}\n`).join('') + (ends ? '' : 'last'));
        async function* source() {
          yield* pieces(bytes, lengths);
        }

        const found: FileLine[] = await collect(fileLines(source()));

        expect(found.map(({ text }) => text)).toEqual(ends ? all : [...all, 'last']);
        for (const { text, start, bytes: length } of found)
          expect(bytes.subarray(start, start + length).toString()).toBe(text);
      },
    );
    await fc.assert(files, { numRuns: 2000 });
  });
});
