import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { xml } from '../../src/reply/xml.js';
import type { ReplyEntry, ReplyFormat } from '../../src/types/reply.js';
import { cut, cuts } from './pieces.js';
import { always } from './runs.js';

/** Parts of XML in an order that means little: what a reader makes of them may depend on their borders only by mistake. */
const markup = fc.string({
  unit: fc.constantFrom(
    ...[
      '<result index="1">',
      '<result>',
      '</result>',
      '<results>',
      '<value>',
      '</value>',
      '</VALUE>',
      '<b>',
      '<b/>',
      '</>',
    ],
    ...['<!--', '-->', '<![CDATA[', ']]>', '<?', '?>', '<!DOCTYPE x>', '<think>', '</think>', '<', '>', '<!', '/'],
    ...[' a', '"', "'", ' ', '\n', '-', '.', 'a', 'é', '1', '&'],
  ),
  maxLength: 16,
});

/** All that a reader tells of a reply. */
function told(format: ReplyFormat, pieces: readonly string[], isWhole: boolean) {
  const reader = format.reader({ ids: [1, 2] });
  const entries: ReplyEntry[] = [];
  let error: unknown;
  try {
    for (const piece of pieces) entries.push(...reader.push(piece));
    entries.push(...reader.end(isWhole));
  } catch (cause) {
    error = cause;
  }
  const { unread, malformed, firstPayload, opensReply } = reader;
  return { entries, error, unread, malformed, firstPayload, opensReply };
}

describe.each([
  ['entries', xml()],
  ['documents', xml({ path: '//result' })],
])('of %s', (_, format) => {
  test('a reader tells the same, however their text is cut into pieces', () => {
    always([markup, fc.boolean(), cuts], (text, isWhole, at) => {
      expect(told(format, cut(text, at), isWhole)).toStrictEqual(told(format, [text], isWhole));
    });
  });
});
