import { describe, expect, test } from 'vitest';
import { delimited } from '../../src/reply/delimited.js';
import { entriesIn, placesIn } from './read-reply.js';

const sure = { unread: [], firstPayload: 0, opensReply: true };
const cut = { isWhole: false };

describe('lines between records', () => {
  const format = delimited();

  test('are of no payload, if they are a header', () => {
    for (const header of ['index|value', 'index | value', ' index |\tvalue '])
      expect(placesIn(format, `${header}\n1|a\n${header}\n2|b`)).toEqual({ entries: ['1@0/0', '2@1/0'], ...sure });
  });

  test('part payloads, if they are words', () => {
    expect(placesIn(format, '1|a\nNo:\n2|b')).toEqual({ entries: ['1@0/0', '2@1/1'], ...sure });
  });

  test('end what a header that contradicts the columns made malformed', () => {
    const two = delimited({ columns: ['mood', 'why'], value: '*' });
    const text = 'index|why|mood\n1|x|good\nNo:\nindex|mood|why\n1|good|x';
    expect(placesIn(two, text)).toEqual({ entries: ['1@1/1'], unread: ['0/0'], firstPayload: 0, opensReply: true });
  });

  test('may name a record in another way: that is unread, and parts payloads', () => {
    const between = { firstPayload: 0, opensReply: true };
    expect(placesIn(format, '1|a\n#2|5\n3|b')).toEqual({ entries: ['1@0/0', '3@2/1'], unread: ['1/0'], ...between });
    const ids = ['n-a', 'n-b'];
    expect(placesIn(format, 'n-a|x\nfor|n-b|x\n', { ids })).toEqual({
      entries: ['n-a@0/0'],
      unread: ['1/0'],
      ...between,
    });
  });

  test('name no record without an id of the prompt', () => {
    expect(placesIn(format, 'n-a|x\nsee 1|b\n', { ids: ['n-a', 'n-b'] }).unread).toEqual([]);
    expect(placesIn(format, '1|a\nno one|b\n').unread).toEqual([]);
    expect(placesIn(format, '|a\nin 1984|b\n', { ids: [1] })).toEqual({ entries: ['undefined@0/0'], ...sure });
  });

  test('that have no separator are prose, even if they are numbers', () => {
    expect(placesIn(format, '1|a\n12\n"2"\n\n3|b')).toEqual({ entries: ['1@0/0', '3@1/0'], ...sure });
    expect(entriesIn(format, '12\n"2"\n-\n', { ids: [1] })).toEqual({ entries: [], malformed: 0 });
  });
});

describe('the index', () => {
  test('may have quotes around it, and only there', () => {
    expect(entriesIn(delimited(), '"12"|a').entries).toEqual([['12', 'a']]);
    for (const text of ['1"2"|a', '"1"2|a', '"|a', '1x|a', 'x1|a'])
      expect(entriesIn(delimited(), text)).toEqual({ entries: [], malformed: 0 });
  });

  test('of one record is a number, if there is one', () => {
    expect(entriesIn(delimited(), 'Note|a\nn-a1b2|c\n', { ids: [1] })).toEqual({ entries: [], malformed: 0 });
    expect(entriesIn(delimited(), 'abc123|a\n')).toEqual({ entries: [], malformed: 0 });
  });
});

describe('quotes', () => {
  const two = delimited({ columns: ['mood', 'why'], value: '*' });
  const entries = [['1', { mood: 'good', why: 'a\nb' }]];

  test.each(['1|good|"a\nb"', '1|"good"|"a\nb"', '1| good | "a\nb" ', '1|"good" \t| \t"a\nb"\t', '1|good|"a\nb"\r'])(
    'open in a later field, also behind blanks: %j',
    (text) => {
      expect(entriesIn(two, text)).toEqual({ entries, malformed: 0 });
    },
  );

  test('open behind a separator of two characters', () => {
    const format = delimited({ columns: ['mood', 'why'], value: '*', separator: '||' });
    expect(entriesIn(format, '1||good||"a\nb"\n')).toEqual({ entries, malformed: 0 });
    expect(entriesIn(format, '1||"good"||"a\nb"\n')).toEqual({ entries, malformed: 0 });
  });

  test('open no more in a line that is lost', () => {
    expect(entriesIn(two, '1|"a" b|"c\n2|x|y')).toEqual({
      entries: [['2', { mood: 'x', why: 'y' }]],
      malformed: 1,
    });
  });

  test('that are open keep tags in the value', () => {
    const text = '1|"a\n<think>\n</think> b"\n2|c';
    expect(entriesIn(delimited(), text).entries).toEqual([
      ['1', 'a\n<think>\n</think> b'],
      ['2', 'c'],
    ]);
    expect(placesIn(delimited(), '1|a\n2|"a\nthe tag </think> is', cut)).toEqual({
      entries: ['1@0/0'],
      ...sure,
      unread: ['1/0'],
    });
  });

  test('that stay open at the end are unread once', () => {
    for (const text of ['1|"a\n2|b', '1|"a\n2|b\n', '1|"a'])
      for (const isWhole of [true, false])
        expect(placesIn(delimited(), text, { isWhole })).toEqual({
          entries: [],
          ...sure,
          unread: isWhole || text !== '1|"a' ? ['0/0'] : ['-1/0'],
        });
  });
});

describe('thoughts', () => {
  test('that began without a tag end before the payload that follows', () => {
    const after = { unread: [], firstPayload: 1, opensReply: true };
    expect(placesIn(delimited(), '1|x\n</think>\n1|a')).toEqual({ entries: ['1@0/0', '1@1/1'], ...after });
    expect(placesIn(delimited(), '1|x\n2|y</think>\n1|a')).toEqual({ entries: ['1@0/0', '1@1/1'], ...after });
  });

  test('hold no record that was cut off', () => {
    expect(placesIn(delimited(), '1|a\n<think>2|x', cut)).toEqual({ entries: ['1@0/0'], ...sure });
    expect(placesIn(delimited(), '1|a\n<think>\n2|x', cut)).toEqual({ entries: ['1@0/0'], ...sure });
  });
});

describe('a reply that was cut off', () => {
  test('has its last record unread, if that had begun', () => {
    expect(placesIn(delimited(), '1|a\n2|x', cut)).toEqual({ entries: ['1@0/0'], ...sure, unread: ['0/0'] });
    expect(placesIn(delimited(), '1|a\nNo:\n2|x', cut).unread).toEqual(['0/1']);
    expect(placesIn(delimited(), '|pos', { ids: [1], ...cut }).unread).toEqual(['-1/0']);
  });

  test('may have had an answer behind its words, unless it opens with records', () => {
    expect(placesIn(delimited(), '1|a\nSo', cut).unread).toEqual([]);
    expect(placesIn(delimited(), 'Like:\n1|a\nSo', cut).unread).toEqual(['0/1']);
    expect(placesIn(delimited(), 'Like:\n1|a\n', cut).unread).toEqual(['0/0']);
    expect(placesIn(delimited(), 'Like:\n1|a\nSo', { isWhole: true }).unread).toEqual([]);
  });
});

test('an empty reply has nothing in it', () => {
  expect(placesIn(delimited(), '')).toEqual({ entries: [], ...sure });
});
