import { describe, expect, test } from 'vitest';
import { xml } from '../../src/reply/xml.js';
import { entriesIn, placesIn } from './read-reply.js';

const format = xml({ path: '//e' });
const known = { firstPayload: 0, opensReply: false };
const document = '<d><e><index>1</index><value>a</value></e></d>';
const cut = { isWhole: false };

describe('what a path selects', () => {
  test('comes at the end of the reply, as part of its document', () => {
    const reader = format.reader({ ids: [1, 2] });
    expect(reader.push(document)).toEqual([]);
    expect(reader.end(true)).toEqual([{ document: 0, payload: 0, nested: true, id: '1', value: 'a' }]);
  });

  test('comes from each document, and words part their payloads', () => {
    expect(placesIn(format, `${document}\n${document} Or: ${document}`)).toEqual({
      entries: ['1@0/0', '1@1/0', '1@2/1'],
      unread: [],
      ...known,
    });
  });

  test('may be an element without content', () => {
    expect(entriesIn(format, '<e index="1" value="a"/>')).toEqual({ entries: [['1', 'a']], malformed: 0 });
  });

  test('is not in a comment', () => {
    expect(placesIn(format, `<!-- ${document} -->`)).toEqual({ entries: [], unread: [], ...known });
  });
});

describe('the thoughts before a document', () => {
  test.each(['think', 'thinking', 'THINK'])('in <%s> may have anything in them', (name) => {
    for (const thought of [document, '<!DOCTYPE x>', 'a <!-- that never ends', '<?', '<b> </c>'])
      expect(placesIn(format, `<${name}>${thought}</${name}>${document}`)).toEqual({
        entries: ['1@0/0'],
        unread: [],
        ...known,
      });
  });

  test('end where they are closed', () => {
    const thought = '<think>Well.</think>';
    expect(() => entriesIn(format, `${thought}<!DOCTYPE x>${document}`)).toThrow('a reply with a DOCTYPE is not read');
    expect(entriesIn(format, `${thought}<!-- ${document} -->`).entries).toEqual([]);
  });

  test('are all before a closing tag that nothing opened', () => {
    expect(placesIn(format, `${document}</think>${document}`)).toEqual({
      entries: ['1@0/0', '1@1/1'],
      unread: [],
      firstPayload: 1,
      opensReply: false,
    });
  });

  test.each(['rethink', 'thinker', 'rethinking'])('are not in <%s>, an element as any other', (name) => {
    const element = (held: string): string => `<${name} index="1">${held}</${name}>`;
    expect(entriesIn(xml({ path: `/${name}` }), element('a')).entries).toEqual([['1', 'a']]);
    expect(() => entriesIn(format, element('<!DOCTYPE x>'))).toThrow('a reply with a DOCTYPE is not read');
  });
});

describe('a document is in doubt', () => {
  test.each([
    ['at a tag that a word follows', `${document} <b>x`, ['1/0']],
    ['at a tag that a letter outside of ASCII follows', `${document} <b>é`, ['1/0']],
    ['at a tag that another one follows', `${document} <b><c>`, ['1/0']],
    ['at a tag that a line break follows', `${document} <b>\n`, ['1/0']],
    ['at a tag that several blanks follow', `${document} <b>\r\n  `, ['1/0']],
    ['at a tag that closes what was not open', `${document} </b>`, ['1/0']],
    ['at each of them', `${document} </b> </b>`, ['1/0', '2/1']],
    ['at each of them, if they have no letters', `${document} </> </>`, ['1/0', '2/1']],
    ['at a tag that does not end', `${document} <b`, ['1/0']],
    ['at a comment that does not end', `${document} <!-- b`, ['1/0']],
    ['but not at a tag that is the last of the reply', `${document} <b>`, []],
    ['but not at a tag that a blank and a word follow', `${document} <b> x`, []],
    ['but not at a tag that a sign follows', `${document} <b>, or`, []],
    ['but not at a tag that does not end in the thoughts', `${document} <think> a <b`, []],
  ])('%s', (_, text, unread) => {
    expect(placesIn(format, text)).toEqual({ entries: ['1@0/0'], unread, ...known });
  });
});

test.each([1, 2, 5, 9_999])('a tag that is only spoken of puts no document in doubt, in pieces of %i', (size) => {
  const reader = format.reader({ ids: [1, 2] });
  const text = `${document}\nEach <value> is my own.`;
  for (const piece of text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []) reader.push(piece);
  expect(reader.end(true)).toHaveLength(1);
  expect(reader.unread).toEqual([]);
});

describe('a document of a reply that was cut off', () => {
  test.each([
    ['counts, if it opens the reply', document, ['1@0/0'], []],
    ['may have been an example, if it does not', `So: ${document}`, ['1@0/0'], ['0/0']],
    ['may have been one of another payload', `So: ${document} Or`, ['1@0/0'], ['0/1']],
    ['may have been one in front of another document', `So: ${document} <b`, ['1@0/0'], ['1/0']],
    ['is none of the tags in the one that is open', `${document} <d>${document}`, ['1@0/0'], ['1/0']],
    ['is found behind tags that close nothing', `A </b> ${document}`, ['1@1/1'], ['0/0', '1/1']],
  ])('%s', (_, text, entries, unread) => {
    const places = placesIn(format, text, cut);
    expect(places.entries).toEqual(entries);
    expect(places.unread).toEqual(unread);
  });
});
