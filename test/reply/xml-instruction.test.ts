import { expect, test } from 'vitest';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { xml, type XmlFormatOptions } from '../../src/reply/xml.js';
import { entriesIn } from './read-reply.js';

const ENTRIES = 'Reply with XML only, with one element for each input, under ';
const ESCAPING = 'Write < as &lt; and & as &amp;.';
const RULE =
  ' Your answer follows this JSON Schema, with an element for each field and one for each item of a list: {"type":"string"}';
const schema = jsonSchema({ type: 'string' });

test.each<[string, XmlFormatOptions<unknown>, readonly (number | string)[], string]>([
  [
    'of numbered records',
    {},
    [1, 2],
    `${ENTRIES}its number, in this form: <results><result><index>1</index><value>your answer</value></result>…</results> ${ESCAPING}`,
  ],
  [
    'of named records, with a schema',
    { index: 'key', value: 'mood', schema },
    ['n-a', 'n-b'],
    `${ENTRIES}the name that it is given by, in this form: ` +
      `<results><result><key>name</key><mood>your answer</mood></result>…</results> ${ESCAPING}${RULE}`,
  ],
  [
    'of one record',
    {},
    [1],
    `Reply with XML only, in this form: <result><value>your answer</value></result> ${ESCAPING}`,
  ],
  [
    'with all fields',
    { value: '*' },
    ['n-a'],
    `Reply with XML only, in this form: <result><…>an element for each field of your answer</…></result> ${ESCAPING}`,
  ],
  [
    'by a path',
    { path: '//e' },
    [1, 2],
    `${ENTRIES}its number, in which the XPath //e selects an element with <index>1</index><value>your answer</value> ${ESCAPING}`,
  ],
  [
    'of one record by a path, with a schema',
    { path: '//e', schema },
    [1],
    `Reply with XML only, in which the XPath //e selects an element with <value>your answer</value> ${ESCAPING}${RULE}`,
  ],
])('XML is asked for %s', (_, options, ids, text) => {
  expect(xml(options).instruction({ ids })).toBe(text);
});

test('the attributes of an entry are its fields, but for namespaces', () => {
  const text = '<result xmlns="urn:a" xmlns:b="urn:b" index="1" mood="good" xmood="x"/>';
  expect(entriesIn(xml({ value: '*' }), text).entries).toEqual([['1', { mood: 'good', xmood: 'x' }]]);
});
