import type { Spec } from './required.js';

/** What other libraries get, or got, wrong: each by the issue that tells of it. */
export const knownBugs: readonly Spec[] = [
  {
    title: "rxjs's bufferTime (ReactiveX/rxjs#5146): records after a full batch are not lost",
    inputs: { source: '-abcdef-g-----------|' },
    options: { maxCount: 2, maxWaitMs: 5 },
    expected: '        --x-y-z------w------|',
    values: { x: 'a b', y: 'c d', z: 'e f', w: 'g' },
  },
  {
    title:
      "rxjs's bufferTime (ReactiveX/rxjs#3001, #5374): a record that comes while a batch is delivered opens the next one",
    covers: 're-entrancy',
    docs: true,
    inputs: { source: '-a-b----d-|' },
    options: { maxCount: 2, maxWaitMs: 9 },
    reenter: { x: 'c' },
    expected: '        ---x----y-|',
    values: { x: 'a b', y: 'c d' },
    timers: ['         -^-!', '---^----!'],
  },
  {
    title: "rxjs's bufferTime (ReactiveX/rxjs#1944): unsubscribed by the batch that fills up, it opens no other",
    inputs: { source: '-a-b-c-d--|' },
    options: { maxCount: 2, maxWaitMs: 9 },
    take: 1,
    subs: { source: '  ^--!' },
    expected: '        ---(x|)',
    values: { x: 'a b' },
    timers: '          -^-!',
  },
  {
    title:
      "fs2's groupWithin (typelevel/fs2#1404), akka's groupedWithin (akka#22635): no empty batch after an exact multiple",
    inputs: { source: '-a-b-c-d---------|' },
    options: { maxCount: 2, maxWaitMs: 5 },
    expected: '        ---x---y---------|',
    values: { x: 'a b', y: 'c d' },
    timers: '          -^-!-^-!',
  },
  {
    title:
      "akka's groupedWithin (akka#22406): no empty batch where the source ends after more than maxWaitMs of silence",
    inputs: { source: '-a--------|' },
    options: { maxCount: 2, maxWaitMs: 3 },
    expected: '        ----x-----|',
    values: { x: 'a' },
    timers: '          -^--!',
  },
  {
    title:
      "fs2's groupWithin (typelevel/fs2#3608): what comes in bulk after a silence is a batch, and no batch of one before it",
    inputs: { source: '---------(abc)----|' },
    options: { maxCount: 9, maxWaitMs: 3 },
    expected: '        ------------x-----|',
    values: { x: 'a b c' },
    timers: '          ---------^--!',
  },
  {
    title: "Akka.NET's, and so Pekko's, groupedWithin (akka.net#7879): a batch that fills up takes its timer with it",
    docs: true,
    inputs: { source: '-a-b-c-----------|' },
    options: { maxCount: 2, maxWaitMs: 5 },
    expected: '        ---x------y------|',
    values: { x: 'a b', y: 'c' },
    timers: '          -^-!-^----!',
  },
  {
    title:
      "akka's, and so Pekko's, groupedWeightedWithin (akka#23398): records that weigh nothing are given by their timer",
    inputs: { source: '-a-b---------|' },
    options: { maxWeight: 5, maxWaitMs: 4, weight: () => 0 },
    expected: '        -----x-------|',
    values: { x: 'a b' },
    timers: '          -^---!',
  },
  {
    title:
      "RxJava's buffer (RxJava#5427), Reactor's bufferTimeout: a batch that fills up as its timer is due is given once",
    inputs: { source: '-a--b-------|' },
    options: { maxCount: 2, maxWaitMs: 3 },
    expected: '        ----x-------|',
    values: { x: 'a b' },
    timers: '          -^--!',
  },
  {
    title: "RxJava's buffer (RxJava#5427): a batch that would have filled up just after its timer is not given twice",
    inputs: { source: '-a--b-------|' },
    options: { maxCount: 2, maxWaitMs: 3 },
    late: true,
    expected: '        ----x--y----|',
    values: { x: 'a', y: 'b' },
  },
];
