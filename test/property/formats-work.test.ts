import { describe, expect, test } from 'vitest';
import type { ReplyFormat } from '../../src/types/reply.js';
import { delimited } from '../../src/reply/delimited.js';
import { json } from '../../src/reply/json.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { jsonRepair } from '../../src/reply/json-repair.js';
import { xml } from '../../src/reply/xml.js';
import { looksOf } from './looks.js';

/** Looks per character, in pieces of a few; the reply may be refused on the way. */
function looks(format: ReplyFormat, text: string): number {
  const reader = format.reader({ ids: [1, 2, 3] });
  const pieces = text.match(/[^]{1,7}/g) ?? [];
  const total = looksOf(() => {
    try {
      for (const piece of pieces) reader.push(piece);
      reader.end(true);
    } catch {
      // What a reader refuses it reads no further.
    }
  });
  return total / text.length;
}

const LENGTH = 20_000;

/** A text of some length that repeats one. */
function many(text: string, before = ''): string {
  return before + text.repeat(Math.ceil(LENGTH / text.length));
}

const HOSTILE: readonly (readonly [string, string])[] = [
  ['entries in xml', many('<result><index>1</index><value>a &amp; b</value></result>\n')],
  ['entries that open', many('<result>')],
  ['entries in an entry', many('<result><a>', '<result><index>1</index>')],
  ['an entry that is long', many('<a>b</a>', '<result>')],
  ['tags that do not end', many('<result <')],
  ['attributes that do not end', many(`"a' > `, '<result a="')],
  ['comments that do not end', many('-- > ', '<!--')],
  ['many comments', many('<!---->', '<result>')],
  ['sections that do not end', many(']] > ', '<result><![CDATA[')],
  ['references', many('&amp;&#65;', '<result><index>1</index><value>')],
  ['ampersands', many('& < ', '<result><index>1</index><value>')],
  ['closing tags', many('</a></result>')],
  ['thoughts', many('<think> a </think>')],
  ['thoughts that do not end', many('1|a <b> [1] ', '<think>')],
  ['lines', many('1|positive\n')],
  ['lines with quotes', many('1|"a ""b"" | c"\n')],
  ['quotes that do not end', many('a\n""|', '1|"')],
  ['quotes in the middle', many('a "b" | ', '1|')],
  ['one long line', many('a ', '1|')],
  ['separators', many('|', '1')],
  ['blanks', many(' ', '1|a')],
  ['line breaks', many('\n')],
  ['entries in JSON', many('{"index": 1, "value": "a"},\n', '{"data": [')],
  ["Python's entries", many("{'index': 1, 'value': 'a'},\n", '[')],
  ['brackets', many('[{')],
  ['brackets that close', many('[]{}')],
  ['quotes', many(`'"`, '[')],
  ['comments in JSON', many('/* // ', '[')],
  ['backslashes', many('\\', '["')],
];

const FORMATS: readonly (readonly [string, ReplyFormat])[] = [
  ['xml', xml()],
  ['xml with a path', xml({ path: '/*/item' })],
  ['delimited', delimited()],
  ['delimited with a pattern', delimited({ path: '^(?<index>\\d+)[|](?<value>.*)$' })],
  ['json with a path', json({ path: jsonPath('$.data[*]') })],
  ['json with a path that is repaired', json({ path: jsonPath('$.data[*]'), repair: jsonRepair })],
  ['json that is repaired', json({ repair: jsonRepair })],
];

describe.each(FORMATS)('the work of %s', (_, format) => {
  test.each(HOSTILE)('is linear for %s', (_title, text) => {
    const [quarter, whole] = [text.slice(0, text.length / 4), text].map((part) => looks(format, part));
    expect(whole!).toBeLessThan(1.5 * quarter! + 20);
  });
});
