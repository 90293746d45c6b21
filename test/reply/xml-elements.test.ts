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
