import type { Spec } from './outcomes.js';

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
    title: 'asks for a single record that failed once more',
    covers: 'one',
    inputs: {
      source: ' -A-----|',
      a: '       --(a|)',
    },
    options: { asks: ['a'] },
    expected: ' ---a---|',
    subs: { a: '-^-!' },
  },
  {
    title: 'gives values at once, and asks for the failed records again when all outcomes of their prompt are in',
    covers: 'many',
    docs: true,
    inputs: {
      source: '-a-B-d-C-------|',
      bc: '           --b-C|',
      c: '                 --(c|)',
    },
    options: { asks: ['abc', 'd'] },
    expected: '-a---d---b----c|',
    subs: {
      source: '^--------------!',
      bc: '    -------^----!',
      c: '     ------------^-!',
    },
  },
  {
    title: 'gives what recovery gives before an error of the source',
    covers: 'source error',
    docs: true,
    inputs: {
      source: '-A-B-#',
      ab: '       ----a-(b|)',
    },
    options: { asks: ['ab'] },
    expected: '-------a-(b#)',
    subs: {
      source: '^----!',
      ab: '    ---^-----!',
    },
  },
  {
    title: 'stops asking again on unsubscribe',
    covers: 'early unsubscribe',
    docs: true,
    inputs: {
      source: '-A-B-c-----|',
      ab: '       ----a-(b|)',
    },
    options: { asks: ['ab', 'c'] },
    unsub: '   --------!',
    expected: '-----c-a',
    subs: {
      source: '^-------!',
      ab: '    ---^----!',
    },
  },
  {
    title: 'ends records with their last error when attempt throws, and goes on with the others',
    covers: 'callback throws',
    docs: true,
    inputs: {
      source: '-A-B-C-D-----|',
      cd: '           --c-(d|)',
    },
    options: { asks: ['ab', 'cd'] },
    expected: '---(AB)--c-d-|',
  },
  {
    title: 'stops a synchronous source as soon as it is unsubscribed',
    covers: 'synchronous source',
    inputs: { source: '(aBcd|)' },
    subs: { source: '  (^!)' },
    options: { asks: ['abcd'] },
    take: 2,
    synchronous: 3,
    expected: '        (ac|)',
  },
  {
    title: 'gives each outcome once when recovery, the source and its end come in the same instant',
    covers: 'tie',
    inputs: {
      source: '-A-B-(cd|)',
      ab: '       --(ab|)',
    },
    options: { asks: ['ab', 'cd'] },
    expected: '-----(cdab|)',
  },
  {
    title: 'gives each outcome once when the rest of a prompt comes while one of its outcomes is delivered',
    covers: 're-entrancy',
    inputs: {
      source: '-a-----------|',
      bc: '      --b----(c|)',
    },
    options: { asks: ['abc', 'd'] },
    reenter: { a: 'BC', b: 'd' },
    expected: '-a-(db)-c----|',
  },
  {
    title: 'completes after recovery when the source completes while an outcome is delivered',
    inputs: {
      source: '-Ba----',
      b: '       ---(b|)',
    },
    options: { asks: ['ab'] },
    reenter: { a: '|' },
    expected: '--a--(b|)',
  },
  {
    title: 'keeps one state a subscription',
    inputs: {
      source: '    -a-B---|',
      b: '            --(b|)',
      b2: '             --(b|)',
    },
    options: { asks: ['ab'] },
    expected: '    -a---b-|',
    second: {
      subscribed: '--^',
      expected: '  ---a---b-|',
    },
  },
];
