import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { xml } from '../../src/reply/xml.js';
import { entriesIn } from './read-reply.js';

const one = (value: string): string => `<result><index>1</index><value>${value}</value></result>`;

describe('what XML is refused', () => {
  const bomb = `<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY lol${at + 1} "${`&lol${at || ''};`.repeat(10)}">`,
  ).join('')}]>`;

  test.each([
    ['an entity bomb', `${bomb}<results>${one('&lol9;')}</results>`],
    ['an external entity', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${one('&e;')}`],
    ['a parameter entity', `<!DOCTYPE x [<!ENTITY % p SYSTEM "http://example.com/x.dtd"> %p;]>${one('a')}`],
    ['a DOCTYPE', `<!DOCTYPE html>${one('a')}`],
    ['an entity outside of a DOCTYPE', `<!ENTITY e "x">${one('&e;')}`],
  ])('%s, before any of the reply is parsed', (_, text) => {
    for (const format of [xml(), xml({ path: '//result' })])
      expect(() => entriesIn(format, text)).toThrow('a reply with a DOCTYPE is not read');
  });

  test('a DOCTYPE in an entry, and entities that XML does not have, as malformed entries', () => {
    for (const value of ['&lol;', '&nbsp;', '&e;', '<!DOCTYPE x [<!ENTITY a "b">]>&a;'])
      expect(entriesIn(xml(), one(value) + one('b'))).toEqual({ entries: [['1', 'b']], malformed: 1 });
  });

  test('elements that stand in each other without end', () => {
    const deep = `${'<a>'.repeat(5000)}x${'</a>'.repeat(5000)}`;
    expect(entriesIn(xml({ value: '*' }), `<result><index>1</index>${deep}</result>`).malformed).toBe(1);
    expect(entriesIn(xml({ path: '//b' }), deep).malformed).toBe(1);
  });

  test('tags that do not match, and text between elements', () => {
    for (const value of ['<b>a', 'a<br>', 'very <b>good</b>', '<b></c>'])
      expect(entriesIn(xml(), one(value))).toEqual({ entries: [], malformed: 1 });
  });

  test('text between the elements of an entry', () => {
    for (const stray of ['stray<value>a</value>', '<value>a</value>stray', '<![CDATA[x]]><value>a</value>'])
      expect(entriesIn(xml(), `<result><index>1</index>${stray}</result>`)).toEqual({ entries: [], malformed: 1 });
  });

  test('two values of an entry, unless the schema declares a list', () => {
    const text = '<result><index>1</index><value>a</value><value>b</value></result>';
    const list = jsonSchema<string[]>({ type: 'array', items: { type: 'string' } });
    const word = jsonSchema<string>({ type: 'string' });
    for (const format of [xml(), xml({ schema: word })])
      expect(entriesIn(format, text)).toEqual({ entries: [], malformed: 1 });
    expect(entriesIn(xml({ schema: list }), text).entries).toEqual([['1', ['a', 'b']]]);
    expect(entriesIn(xml(), '<result index="1" value="a"><value>b</value></result>').malformed).toBe(1);
  });

  test('one entry that a path selects, and not the others of its document', () => {
    const text = '<d><e><index>1</index>x<value>a</value></e><e><index>2</index><value>b</value></e></d>';
    expect(entriesIn(xml({ path: '/d/e' }), text)).toEqual({ entries: [['2', 'b']], malformed: 1 });
  });

  test.each([1, 7, 9_999])('what comes after a DOCTYPE, and not what closed before it, in pieces of %i', (size) => {
    const reader = xml().reader({ ids: [1, 2, 3] });
    const text = `<results>${one('a')}<!DOCTYPE x>${one('b')}<!DOCTYPE x></results>`;
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    const entries = pieces.flatMap((piece) => reader.push(piece));
    expect(entries.map(({ value }) => value)).toEqual(['a']);
    expect(() => reader.end(true)).toThrow('a reply with a DOCTYPE is not read');
    expect(reader.unread).toEqual([]);
  });

  test('an example before a DOCTYPE that words stand in front of', () => {
    const reader = xml().reader({ ids: [1, 2, 3] });
    const [example] = reader.push(`Like ${one('x')}. So: <!DOCTYPE x><results>${one('a')}<!DOCTYPE x>`);
    expect(() => reader.end(true)).toThrow();
    expect(reader.unread).not.toContainEqual(expect.objectContaining({ payload: example?.payload }));
    expect(reader.unread).toHaveLength(1);
  });

  test('tags that the answer only speaks of are none of it', () => {
    for (const words of [
      'I used <result> for each.',
      'Each <result> has an <index>, and a <value>.',
      'A <b>word</b>.',
    ]) {
      const reader = xml().reader({ ids: [1, 2, 3] });
      expect(reader.push(`<results>${one('a')}</results>\n${words}`)).toHaveLength(1);
      reader.end(true);
      expect(reader.unread).toEqual([]);
    }
  });

  test('but not what the model thinks of it', () => {
    expect(entriesIn(xml(), `<think><!DOCTYPE x> <!-- </think>${one('a')}`).entries).toEqual([['1', 'a']]);
  });
});

describe('a value in XML', () => {
  test.each([
    ['A &amp; B &lt;c&gt; &quot;d&quot; &apos;e&apos; &#65;&#x42;', `A & B <c> "d" 'e' AB`],
    ['R&D, 1 < 2, <3', 'R&D, 1 < 2, <3'],
    ['\n  padded\n  ', 'padded'],
    ['<![CDATA[ <b>&amp;</b> ]]>', ' <b>&amp;</b> '],
    ['a<!-- no -->b', 'ab'],
    ['', ''],
  ])('%j is the text %j', (written, value) => {
    expect(entriesIn(xml(), one(written)).entries).toEqual([['1', value]]);
  });

  test('is a text without a schema, whatever it looks like', () => {
    expect(['5', 'true', 'null', ' 5.0 '].map((text) => entriesIn(xml(), one(text)).entries[0]?.[1])).toEqual([
      '5',
      'true',
      'null',
      '5.0',
    ]);
  });

  test.each([
    [{ type: 'integer' }, '5', 5],
    [{ type: 'integer' }, '+05', 5],
    [{ type: 'number' }, '-1.5e3', -1500],
    [{ type: 'number' }, '5 stars', '5 stars'],
    [{ type: 'number' }, '', ''],
    [{ type: 'number' }, '1,000', '1,000'],
    [{ type: 'number' }, '0x10', '0x10'],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean' }, 'yes', 'yes'],
    [{ type: ['integer', 'null'] }, 'null', null],
    [{ enum: [1, 2] }, '2', 2],
    [{ const: true }, 'true', true],
    [{ anyOf: [{ type: 'number' }, { type: 'boolean' }] }, 'false', false],
    [{ anyOf: [{ type: 'number' }, { type: 'string' }] }, '1', '1'],
    [{ $ref: '#/$defs/stars', $defs: { stars: { type: 'integer' } } }, '4', 4],
    [{ type: 'array', items: { type: 'integer' } }, '4', [4]],
    [{}, '5', '5'],
  ])('is what the schema %j declares: %j is %j', (schema, written, value) => {
    expect(entriesIn(xml({ schema: jsonSchema(schema) }), one(written)).entries).toEqual([['1', value]]);
  });

  test('may be an object, with the types of its fields', () => {
    const schema = z.object({
      mood: z.string(),
      stars: z.number(),
      tags: z.array(z.string()),
      by: z.object({ age: z.int() }),
    });
    const fields = '<mood>5</mood><stars>4.5</stars><tags>a</tags><by><age>7</age></by>';
    const value = { mood: '5', stars: 4.5, tags: ['a'], by: { age: 7 } };
    expect(entriesIn(xml({ value: '*', schema }), `<result><index>1</index>${fields}</result>`).entries).toEqual([
      ['1', value],
    ]);
    expect(entriesIn(xml({ schema }), one(fields)).entries).toEqual([['1', value]]);
  });

  test('reaches nothing that all objects inherit', () => {
    const { entries } = entriesIn(
      xml({ value: '*' }),
      '<result><index>1</index><__proto__><a>1</a></__proto__></result>',
    );
    expect(Object.keys(entries[0]?.[1] as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
    expect(entriesIn(xml({ value: 'constructor' }), '<result><index>1</index><a/></result>').entries).toEqual([
      ['1', undefined],
    ]);
  });
});

describe('an entry in XML', () => {
  test.each([
    ['an index as an attribute', '<result index="1"><value>a</value></result>'],
    ['no element around its value', '<result index="1">a</result>'],
    ['only attributes', '<result index="1" value="a"/>'],
    ['a namespace', '<results xmlns="urn:x"><result><index>1</index><value>a</value></result></results>'],
    ['words about entries before it', `I write each as a <result> in <results>: <results>${one('a')}</results>`],
  ])('may have %s', (_, text) => {
    expect(entriesIn(xml(), text).entries).toEqual([['1', 'a']]);
  });

  test('has no index if it has two', () => {
    expect(entriesIn(xml(), '<result index="1"><index>2</index><value>a</value></result>').entries).toEqual([
      [undefined, 'a'],
    ]);
  });

  test('is not part of the value of another', () => {
    const inner = '<result><index>2</index><value>b</value></result>';
    expect(entriesIn(xml(), one(`<a>${inner}</a>`)).entries).toHaveLength(1);
  });
});

describe('an XPath', () => {
  const items = '<data><item n="1"><v>a</v></item><item n="2"><v>b</v></item></data>';

  test.each([
    [
      '//item',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    ],
    ['/data/item[@n = 2]', [['2', 'b']]],
    [
      '//v/text()',
      [
        [undefined, 'a'],
        [undefined, 'b'],
      ],
    ],
    [
      '//@n',
      [
        [undefined, '1'],
        [undefined, '2'],
      ],
    ],
    ['//nothing', []],
  ])('%s selects entries', (path, entries) => {
    expect(entriesIn(xml({ path, index: 'n', value: 'v' }), `Here: ${items}`).entries).toEqual(entries);
  });

  test.each(['//x[', '', 'count(//x)', '"text"'])('that is %j is refused', (path) => {
    expect(() => xml({ path })).toThrow(`path must be an XPath 1.0 that selects nodes; got "${path}"`);
  });

  test('selects nothing of a document that is cut off', () => {
    const format = xml({ path: '//item', index: 'n', value: 'v' });
    expect(entriesIn(format, items.slice(0, -3), { isWhole: false }).entries).toEqual([]);
    expect(entriesIn(format, `${items} and <b`, { isWhole: false }).entries).toHaveLength(2);
    expect(entriesIn(format, `A line<br>\n${items}`).entries).toHaveLength(2);
  });
});

describe('the instruction', () => {
  test('is the same for all batches of two records or more', () => {
    expect(xml().instruction({ ids: [1, 2] })).toBe(xml().instruction({ ids: [1, 2, 3] }));
    expect(xml().instruction({ ids: [1, 2] })).toContain(
      '<results><result><index>1</index><value>your answer</value></result>…</results>',
    );
    expect(xml().instruction({ ids: [1] })).not.toContain('index');
    expect(xml().replySchema({ ids: [1, 2] })).toBeUndefined();
  });
});

test.each([{ index: '' }, { value: 'a b' }, { index: 'value' }, { value: 'result' }, { index: '1st' }])(
  '%j are no names',
  (names) => {
    expect(() => xml(names)).toThrow(RangeError);
  },
);
