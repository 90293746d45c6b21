import { describe, expect, test } from 'vitest';
import { xml } from '../../src/reply/xml.js';
import { entriesIn, placesIn } from './read-reply.js';

const format = xml();
const sure = { unread: [], firstPayload: 0, opensReply: true };
const one = (index: number): string => `<result><index>${index}</index><value>a</value></result>`;

describe('between entries', () => {
  test.each([
    ['nothing', '', '2@1/0'],
    ['blanks and signs', ' ,\n- ', '2@1/0'],
    ['words', ' No: ', '2@1/1'],
    ['a comment, whatever it says', '<!-- No: <result> -->', '2@1/0'],
    ['a CDATA section with words', '<![CDATA[No:]]>', '2@1/1'],
    ['a processing instruction', '<?page break?>', '2@1/1'],
    ['a tag', '<b>', '2@1/1'],
    ['a tag that closes', '</results>', '2@1/1'],
    ['words and a tag that closes', ' No:</b>', '2@1/1'],
    ['a < that opens no tag', ' <3 ', '2@1/0'],
  ])('stands %s', (_, between, second) => {
    expect(placesIn(format, one(1) + between + one(2))).toEqual({ entries: ['1@0/0', second], ...sure });
  });

  test('of the thoughts and the answer stands a tag, also if none began them', () => {
    const after = { unread: [], firstPayload: 1, opensReply: true };
    expect(placesIn(format, `${one(1)}</think>${one(1)}`)).toEqual({ entries: ['1@0/0', '1@1/1'], ...after });
  });
});

describe('an entry opens the reply', () => {
  test.each([
    ['', true],
    ['```xml\n<?xml version="1.0"?>\n<results>\n', true],
    ['<!-- the answers -->', true],
    ['<![CDATA[x]]>', false],
    ['1 ', false],
  ])('behind %j: %j', (opening, opensReply) => {
    expect(placesIn(format, opening + one(1))).toEqual({ entries: ['1@0/0'], ...sure, opensReply });
  });
});

describe('an entry that was not seen to begin', () => {
  test.each([
    ['is of the payload of the one before it', `${one(1)}2</value></result>`, ['1@0/0'], ['0/0']],
    ['is of its own behind words', `${one(1)} No: 2</value></result>`, ['1@0/0'], ['1/1']],
    ['is of the payload of the one behind it', `</value>${one(2)}`, ['2@0/0'], ['-1/0']],
    ['has tags in any case', `${one(1)} No: 2</Value>`, ['1@0/0'], ['1/1']],
    ['is told by its own names', `${one(1)} No: 2</b></mood>`, ['1@0/0'], []],
    ['is none in the thoughts', `<think>2</value></think>${one(1)}`, ['1@0/0'], []],
  ])('%s', (_, text, entries, unread) => {
    const places = placesIn(format, text);
    expect(places.entries).toEqual(entries);
    expect(places.unread).toEqual(unread);
  });

  test('is told by the names of the options', () => {
    const named = xml({ index: 'key', value: 'mood' });
    for (const tag of ['</key>', '</mood>']) expect(placesIn(named, `A${tag}`).unread).toEqual(['0/0']);
    expect(placesIn(named, 'A</value>').unread).toEqual([]);
  });

  test('counts once, however many of its tags close', () => {
    expect(placesIn(format, `No: 2</index></value></result>`).unread).toEqual(['0/0']);
  });
});

describe('a tag that is only spoken of', () => {
  test.each([
    'Each <result> is as <a href="x"> says.',
    'Each <result> has <b>no name.',
    'As <result>/<value>.',
    'An <index>, and a <value>.',
    'A <result> is a < b, and <!-- one -->',
  ])('is no entry: %s', (words) => {
    expect(placesIn(format, `${one(1)}\n${words}`)).toEqual({ entries: ['1@0/0'], ...sure });
  });

  test.each([
    ['of an entry', `Each <result> is: ${one(1)}`],
    ['of a list', `A <result> in <results>: ${one(1)}`],
    ['of an entry, and of an empty element', `Each <result> has a <br/> in it: ${one(1)}`],
  ])('%s, gives way to the entries', (_, text) => {
    const { entries, unread } = placesIn(format, text);
    expect(entries).toHaveLength(1);
    expect(unread).toEqual([]);
  });
});

describe('an entry that stays open', () => {
  test.each([
    '<result index="1"> a',
    '<result><index',
    '<result>\n',
    '<result>a',
    '<result>é',
    '<result> <!DOCTYPE x><',
  ])('is unread if it was begun: %j', (text) => {
    expect(placesIn(format, text)).toEqual({ entries: [], ...sure, unread: ['0/0'] });
  });

  test('is unread if the next one begins in it', () => {
    expect(placesIn(format, `<result index="1"> a ${one(2)}`)).toEqual({
      entries: ['2@1/1'],
      ...sure,
      unread: ['0/0'],
    });
  });
});

describe('where a reply ends', () => {
  const cut = { isWhole: false };

  test.each([
    [one(1), [], []],
    [`So: ${one(1)}`, [], ['0/0']],
    [`So: ${one(1)} No`, [], ['0/1']],
    [`So: ${one(1)} <b`, [], ['0/1']],
    [`So: ${one(1)}</result`, [], ['0/0']],
    [`So: ${one(1)} <result`, ['0/0'], ['0/1']],
    ['<result index="1" value="a"/>', [], []],
  ])('behind %j', (text, whole, cutOff) => {
    expect(placesIn(format, text).unread).toEqual(whole);
    expect(placesIn(format, text, cut).unread).toEqual(cutOff);
  });
});

describe('what is no tag', () => {
  test.each([
    ['a > in the quotes of an attribute', '<result index="1" value="1>2"/>', '1>2'],
    ['one kind of quote in the other', `<result index="1" value='a">b'/>`, 'a">b'],
    ['the other', `<result index='1' value="it's > b"/>`, "it's > b"],
    ['an entry in a processing instruction', `<?page ${one(2)} ?><result index="1">a</result>`, 'a'],
    ['an entry in a comment', `<!-- ${one(2)} --><result index="1">a</result>`, 'a'],
    ['a < in front of a digit', 'I <3 it: <result index="1">a</result>', 'a'],
  ])('is %s', (_, text, value) => {
    expect(entriesIn(format, text)).toEqual({ entries: [['1', value]], malformed: 0 });
  });
});
