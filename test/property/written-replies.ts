import fc from 'fast-check';
import type { RecordId } from '../../src/types/prompt.js';
import type { ReplyFormat } from '../../src/types/reply.js';
import { delimited } from '../../src/reply/delimited.js';
import { json } from '../../src/reply/json.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { jsonRepair } from '../../src/reply/json-repair.js';
import { xml } from '../../src/reply/xml.js';
import { table } from '../reply/own-format.js';
import { hostileText } from './json-texts.js';

/** One entry of a reply: whom it names, and its value. Alone, a record has no id. */
export interface Said {
  readonly id: RecordId | null;
  readonly value: string;
}

/** A format, and how a well-behaved model writes replies in it. */
export interface Writing {
  readonly name: string;
  readonly format: ReplyFormat;
  readonly write: (entries: readonly Said[]) => string;
  /** Texts that it can carry. */
  readonly carries: (text: string) => boolean;
  /** Ways to write a reply so that it cannot be read; none where the format alone says what an entry is, and the rest is prose. */
  readonly misspell: readonly ((text: string) => string)[];
}

const cutShort = (text: string): string => text.slice(0, -8);

/** No path selects anything in it: that is for the path to say. */
const inCapitals = (text: string): string =>
  text.replaceAll(/(<\/?)(result|index|value)\b/g, (_, open: string, name: string) => open + name.toUpperCase());

const XML_MISSPELLINGS: Writing['misspell'] = [
  (text) => text.replaceAll('</value>', '</val>'),
  inCapitals,
  (text) => text.replaceAll(/<\/(?:result|item)>/g, ''),
  (text) => text.replaceAll('<value>', 'I say <value>'),
  (text) => text.replaceAll('<value>', '<value><b></value><value>'),
  (text) => text.replaceAll('<value>', '<value ').replaceAll('<index>', '<index "'),
  cutShort,
];

const JSON_MISSPELLINGS: Writing['misspell'] = [
  (text) => text.replaceAll('"', "'"),
  (text) => text.replaceAll(/"(\w+)":/g, '$1:'),
  (text) => text.replaceAll('"value":"', '"value":"\n'),
  (text) => text.replaceAll('}]', '}'),
  cutShort,
];

const anything = (): boolean => true;

/** XML 1.0 has no control characters, and no halves of a pair. */
const xmlCarries = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Blanks at the border of a text are layout, unless they stand in a CDATA section. */
function element(name: string, text: string): string {
  const isLayout = /^[ \t\n]|[ \t\n]$/.test(text);
  const content = isLayout ? `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>` : escaped(text);
  return `<${name}>${content}</${name}>`;
}

function xmlEntry({ id, value }: Said, name: string): string {
  return `<${name}>${id === null ? '' : `\n  ${element('index', String(id))}\n  `}${element('value', value)}</${name}>`;
}

function column(text: string): string {
  const isPlain = /^[^|"\n\s](?:[^|"\n]*[^|"\n\s])?$/.test(text) && !/<\/think(?:ing)?>$/.test(text);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

function jsonEntry({ id, value }: Said): object {
  return id === null ? { value } : { index: id, value };
}

/** As Python prints a text. */
function pythonText(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** A text that repair may not be sure of is left as it is: that is no failure of the reader. */
const pythonCarries = (text: string): boolean => /^[\w ,.é😀-]*$/u.test(text);

export const WRITINGS: readonly Writing[] = [
  {
    name: 'xml',
    format: xml(),
    carries: xmlCarries,
    misspell: XML_MISSPELLINGS,
    write: (entries) => {
      const written = entries.map((entry) => xmlEntry(entry, 'result')).join('\n');
      return entries.length === 1 ? written : `<results>\n${written}\n</results>`;
    },
  },
  {
    name: 'xml with attributes',
    format: xml(),
    carries: (text) => xmlCarries(text) && !/^[ \t\n]|[ \t\n]$/.test(text),
    misspell: [
      (text) => text.replaceAll('</result>', '</res>'),
      (text) => text.replaceAll('</result>', ''),
      (text) => text.replaceAll('<result', '<Result').replaceAll('</result', '</Result'),
      (text) => text.replaceAll(/="(\w+)"/g, '=$1'),
      (text) => text.replaceAll(/="(\w+)"/g, '="$1'),
      cutShort,
    ],
    write: (entries) =>
      entries
        .map(({ id, value }) => `<result${id === null ? '' : ` index="${id}"`}>${escaped(value)}</result>`)
        .join(''),
  },
  {
    name: 'xml with a path',
    format: xml({ path: '/data/item' }),
    carries: xmlCarries,
    misspell: [
      ...XML_MISSPELLINGS.filter((one) => one !== inCapitals),
      (text) => text.replace('</data>', ''),
      (text) => text.replace('<data>', ''),
    ],
    write: (entries) =>
      `<data><note><item>no</item></note>${entries.map((entry) => xmlEntry(entry, 'item')).join('')}</data>`,
  },
  {
    name: 'delimited',
    format: delimited(),
    carries: (text) => text.isWellFormed(),
    misspell: [
      (text) => text.replaceAll('\n', '|why\n'),
      (text) => text.replaceAll('|', '|"'),
      (text) => text.replaceAll(/\|(.*)\n/g, '|"$1" or so\n'),
      (text) => `index|value\n---|---\n${text.replaceAll('\n', '|why\n')}`,
      (text) => `value|index\n${text}`,
    ],
    write: (entries) => entries.map(({ id, value }) => `${id ?? ''}|${column(value)}\n`).join(''),
  },
  {
    name: 'delimited with a pattern',
    format: delimited({ path: '^<(?<index>\\w*)> (?<value>.*)$' }),
    carries: (text) => !/[\n\r\u2028\u2029]|<\/?think/.test(text),
    misspell: [],
    write: (entries) => entries.map(({ id, value }) => `<${id ?? ''}> ${value}\n`).join(''),
  },
  {
    name: 'delimited with a pattern over all',
    format: delimited({ path: /^<(?<index>\w*)>\n(?<value>[^]*?)\n---$/gm }),
    carries: (text) => !/-|<\/?think/.test(text),
    misspell: [],
    write: (entries) => `${entries.map(({ id, value }) => `<${id ?? ''}>\n${value}\n---\n`).join('')}\n.`,
  },
  {
    name: "the docs' own format",
    format: table(),
    carries: (text) => !/[|\n\u2028\u2029]/.test(text) && text === text.trim(),
    misspell: [(text) => text.replaceAll(' |\n', ' | why |\n')],
    write: (entries) => entries.map(({ id, value }) => `|${id === null ? '' : ` ${id} |`} ${value} |\n`).join(''),
  },
  {
    name: 'json with a path',
    format: json({ path: jsonPath('$.data[*].item') }),
    carries: anything,
    misspell: JSON_MISSPELLINGS,
    write: (entries) => JSON.stringify({ data: entries.map((entry) => ({ item: jsonEntry(entry) })) }),
  },
  {
    name: 'json that is repaired',
    format: json({ repair: jsonRepair }),
    carries: pythonCarries,
    misspell: [(text) => text.replaceAll("',}", "'s',}"), (text) => text.replaceAll("',}", ',}'), cutShort],
    write: (entries) => {
      const written = entries.map(
        ({ id, value }) =>
          `{${id === null ? '' : `'index': ${JSON.stringify(id).replaceAll('"', "'")}, `}'value': ${pythonText(value)},}`,
      );
      return entries.length === 1 ? written.join('') : `{'results': [${written.join(', ')}]}`;
    },
  },
];

/** Texts that try to be taken for something else, in any of the formats. */
export const hostileValue = fc.oneof(
  hostileText,
  fc.string({
    unit: fc.constantFrom(
      ...['|', '"', '""', '\n', ' ', '1|', '2|x', '<result>', '</result>', '<index>2</index>', '&', '&lt;', ']]>'],
      ...['<![CDATA[', '<!--', '-->', '<', '>', "'", 'é', 'a', '2', '<!DOCTYPE', '</think>', '<think>', '{', '}'],
    ),
    maxLength: 6,
  }),
);
