import { entry } from '../prompts.js';
import { list, type Spec } from './model.js';

/** Throws for the record `b`. */
function contentOfAllButB(record: string): string {
  if (record === 'b') throw new Error('nobody reads b');
  return record;
}

function noContent(): string {
  return '';
}

export const required: readonly Spec[] = [
  {
    title: 'gives nothing while the source is silent',
    covers: 'never',
    inputs: { source: '-' },
    expected: '        -',
    subs: { source: '  ^' },
    timers: [],
  },
  {
    title: 'completes when the source is empty',
    covers: 'empty',
    inputs: { source: '--|' },
    expected: '        --|',
    subs: { source: '  ^-!' },
    timers: [],
  },
  {
    title: 'asks for a single record at once, and without an index, with batchSize: 1',
    covers: 'one',
    inputs: {
      source: ' -a-----|',
      a: '       --(A.)',
    },
    given: { A: entry(null, 'good') },
    options: { batchSize: 1 },
    expected: ' ---a---|',
    values: { a: 'a=good' },
    subs: { a: '-^-!' },
  },
  {
    title: 'gives one outcome for each record, batch by batch',
    covers: 'many',
    docs: true,
    inputs: {
      source: '-a-b-c----|',
      ab: '       --(A.)',
      c: '               --(C.)',
    },
    given: { A: list('good', 'bad'), C: entry(null, 'fine') },
    options: { batchSize: 2, batchTimeoutMs: 100 },
    expected: '-----(ab)---(c|)',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine' },
    subs: {
      source: '^---------!',
      ab: '    ---^-!',
      c: '     ----------^-!',
    },
  },
  {
    title: 'gives the outcomes of all records that had entered before an error of the source',
    covers: 'source error',
    docs: true,
    inputs: {
      source: '-a-b-c-#',
      ab: '       ------(A.)',
      c: '            ------(C.)',
    },
    given: { A: list('good', 'bad'), C: entry(null, 'fine') },
    options: { batchSize: 2 },
    expected: '---------(ab)(c#)',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine' },
    subs: {
      source: '^------!',
      ab: '    ---^-----!',
      c: '     -------^-----!',
    },
  },
  {
    title: 'aborts requests, stops timers and drops records on unsubscribe',
    covers: 'early unsubscribe',
    docs: true,
    inputs: {
      source: '-a-b-c-d-e-|',
      ab: '       --(A.)',
      cd: '           ------(A.)',
    },
    given: { A: list('good', 'bad') },
    options: { batchSize: 2 },
    unsub: '   ----------!',
    expected: '-----(ab)',
    values: { a: 'a=good', b: 'b=bad' },
    subs: {
      source: '^---------!',
      ab: '    ---^-!',
      cd: '    -------^--!',
    },
  },
  {
    title: 'gives a record whose content cannot be read as an error, in its place, and asks for the others',
    covers: 'callback throws',
    docs: true,
    inputs: {
      source: '-a-b-c------|',
      ac: '         --(A.)',
    },
    given: { A: list('good', 'fine') },
    options: { batchSize: 3, recordContent: contentOfAllButB },
    expected: '-------(abc)|',
    values: { a: 'a=good', b: 'b!content_error', c: 'c=fine' },
  },
  {
    title: 'stops a synchronous source as soon as it is unsubscribed',
    covers: 'synchronous source',
    inputs: { source: '(abcdef|)' },
    options: { batchSize: 2, recordContent: noContent },
    take: 3,
    synchronous: 4,
    expected: '        (abc|)',
    values: { a: 'a!content_error', b: 'b!content_error', c: 'c!content_error' },
    subs: { source: '  (^!)' },
  },
  {
    title: 'asks once for each record when a batch fills up as its timer is due',
    covers: 'tie',
    inputs: {
      source: '-a---b-----|',
      ab: '         --(A.)',
    },
    given: { A: list('good', 'bad') },
    options: { batchSize: 2, batchTimeoutMs: 4 },
    expected: '-------(ab)|',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'asks for a record that comes while an outcome is delivered, and keeps the order',
    covers: 're-entrancy',
    inputs: {
      source: '-ab--------|',
      ab: '      -(A.)',
      c: '           -(C.)',
    },
    given: { A: list('good', 'bad'), C: entry(null, 'fine') },
    options: { batchSize: 2, batchTimeoutMs: 3 },
    reenter: { a: 'c' },
    expected: '---(ab)c---|',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine' },
    subs: {
      ab: '    --^!',
      c: '     ------^!',
    },
  },
  {
    title: 'keeps one state a subscription',
    inputs: {
      source: '    -a--|',
      a: '          --(A.)',
      a2: '             --(A.)',
    },
    given: { A: entry(null, 'good') },
    expected: '    ---a|',
    second: {
      subscribed: '----^',
      expected: '  -------a|',
    },
    values: { a: 'a=good' },
  },
];
