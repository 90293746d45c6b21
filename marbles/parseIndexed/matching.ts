import { json } from '../../src/reply/json.js';
import type { Outcome } from '../../src/types/outcome.js';
import { entry } from '../prompts.js';
import { failed, last, type Spec } from './pieces.js';

function seeOrigin({ record, index, batchId, attempts, error }: Outcome<string, unknown>): string {
  const origin = `${record}@${index} of ${batchId}#${attempts}`;
  return error === null ? origin : `${origin}: ${error.code}@${error.index} of ${error.batchId}#${error.attempts}`;
}

function seeEvidence({ error }: Outcome<string, unknown>): string {
  return error?.evidence ?? 'no evidence';
}

/** One reply, whole, to a prompt that asks for these records; what comes of it at its end. */
function reply(title: string, asks: string, text: string, outcomes: readonly string[], rest: Partial<Spec> = {}): Spec {
  const values = Object.fromEntries(outcomes.map((outcome) => [outcome.charAt(0), outcome]));
  const letters = Object.keys(values);
  return {
    title,
    inputs: { source: `P${'-'.repeat(letters.length + 1)}|` },
    given: { P: last('p', text) },
    expected: `(${letters.join('')})|`,
    ...rest,
    options: { asks: { p: asks }, ...rest.options },
    values: { ...values, ...rest.values },
  };
}

const bothNamed = `[${entry(1, 'good')},${entry(2, 'bad')}]`;

/** Which record an entry belongs to. */
export const matching: readonly Spec[] = [
  reply(
    'shifts indices that are exactly 0 to n-1 by one, and warns',
    'abc',
    `[${entry(0, 'good')},${entry(1, 'bad')},${entry(2, 'fine')}]`,
    ['a=good', 'b=bad', 'c=fine'],
    { docs: true, events: 'w', values: { w: 'p: shifted_indices' } },
  ),
  reply(
    'calls a record ambiguous when the indices contain 0, but are not exactly 0 to n-1',
    'abc',
    `[${entry(0, 'good')},${entry(1, 'bad')}]`,
    ['a!ambiguous_index', 'b!record_missing', 'c!record_missing'],
    { events: 'w', values: { w: 'p: unknown_index' } },
  ),
  reply(
    'shifts nothing when the indices are 0 to n-1 with one of them twice',
    'ab',
    `[${entry(0, 'good')},${entry(1, 'bad')},${entry(0, 'good')}]`,
    ['a!ambiguous_index', 'b!record_missing'],
    { events: 'w', values: { w: 'p: unknown_index' } },
  ),
  reply(
    'takes an index as a numeric string or an integral float',
    'ab',
    `[${entry('2', 'bad')},{"index":1.0,"value":"good"}]`,
    ['a=good', 'b=bad'],
  ),
  reply('never rounds an index', 'ab', `[${entry(1.2, 'good')},${entry(2, 'bad')}]`, ['a!record_missing', 'b=bad'], {
    events: 'w',
    values: { w: 'p: unknown_index' },
  }),
  reply('takes duplicates that agree as one', 'ab', `[${entry(1, 'good')},${entry(2, 'bad')},${entry(1, 'good')}]`, [
    'a=good',
    'b=bad',
  ]),
  reply(
    'takes values that differ in the order of their fields alone as one',
    'ab',
    '[{"index":1,"value":{"x":[{"a":1,"b":2}],"y":3}},{"index":2,"value":1},{"index":1,"value":{"y":3,"x":[{"b":2,"a":1}]}}]',
    ['a={"x":[{"a":1,"b":2}],"y":3}', 'b=1'],
  ),
  reply(
    'calls a record ambiguous when duplicates differ, and keeps the others',
    'ab',
    `[${entry(1, 'good')},${entry(2, 'bad')},${entry(1, 'poor')}]`,
    ['a!ambiguous_index', 'b=bad'],
    { docs: true },
  ),
  reply(
    'drops an entry that names no record, and warns',
    'ab',
    `[${entry(1, 'good')},${entry(7, 'odd')},${entry(2, 'bad')}]`,
    ['a=good', 'b=bad'],
    { events: 'w', values: { w: 'p: unknown_index' } },
  ),
  reply('calls a record missing that the reply does not name', 'abc', bothNamed, [
    'a=good',
    'b=bad',
    'c!record_missing',
  ]),
  reply('takes no entry without an index by its position', 'ab', `[${entry(null, 'good')},${entry(null, 'bad')}]`, [
    'a!record_missing',
    'b!record_missing',
  ]),
  reply(
    'takes entries without any index in order with positional: true, if their number is exact, and warns',
    'ab',
    `[${entry(null, 'good')},${entry(null, 'bad')}]`,
    ['a=good', 'b=bad'],
    { options: { positional: true }, events: 'w', values: { w: 'p: positional_match' } },
  ),
  reply(
    'takes no entry by its position when their number is not exact',
    'ab',
    `[${entry(null, 'good')},${entry(null, 'bad')},${entry(null, 'fine')}]`,
    ['a!record_missing', 'b!record_missing'],
    { options: { positional: true } },
  ),
  reply(
    'takes no entry by its position when another has an index',
    'ab',
    `[${entry(null, 'good')},${entry(2, 'bad')}]`,
    ['a!record_missing', 'b=bad'],
    { options: { positional: true }, events: 'w', values: { w: 'p: unknown_index' } },
  ),
  reply('needs no index in the reply to a single record', 'a', entry(null, 'good'), ['a=good']),
];

/** What may stand around the answer, and what the answer may be. */
export const reading: readonly Spec[] = [
  reply(
    'finds the answer in prose and a fence',
    'ab',
    `Here you are:\n\`\`\`json\n${bothNamed}\n\`\`\`\nAnything else?`,
    ['a=good', 'b=bad'],
  ),
  reply(
    'is not misled by a list in the thoughts of the model',
    'ab',
    `<think>Maybe [${entry(1, 'poor')},${entry(2, 'poor')}]?</think>${bothNamed}`,
    ['a=good', 'b=bad'],
    { docs: true },
  ),
  reply('reads objects one after the other', 'ab', `${entry(1, 'good')}\n${entry(2, 'bad')}\n`, ['a=good', 'b=bad']),
  reply('calls a reply without any entry unreadable', 'ab', 'I do not know.', [
    'a!reply_unreadable',
    'b!reply_unreadable',
  ]),
  reply(
    'warns of an entry that cannot be read, and keeps the others',
    'ab',
    `[{"index":1,"value":good},${entry(2, 'bad')}]`,
    ['a!record_missing', 'b=bad'],
    { events: 'w', values: { w: 'p: malformed_entry' } },
  ),
  reply('takes no null for a value', 'ab', `[${entry(1, null)},{"index":2}]`, ['a!value_missing', 'b!value_missing']),
  reply(
    "reads by the operator's format in place of the prompt's own",
    'ab',
    '[{"n":1,"mood":"good"},{"n":2,"mood":"bad"}]',
    ['a=good', 'b=bad'],
    { options: { format: json({ index: 'n', value: 'mood' }) } },
  ),
];

/** What an outcome carries. */
export const carried: readonly Spec[] = [
  reply(
    'tells where each outcome comes from',
    'ab',
    `[${entry(1, 'good')}]`,
    ['a@0 of p#1', 'b@1 of p#1: record_missing@1 of p#1'],
    { see: seeOrigin },
  ),
  {
    title: 'tells how often the request was sent, and the place of each record in the stream',
    inputs: { source: '-PQ----|' },
    given: { P: last('p', entry(null, 'good')), Q: failed('q', 'server_error') },
    options: { asks: { p: 'a', q: 'bc' }, attempt: 3 },
    expected: '        -a(bc)-|',
    see: seeOrigin,
    values: {
      a: 'a@0 of p#3',
      b: 'b@1 of q#3: server_error@1 of q#3',
      c: 'c@2 of q#3: server_error@2 of q#3',
    },
  },
  {
    title: 'quotes the first 200 characters of the reply in errors',
    inputs: { source: '-P-|' },
    given: { P: last('p', 'I do not know.'.padEnd(300, '?')) },
    options: { asks: { p: 'a' } },
    expected: '        -a-|',
    see: seeEvidence,
    values: { a: 'I do not know.'.padEnd(200, '?') },
  },
  {
    title: 'quotes nothing with evidence: none',
    inputs: { source: '-P-|' },
    given: { P: last('p', 'I do not know.') },
    options: { asks: { p: 'a' }, evidence: 'none' },
    expected: '        -a-|',
    see: seeEvidence,
    values: { a: 'no evidence' },
  },
];
