import { json } from '../../src/reply/json.js';
import type { ReplyFormat, ValueSchema } from '../../src/types/reply.js';
import { entry } from '../prompts.js';
import { last, type Spec, text } from './pieces.js';

function validate(value: unknown): ReturnType<ValueSchema['~standard']['validate']> {
  if (value === 'later') return Promise.resolve({ value });
  if (value === 'boom') throw new Error('the schema is broken');
  return value === 'good' ? { value } : { issues: [{ message: 'must be good' }] };
}

/** Admits the value `good`; answers with a promise for `later`, and throws for `boom`. */
const onlyGood: ValueSchema = { '~standard': { version: 1, vendor: 'marbles', validate } };

/** Throws when it is given a `!`. */
const brittle: ReplyFormat = {
  ...json(),
  name: 'brittle',
  reader: (shape) => {
    const reader = json().reader(shape);
    const push = (piece: string) => {
      if (piece.includes('!')) throw new Error('cannot read "!"');
      return reader.push(piece);
    };
    return { push, end: () => [], opensReply: true, firstPayload: 0, malformed: 0 };
  },
};

/** Cannot be opened. */
const broken: ReplyFormat = {
  ...json(),
  reader: () => {
    throw new Error('not today');
  },
};

export const required: readonly Spec[] = [
  {
    title: 'gives nothing while the source is silent',
    covers: 'never',
    inputs: { source: '-' },
    subs: { source: '  ^' },
    expected: '        -',
  },
  {
    title: 'completes when the source is empty',
    covers: 'empty',
    inputs: { source: '--|' },
    subs: { source: '  ^-!' },
    expected: '        --|',
  },
  {
    title: 'gives one outcome for a single record',
    covers: 'one',
    inputs: { source: '-p-P--|' },
    given: { p: text('p', '{"value":'), P: last('p', '"good"}') },
    options: { asks: { p: 'a' } },
    expected: '        ---a--|',
    values: { a: 'a=good' },
  },
  {
    title: 'gives one outcome for each record of each prompt, whichever reply ends first',
    covers: 'many',
    docs: true,
    inputs: { source: '-p-q--Q--P---|' },
    subs: { source: '  ^------------!' },
    given: {
      p: text('p', `[${entry(1, 'good')},`),
      q: text('q', '{"value":"fine"'),
      Q: last('q', '}'),
      P: last('p', `${entry(2, 'bad')}]`),
    },
    options: { asks: { p: 'ab', q: 'c' } },
    expected: '        ------c--(ab)|',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine' },
  },
  {
    title: 'drops open replies on unsubscribe',
    covers: 'early unsubscribe',
    inputs: { source: '-p-P-q-|' },
    subs: { source: '  ^--!' },
    given: { p: text('p', '['), P: last('p', ']'), q: last('q', '[]') },
    options: { asks: { p: 'ab' } },
    unsub: '           ---!',
    expected: '        ----',
  },
  {
    title: 'gives the rest of a reply that the format cannot read as unreadable, and keeps what closed before',
    covers: 'callback throws',
    inputs: { source: '-p-q-P--Q-|' },
    given: {
      p: text('p', `[${entry(2, 'bad')},`),
      q: text('p', '!'),
      P: last('p', `${entry(1, 'good')}]`),
      Q: last('q', entry(null, 'fine')),
    },
    options: { asks: { p: 'ab', q: 'c' }, format: brittle, enforced: true },
    expected: '        -b---a--c-|',
    values: { a: 'a!reply_unreadable', b: 'b=bad', c: 'c=fine' },
  },
  {
    title: 'gives a reply whose format cannot even be opened as unreadable',
    inputs: { source: '-p-P---Q-|' },
    given: { p: text('p', 'a'), P: last('p', 'b'), Q: last('q', 'c') },
    options: { asks: { p: 'ab', q: 'c' }, format: broken },
    expected: '        ---(ab)c-|',
    values: { a: 'a!reply_unreadable', b: 'b!reply_unreadable', c: 'c!reply_unreadable' },
  },
  {
    title: 'gives a value that the schema refuses, throws on, or answers later, as an error of its record',
    inputs: { source: '-P-----|' },
    given: {
      P: last('p', `[${entry(1, 'good')},${entry(2, 'bad')},${entry(3, 'boom')},${entry(4, 'later')}]`),
    },
    options: { asks: { p: 'abcd' }, format: json({ schema: onlyGood }) },
    expected: '        -(abcd)|',
    values: { a: 'a=good', b: 'b!schema_mismatch', c: 'c!schema_mismatch', d: 'd!schema_async' },
  },
  {
    title: 'stops a synchronous source as soon as it is unsubscribed, in the middle of a reply',
    covers: 'synchronous source',
    inputs: { source: '(pPqQ|)' },
    subs: { source: '  (^!)' },
    given: {
      p: text('p', `[${entry(1, 'good')},`),
      P: last('p', `${entry(2, 'bad')}]`),
      q: text('q', '{'),
      Q: last('q', '}'),
    },
    options: { asks: { p: 'ab', q: 'c' } },
    take: 1,
    synchronous: 2,
    expected: '        (a|)',
    values: { a: 'a=good' },
  },
  {
    title: 'gives each outcome once, in turn, when the end of a reply comes while one of its outcomes is delivered',
    covers: 're-entrancy',
    inputs: { source: '-p------Q-|' },
    given: {
      p: text('p', `[${entry(1, 'good')},${entry(2, 'bad')}`),
      P: last('p', ']'),
      Q: last('q', entry(null, 'poor')),
    },
    options: { asks: { p: 'abc', q: 'd' }, enforced: true },
    reenter: { a: 'P' },
    expected: '        -(abc)--d-|',
    values: { a: 'a=good', b: 'b=bad', c: 'c!record_missing', d: 'd=poor' },
  },
  {
    title: 'reads nothing that came while the outcome was delivered that was the last one wanted',
    inputs: { source: '-P-----' },
    given: { P: last('p', entry(null, 'good')), p: text('p', '{') },
    options: { asks: { p: 'a' } },
    reenter: { a: 'p' },
    take: 1,
    events: '          -------',
    expected: '        -(a|)',
    values: { a: 'a=good' },
    note: 'A piece after the end of its reply would be a warning.',
  },
  {
    title: 'loses no outcome when the source completes while one is delivered',
    inputs: { source: '-qP------' },
    given: { q: text('q', '{'), P: last('p', `[${entry(1, 'good')},${entry(2, 'bad')}]`) },
    options: { asks: { p: 'ab', q: 'c' } },
    reenter: { a: '|' },
    expected: '        --(abc|)',
    values: { a: 'a=good', b: 'b=bad', c: 'c!reply_unfinished' },
  },
  {
    title: 'keeps one state a subscription',
    inputs: { source: '-p-P---|' },
    given: { p: text('p', `[${entry(1, 'good')},`), P: last('p', `${entry(2, 'bad')}]`) },
    options: { asks: { p: 'ab' } },
    expected: '        ---(ab)|',
    second: {
      subscribed: '    --^',
      expected: '      -----(ab)|',
    },
    values: { a: 'a=good', b: 'b=bad' },
  },
];
