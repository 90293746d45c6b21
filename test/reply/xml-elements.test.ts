import { describe, expect, test } from 'vitest';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { xml } from '../../src/reply/xml.js';
import { entriesIn } from './read-reply.js';

const one = (value: string): string => `<result><index>1</index><value>${value}</value></result>`;

describe('the text of an element', () => {
  test.each([
    ['\t\n\r\n a \t\r\n', 'a'],
    ['a <![CDATA[b]]> c', 'a b c'],
    ['<![CDATA[a]]>b <![CDATA[c]]>', 'ab c'],
    [' <!-- no -->a', 'a'],
    ['<![CDATA[a & b < c &amp; d]]>', 'a & b < c &amp; d'],
    ['<![CDATA[a]]> & <![CDATA[b]]>', 'a & b'],
    ['<![CDATA[]]>', ''],
    ['a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['a\u0085b\u2028c', 'a\u0085b\u2028c'],
    [' \n ', ''],
  ])('%j is %j', (written, text) => {
    expect(entriesIn(xml(), one(written))).toEqual({ entries: [['1', text]], malformed: 0 });
  });
});

describe('the value of an entry', () => {
  test.each([
    ['undefined, if it has other fields', '<result index="1"><mood>good</mood></result>', undefined],
    ['undefined, if no index tells that its text is one', '<result>good</result>', undefined],
    ['an object, if it has elements', one('<mood>good</mood><stars>5</stars>'), { mood: 'good', stars: '5' }],
    ['a list, where elements have one name', one('<tag>a</tag><tag>b</tag>'), { tag: ['a', 'b'] }],
    ['without the attributes in it', one('<a x="1"><b y="2">c</b></a>'), { a: { b: 'c' } }],
    ['what is in it, if that has the name of an entry', one('<a><result/></a>'), { a: { result: '' } }],
  ])('is %s', (_, text, value) => {
    const { entries, malformed } = entriesIn(xml(), text);
    expect(entries.map((entry) => entry[1])).toEqual([value]);
    expect(malformed).toBe(0);
  });

  test('is its text, if it is of the only record', () => {
    const ids = [1];
    expect(entriesIn(xml(), '<result>good</result>', { ids }).entries).toEqual([[undefined, 'good']]);
    expect(entriesIn(xml(), '<result><mood>good</mood></result>', { ids }).entries).toEqual([[undefined, undefined]]);
  });

  test('is no list of an attribute and elements', () => {
    const list = xml({ schema: jsonSchema({ type: 'array', items: { type: 'string' } }) });
    const text = '<result index="1" value="a"><value>b</value></result>';
    expect(entriesIn(list, text)).toEqual({ entries: [], malformed: 1 });
  });
});

describe('all of an entry', () => {
  const all = xml({ value: '*' });

  test.each([
    ['its text, if it has no other field', '<result index="1"> good\n</result>', ['1', 'good']],
    ['its text, if it has no field at all', '<result>good</result>', [undefined, 'good']],
    [
      'its text, beside a namespace and a comment',
      '<result xmlns="urn:x" index="1">good<!-- 5 --></result>',
      ['1', 'good'],
    ],
    ['its text, blanks in a CDATA section too', '<result index="1"><![CDATA[ ]]></result>', ['1', ' ']],
    ['an object, if it has no text', '<result index="1"> \n </result>', ['1', {}]],
    ['an object of its attributes', '<result index="1" mood="good"> </result>', ['1', { mood: 'good' }]],
    ['an object of its elements', '<result index="1"> <mood>good</mood> </result>', ['1', { mood: 'good' }]],
    ['an object of both', '<result index="1" a="x"><b>y</b></result>', ['1', { a: 'x', b: 'y' }]],
  ])('is %s', (_, text, entry) => {
    expect(entriesIn(all, text)).toEqual({ entries: [entry], malformed: 0 });
  });

  test.each([
    '<result index="1" mood="good">very</result>',
    '<result index="1" mood="good"><![CDATA[very]]></result>',
    '<result><index>1</index>very</result>',
    '<result index="1">very <mood>good</mood></result>',
  ])('is malformed, where text stands beside fields: %s', (text) => {
    expect(entriesIn(all, text)).toEqual({ entries: [], malformed: 1 });
  });

  test('is its text, if it is of the only record', () => {
    for (const text of ['<result>good</result>', '<result index="1">good</result>'])
      expect(entriesIn(all, text, { ids: [1] }).entries).toEqual([[undefined, 'good']]);
  });

  test('is what the schema declares of its text', () => {
    const stars = xml({ value: '*', schema: jsonSchema({ type: 'integer' }) });
    expect(entriesIn(stars, '<result index="1">5</result>').entries).toEqual([['1', 5]]);
  });

  test('is the text of an element that a path selects', () => {
    const words = xml({ value: '*', path: '/d/e' });
    const text = '<d><e index="1">good</e><e>bad</e><e mood="good">very</e></d>';
    expect(entriesIn(words, text)).toEqual({
      entries: [
        ['1', 'good'],
        [undefined, 'bad'],
      ],
      malformed: 1,
    });
  });
});

describe('how deep elements stand in each other', () => {
  const deep = (depth: number): string => `${'<a>'.repeat(depth)}x${'</a>'.repeat(depth)}`;

  test('has its limit at 200', () => {
    // The entry and its value are two of them.
    expect(entriesIn(xml(), one(deep(198)))).toMatchObject({ entries: [['1', {}]], malformed: 0 });
    expect(entriesIn(xml(), one(deep(199)))).toEqual({ entries: [], malformed: 1 });
  });

  test.each(['<item>x</item>', '<item/>', '<item x="1" />', '<item></item>'])(
    'is not how many there are: %s',
    (item) => {
      const { entries, malformed } = entriesIn(xml(), one(item.repeat(300)));
      expect(malformed).toBe(0);
      expect(entries[0]?.[1]).toMatchObject({ item: { length: 300 } });
    },
  );
});
