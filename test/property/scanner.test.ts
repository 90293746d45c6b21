import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonScanner } from '../../src/reply/json-scanner.js';
import type { EntryPlace } from '../../src/types/reply.js';
import { hostileText, type Json, jsonValue, JsonWriter, writing } from './json-texts.js';
import { cut, cuts, type Cuts } from './pieces.js';
import { always } from './runs.js';

/** A value that is to be found, with its place. */
type Found = EntryPlace & { readonly value: unknown };

function scan(text: string, at: Cuts, index: string | null = 'index') {
  const found: Found[] = [];
  const scanner = new JsonScanner(index, (json, place) => {
    found.push({ value: JSON.parse(json) as unknown, ...place });
  });
  for (const piece of cut(text, at)) scanner.push(piece);
  return { found, opensReply: scanner.opensReply, firstPayload: scanner.firstPayload };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** The lists in an object and in the objects inside of it, in the order of the text. */
function listsIn(value: Json): readonly (readonly Json[])[] {
  if (isList(value)) return [value];
  return isObject(value) ? Object.values(value).flatMap(listsIn) : [];
}

/** What the scanner promises to give of one document. */
function expectedOf(document: Json, index: string | null): Expected {
  const keys = isObject(document) ? Object.keys(document) : [];
  const entryKey = index ?? keys[0];
  const isEntry = entryKey !== undefined && keys.includes(entryKey);
  const before = isEntry ? keys.slice(0, keys.indexOf(entryKey)) : keys;
  const lists = isObject(document) ? before.flatMap((key) => listsIn(document[key]!)) : listsIn(document);
  const elements = lists.flatMap((list, payload) => list.map((value) => ({ value, nested: true, payload })));
  const lastPayload = Math.max(0, lists.length - 1);
  const isWhole = isEntry || lists.length === 0;
  return {
    found: isWhole ? [...elements, { value: document, nested: false, payload: lastPayload }] : elements,
    lastPayload,
  };
}

/** What is found in a document, with payloads counted from its own first. */
interface Expected {
  readonly found: Pick<Found, 'value' | 'nested' | 'payload'>[];
  readonly lastPayload: number;
}

const indexKey = fc.constantFrom('index', 'index', null);
const list = fc.array(jsonValue, { maxLength: 4 });
const document = jsonValue.filter((value) => typeof value === 'object' && value !== null);

describe('the scanner', () => {
  test('gives exactly the elements of any array, however it is cut', () => {
    always([list, writing, cuts], (elements, choices, at) => {
      const { found } = scan(new JsonWriter(choices).write(elements), at);
      expect(found).toStrictEqual(elements.map((value) => ({ value, document: 0, payload: 0, nested: true })));
    });
  });

  test('gives exactly the elements of an array inside an object', () => {
    const around = fc.array(fc.tuple(hostileText, fc.oneof(hostileText, fc.integer(), fc.constant(null))), {
      maxLength: 3,
    });
    always([around, list, around, writing, cuts], (before, elements, after, choices, at) => {
      const writer = new JsonWriter(choices);
      const members = [...before, ['results', elements] as const, ...after]
        .filter(([key]) => key !== 'index')
        .map(([key, value]) => writer.member(key, writer.write(value)) + writer.gap());
      const { found } = scan(`${writer.gap()}{${writer.gap()}${members.join(',')}}`, at);
      expect(found).toStrictEqual(elements.map((value) => ({ value, document: 0, payload: 0, nested: true })));
    });
  });

  test('takes an object with an index as one entry, and else gives the elements of its lists', () => {
    always([document, writing, cuts, indexKey], (value, choices, at, index) => {
      const { found } = scan(new JsonWriter(choices).write(value), at, index);
      expect(found.map(place)).toStrictEqual(
        expectedOf(value, index).found.map((given) => place({ ...given, document: 0 })),
      );
    });
  });

  test('knows the index also if its key is escaped, and a list comes after it', () => {
    const { found } = scan('{"\\u0069ndex":1,"value":[{"index":2}]}', []);
    expect(found.map(({ value }) => value)).toStrictEqual([{ index: 1, value: [{ index: 2 }] }]);
  });

  test('reads documents one after the other, and counts payloads by the prose between them', () => {
    const together = ['\n', ', ', ',\n', '', '\n\n```\n', ';', ' 1. '];
    const apart = [' and ', '\n```json\n', '\nÜ', '<think>[1]</think>', '</p>', ' a[b '];
    const separator = fc.constantFrom(...together, ...apart);
    const documents = fc.array(fc.tuple(document, separator), { minLength: 1, maxLength: 4 });
    always([documents, writing, cuts, indexKey], (written, choices, at, index) => {
      const writer = new JsonWriter(choices);
      let text = '';
      let number = 0;
      let payload = 0;
      const expected = written.flatMap(([value, after]) => {
        text += writer.write(value) + after;
        const { found, lastPayload } = expectedOf(value, index);
        const base = payload;
        const given = found.map((one) => ({ ...one, document: number, payload: base + one.payload }));
        payload += lastPayload;
        // A bracket in prose opens a document, which breaks off.
        number += after.includes('a[b') ? 2 : 1;
        payload += !apart.includes(after) ? 0 : after.includes('a[b') ? 2 : 1;
        return given;
      });
      const { found } = scan(text, at, index);
      expect(found.map(place)).toStrictEqual(expected.map(place));
    });
  });
});

/** For messages that are easy to read: what differs stands first. */
function place({ value, ...rest }: Found) {
  return { ...rest, value };
}

describe('around the payload', () => {
  const opening = [
    '',
    '\uFEFF',
    ' \n',
    '```json\n',
    '\uFEFF\r\n```\n',
    ' '.repeat(70),
    `\`\`\`json\n${'\n'.repeat(70)}`,
  ];
  const prose = ['Sure: ', 'é', '1. ', '<think>[0]</think>', '<thinking>{"index":1}[2]</thinking>', '``', '-'];
  const after = fc.constantFrom('', '\n```', ' Done.', '\n\nAnything [else]? ', '</think', '<think>[7]', '"');

  test('blanks, a byte-order mark, fences, prose and thoughts are passed over', () => {
    const before = fc.array(fc.constantFrom(...opening, ...prose), { maxLength: 3 });
    always([before, list, writing, after, cuts], (parts, elements, choices, rest, at) => {
      const { found, opensReply } = scan(parts.join('') + new JsonWriter(choices).write(elements) + rest, at);
      expect(found.slice(0, elements.length).map(({ value }) => value)).toStrictEqual(elements);
      expect(found.slice(elements.length).every(({ document: number }) => number > 0)).toBe(true);
      const isOpening = /^[\s\uFEFF]*(?:```(?:json)?\s*)?$/.test(parts.join(''));
      expect(opensReply).toBe(isOpening);
    });
  });

  test('prose behind many blanks does not let the payload open the reply', () => {
    for (const before of [' '.repeat(70), `\`\`\`json\n${'\n'.repeat(70)}`])
      expect(scan(`${before}For example: [1]`, []).opensReply).toBe(false);
  });

  test('thoughts whose beginning has no tag are before the first payload that counts', () => {
    always([document, list, writing, cuts], (decoy, elements, choices, at) => {
      const writer = new JsonWriter(choices);
      const text = `${writer.write(decoy)} maybe\n</think>${writer.gap()}${writer.write(elements)}`;
      const { found, firstPayload } = scan(text, at);
      const counted = found.filter(({ payload }) => payload >= firstPayload);
      expect(counted.map(({ value }) => value)).toStrictEqual(elements);
    });
  });
});

describe('a reply that breaks off', () => {
  const at = fc.nat(9_999);

  test('has given the elements that had closed, and nothing else', () => {
    const wrapper = fc.constantFrom(['', ''], ['{"results":', '}'], ['Here: ', ''], ['\uFEFF```json\n', '\n```']);
    always([wrapper, list, writing, at, cuts], ([before, after], elements, choices, place, pieces) => {
      const writer = new JsonWriter(choices);
      let text = `${before}[`;
      // A string or bracket closes itself; a number or word is closed by what follows it.
      const closings = elements.map((value, index) => {
        text += (index === 0 ? '' : ',') + writer.gap() + writer.write(value);
        return text.length + (typeof value === 'string' || (typeof value === 'object' && value !== null) ? 0 : 1);
      });
      text += `]${after}`;
      const end = place % (text.length + 1);
      const { found } = scan(text.slice(0, end), pieces);
      const closed = elements.filter((_, index) => closings[index]! <= end);
      expect(found.map(({ value }) => value)).toStrictEqual(closed);
    });
  });

  test('has given the lines that had closed, and nothing else', () => {
    const line = fc.record({ index: fc.nat(5), value: jsonValue }, { noNullPrototype: true });
    always([fc.array(line, { maxLength: 4 }), writing, at, cuts], (lines, choices, place, pieces) => {
      const writer = new JsonWriter(choices);
      let text = '';
      const closings = lines.map((value) => {
        text += `${text === '' ? '' : '\n'}${writer.write(value)}`;
        return text.length;
      });
      const end = place % (text.length + 1);
      const { found } = scan(text.slice(0, end), pieces);
      const closed = lines.filter((_, index) => closings[index]! <= end);
      expect(found).toStrictEqual(
        closed.map((value, number) => ({ value, document: number, payload: 0, nested: false })),
      );
    });
  });
});
