import type { Spec } from './required.js';

/** The weight of a record: its length. */
function length(record: string): number {
  return record.length;
}

/** Count, weight and time. */
export const limits: readonly Spec[] = [
  {
    title: 'gives a record that is heavier than maxWeight alone, with no empty batch before it',
    inputs: { source: '-h--a------|' },
    given: { h: 'heavy' },
    options: { maxWeight: 3, maxWaitMs: 5, weight: length },
    expected: '        -x-------y-|',
    values: { x: 'heavy', y: 'a' },
    timers: '          ----^----!',
  },
  {
    title: 'gives the open batch and then the record that is heavier than maxWeight, each alone',
    inputs: { source: '-a-h-----|' },
    given: { h: 'heavy' },
    options: { maxWeight: 3, maxWaitMs: 5, weight: length },
    expected: '        ---(xy)--|',
    values: { x: 'a', y: 'heavy' },
    timers: '          -^-!',
  },
  {
    title: 'opens the next batch with the record that would lift one over maxWeight',
    docs: true,
    inputs: { source: '-a-b-c-------|' },
    given: { a: 'aa', b: 'bbb', c: 'c' },
    options: { maxWeight: 4, maxWaitMs: 7, weight: length },
    expected: '        ---x-y-------|',
    values: { x: 'aa', y: 'bbb c' },
    timers: ['         -^-!', '---^-!'],
  },
  {
    title: 'starts no timer for a record when it is unsubscribed by the batch that the record leaves behind',
    inputs: { source: '-a-b-|' },
    given: { a: 'aa', b: 'bbb' },
    options: { maxWeight: 4, maxWaitMs: 7, weight: length },
    take: 1,
    expected: '        ---(x|)',
    values: { x: 'aa' },
    timers: '          -^-!',
  },
  {
    title: 'gives a batch that weighs exactly maxWeight at once, and begins the next one at zero',
    inputs: { source: '-a-b-c-d---|' },
    given: { a: 'aa', b: 'bb', c: 'cc', d: 'dd' },
    options: { maxWeight: 4, weight: length },
    expected: '        ---x---y---|',
    values: { x: 'aa bb', y: 'cc dd' },
  },
  {
    title: 'gives a batch by whichever of count and weight is reached first',
    inputs: { source: '-a-b-c-----|' },
    given: { c: 'ccc' },
    options: { maxCount: 2, maxWeight: 3, weight: length },
    expected: '        ---x-y-----|',
    values: { x: 'a b', y: 'ccc' },
  },
  {
    title: 'weighs each record as one by default',
    inputs: { source: '-a-b-c-----|' },
    options: { maxWeight: 2 },
    expected: '        ---x-------(y|)',
    values: { x: 'a b', y: 'c' },
  },
  {
    title: 'gives each record at once, without a timer, with maxCount: 1',
    inputs: { source: '-a-(bc)-|' },
    options: { maxCount: 1, maxWaitMs: 5 },
    expected: '        -x-(yz)-|',
    values: { x: 'a', y: 'b', z: 'c' },
    timers: [],
  },
  {
    title: 'starts no timer without maxWaitMs',
    inputs: { source: '-a---- 1m b--|' },
    options: { maxCount: 3 },
    expected: '        ------ 1m ---(x|)',
    values: { x: 'a b' },
    timers: [],
  },
  {
    title: 'collects what comes in one instant with maxWaitMs: 0',
    inputs: { source: '-(ab)-c--|' },
    options: { maxWaitMs: 0 },
    expected: '        -x----y--|',
    values: { x: 'a b', y: 'c' },
    timers: '          -(^!)-(^!)',
  },
  {
    title: 'joins a hot source where it stands',
    inputs: { source: '-a-^b-c--|' },
    subs: { source: '     ^-----!' },
    options: { maxCount: 2 },
    expected: '           ---x--|',
    values: { x: 'b c' },
  },
];
