import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { countTokens } from '../../src/prompt/count-tokens.js';
import { delimited } from '../../src/reply/delimited.js';
import { json } from '../../src/reply/json.js';
import { xml } from '../../src/reply/xml.js';
import { entriesIn } from './read-reply.js';

const LABELS = ['positive', 'negative', 'neutral', 'mixed'];
const RECORDS = Array.from({ length: 20 }, (_, at) => ({ index: at + 1, label: LABELS[at % 2]! }));

type Labelled = (typeof RECORDS)[number];

const inJson = ({ index, label }: Labelled, field = 'sentiment'): string =>
  `{"index": ${index}, "${field}": "${label}"}`;
const inLine = ({ index, label }: Labelled): string => `${index}|${label}`;
const inXml = ({ index, label }: Labelled): string => `<result><index>${index}</index><value>${label}</value></result>`;

/** Replies to all records, as models write them; JSON by the name of its field. */
const REPLIES = {
  sentiment: `{"results": [${RECORDS.map((record) => inJson(record)).join(', ')}]}`,
  value: `{"results": [${RECORDS.map((record) => inJson(record, 'value')).join(', ')}]}`,
  delimited: RECORDS.map(inLine).join('\n'),
  xml: `<results>${RECORDS.map(inXml).join('\n')}</results>`,
};

async function docs(name: string): Promise<string> {
  return readFile(new URL(`../../docs/formats/${name}.md`, import.meta.url), 'utf8');
}

describe('the output tokens of one record a line', () => {
  test.each(LABELS)('are at most half of those of JSON, for every index: %s', (label) => {
    for (let index = 1; index <= 20; index++) {
      const [compact, full] = [countTokens(`${inLine({ index, label })}\n`), countTokens(inJson({ index, label }))];
      expect(compact).toBeLessThanOrEqual(full / 2);
    }
  });

  test('are those of the docs', async () => {
    const first = RECORDS[0]!;
    const rows = [
      ['one record, `positive`', `${inLine(first)}\n`, inJson(first)],
      ['twenty records, in total', REPLIES.delimited, REPLIES.sentiment],
    ] as const;
    const text = (await docs('delimited')).replace(/ +/g, ' ');
    for (const [title, compact, full] of rows) {
      const [less, more] = [countTokens(compact), countTokens(full)];
      expect(text).toContain(`| ${title} | ${less} | ${more} | ${(less / more).toFixed(2)} |`);
    }
  });
});

test('the tokens of XML are those of the docs', async () => {
  const [tags, fields, lines] = [REPLIES.xml, REPLIES.value, REPLIES.delimited].map(countTokens);
  expect((await docs('xml')).replace(/\s+/g, ' ')).toContain(
    `Twenty labels take ${tags} output tokens, in JSON ${fields} and in [columns](delimited.md) ${lines}`,
  );
});

test('what was counted is read', () => {
  const counted = [
    [json({ value: 'sentiment' }), REPLIES.sentiment],
    [json(), REPLIES.value],
    [delimited(), REPLIES.delimited],
    [xml(), REPLIES.xml],
  ] as const;
  for (const [format, text] of counted) {
    const { entries } = entriesIn(format, text, { ids: RECORDS.map(({ index }) => index) });
    expect(entries.map(([id, value]) => [Number(id), value])).toEqual(
      RECORDS.map(({ index, label }) => [index, label]),
    );
  }
});
