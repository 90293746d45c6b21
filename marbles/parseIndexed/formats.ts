import { delimited } from '../../src/reply/delimited.js';
import { json } from '../../src/reply/json.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { jsonRepair } from '../../src/reply/json-repair.js';
import { xml } from '../../src/reply/xml.js';
import { failed, last, type Spec, text } from './pieces.js';

const element = (index: string | number, value: string): string =>
  `<result><index>${index}</index><value>${value}</value></result>`;

/** Replies in other formats than JSON. */
export const formats: readonly Spec[] = [
  {
    title: 'gives outcomes as the elements of their entries close, in XML',
    docs: true,
    inputs: { source: '-p-q-P-|' },
    given: {
      p: text('p', `<results>${element('n-b', 'bad')}`),
      q: text('p', element('n-a', 'go').slice(0, -10)),
      P: last('p', `${element('n-a', 'go').slice(-10)}</results>`),
    },
    options: { asks: { p: 'ab' }, nonces: true, format: xml() },
    expected: '        -b---a-|',
    values: { a: 'a=go', b: 'b=bad' },
  },
  {
    title: 'holds outcomes in XML until the end of the reply, where a later entry could still change them',
    inputs: { source: '-p-P---|' },
    given: {
      p: text('p', `<results>${element(1, 'good')}${element(2, 'bad')}`),
      P: last('p', `${element(2, 'poor')}</results>`),
    },
    options: { asks: { p: 'ab' }, format: xml() },
    expected: '        ---(ab)|',
    values: { a: 'a=good', b: 'b!ambiguous_index' },
  },
  {
    title: 'lets a fence and an XML declaration stand before what opens the reply, and no word',
    inputs: { source: '-p-q-PQ---|' },
    given: {
      p: text('p', `\`\`\`xml\n<?xml version="1.0"?>\n<results>${element('n-a', 'good')}`),
      q: text('q', `Sure: <results>${element('n-c', 'fine')}`),
      P: last('p', `${element('n-b', 'bad')}</results>`),
      Q: last('q', `${element('n-d', 'poor')}</results>`),
    },
    options: { asks: { p: 'ab', q: 'cd' }, nonces: true, format: xml() },
    expected: '        -a---b(cd)|',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine', d: 'd=poor' },
  },
  {
    title: 'gives what closed before a DOCTYPE, and the rest as unreadable',
    inputs: { source: '-p-P---|' },
    given: {
      p: text('p', element('n-a', 'good')),
      P: last('p', `<!DOCTYPE x [<!ENTITY e "bad">]>${element('n-b', '&e;')}`),
    },
    options: { asks: { p: 'ab' }, nonces: true, format: xml() },
    expected: '        -a-b---|',
    values: { a: 'a=good', b: 'b!reply_unreadable' },
  },
  {
    title: 'gives what an XPath selects at the end of the reply',
    inputs: { source: '-p-P---|' },
    given: { p: text('p', '<all><it index="n-b">bad</it>'), P: last('p', '<it index="n-a">good</it></all>') },
    options: { asks: { p: 'ab' }, nonces: true, format: xml({ path: '/all/it' }) },
    expected: '        ---(ab)|',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'gives outcomes as their lines close, in columns',
    docs: true,
    inputs: { source: '-p-q-P-|' },
    given: { p: text('p', 'n-b|bad'), q: text('p', '\nn-a|"go'), P: last('p', 'od"') },
    options: { asks: { p: 'ab' }, nonces: true, format: delimited() },
    expected: '        ---b-a-|',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'takes no line for an answer that its reply was cut off in',
    docs: true,
    inputs: { source: '-p-P---Q---|' },
    given: {
      p: text('p', '1|good\n2|ba'),
      P: failed('p', 'connection_error'),
      Q: last('q', '1|fine\n2|po', 'length'),
    },
    options: { asks: { p: 'ab', q: 'cd' }, format: delimited() },
    expected: '        ---(ab)(cd)|',
    values: { a: 'a=good', b: 'b!connection_error', c: 'c=fine', d: 'd!length_stop' },
    note: 'The line may have gone on.',
  },
  {
    title: 'takes the last line without its end where the model finished the reply',
    inputs: { source: '-P---|' },
    given: { P: last('p', 'Here you are:\n1|good\n2|bad') },
    options: { asks: { p: 'ab' }, format: delimited() },
    expected: '        -(ab)|',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'gives what a JSONPath selects at the end of the reply',
    inputs: { source: '-p-P---|' },
    given: { p: text('p', '{"all":[{"index":"n-b","value":"bad"},'), P: last('p', '{"index":"n-a","value":"good"}]}') },
    options: { asks: { p: 'ab' }, nonces: true, format: json({ path: jsonPath('$.all[*]') }) },
    expected: '        ---(ab)|',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'repairs an entry as it closes, and completes none that is cut off',
    docs: true,
    inputs: { source: '-p-P---|' },
    given: { p: text('p', `[{'index':'n-b','value':'bad'},`), P: last('p', `{'index':'n-a','value':'goo`, 'length') },
    options: { asks: { p: 'ab' }, nonces: true, format: json({ repair: jsonRepair }) },
    expected: '        -b-a---|',
    values: { a: 'a!length_stop', b: 'b=bad' },
  },
];
