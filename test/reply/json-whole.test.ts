import { expect, test } from 'vitest';
import { json } from '../../src/reply/json.js';
import { matchEntries } from '../../src/reply/match.js';
import type { RecordId } from '../../src/types/prompt.js';
import type { ReplyEntry, ReplyFormat } from '../../src/types/reply.js';

const one = (index: number, value = 'a'): string => `{"index": ${index}, "value": "${value}"}`;
const results = (...entries: readonly string[]): string => `{"results": [${entries.join(', ')}]}`;

/** All that a format says of a reply that comes in these pieces. */
function seen(format: ReplyFormat, pieces: readonly string[], ids: readonly RecordId[]) {
  const reader = format.reader({ ids });
  const closed: (readonly ReplyEntry[])[] = pieces.map((piece) => reader.push(piece));
  const { unread = [], malformed, firstPayload, opensReply } = reader;
  const ended = reader.end(true);
  return { entries: [...closed.flat(), ...ended], unread: [...unread], malformed, firstPayload, opensReply };
}

const cases: readonly [string, readonly string[], RecordId[]?, string?][] = [
  ['a list in an object', [results(one(1), one(2), one(3))]],
  ['blanks behind it', [`${results(one(1), one(2))} \n`]],
  ['another name of the list', [`{"answers": [${one(1)}]}`]],
  ['a list under the name of the index', [`{"index": [${one(1)}], "value": 2}`]],
  ['nothing but a list under the name of the index', [`{"index": [${one(1)}]}`]],
  ['a list beside other fields', [`{"results": [${one(1)}], "note": "n"}`]],
  ['two lists', [`{"results": [${one(1)}], "more": [${one(2)}]}`]],
  ['an empty list', [results()]],
  ['an empty object', ['{}']],
  ['no list', ['{"results": {"index": 1, "value": "a"}}']],
  ['elements that are no objects', [results('1', '"a"', 'null', '[1]')]],
  ['a key twice in an entry', [results('{"index": 1, "index": 2, "value": "a"}', one(3))]],
  ['a colon in a value', [results(one(1, 'a: b'))]],
  ['what is no JSON', [`{"results": [${one(1)}, ${one(2)},]}`]],
  ['something behind it', [`${results(one(1))} ${one(2)}`]],
  ['a second one, with prose between them', [results(one(1)), ' or ', results(one(2))]],
  ['a second one, right behind it', [results(one(1)), results(one(2))]],
  ['prose in front of it', ['Here: ', results(one(1))]],
  ['an object in front of it', [`${one(1)}, `, results(one(2))]],
  ['a beginning in front of it', ['{"a": ', results(one(1)), '}']],
  ['thoughts in front of it', ['<think>', 'or ', results(one(1)), '</think>', results(one(2))]],
  ['a thought that is it', ['<think>', results(one(1)), '</think>']],
  ['one record', [results('{"value": "a"}')], [1]],
  ['one record, and elements that are no objects', [results('1', '{"value": "a"}')], [1]],
  ['one record, whose value is the object', [results('{"a": 1}')], [1], '*'],
  ['a name from Object.prototype', ['{"__proto__": [{"index": 1, "value": "a"}]}']],
];

test.each(cases)(
  'a reply that comes as a whole says what it says character by character: %s',
  (_, pieces, ids, value) => {
    const format = json({ value: value ?? 'value' });
    const characters = Array.from(pieces.join(''));

    expect(seen(format, pieces, ids ?? [1, 2, 3])).toEqual(seen(format, characters, ids ?? [1, 2, 3]));
  },
);

test('an example in a document that is itself an answer is none, though all would be there in order', () => {
  const { entries } = seen(json(), [`{"list": [${one(1, 'example')}], "index": 2, "value": "b"}`], [1, 2]);

  expect(entries.map(({ id }) => id)).toEqual([1, 2]);
  expect(matchEntries([1, 2], entries, { positional: false, doubts: [] }, () => undefined)).toEqual([
    undefined,
    { value: 'b', failure: null },
  ]);
});

test('where something could not be read, an answer to each record in order is still in doubt', () => {
  const { entries } = seen(json(), [results(one(1), one(2))], [1, 2]);
  const doubts = [{ document: 1, payload: 1 }];

  expect(matchEntries([1, 2], entries, { positional: false, doubts }, () => undefined)).toEqual([undefined, undefined]);
});
