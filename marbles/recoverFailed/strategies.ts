import { type Spec, failed } from './outcomes.js';

/** Which records go into the next prompts. */
export const strategies: readonly Spec[] = [
  {
    title: 'reask: together at first, then in halves, then alone, twice at most, where whole replies are of no use',
    docs: true,
    inputs: {
      source: '(ABCD|)',
      abcd: ' ------(ABCD|)',
      ab: '         ------(AB|)',
      cd: '         ------(cd|)',
      a: '                ------(A|)',
      b: '                ------(b|)',
      a2: '                     ------(A|)',
    },
    options: { asks: ['abcd'] },
    expected: '------------(cd)--b-----(A|)',
    subs: {
      abcd: '  ^-----!',
      ab: '    ------^-----!',
      cd: '    ------^-----!',
      a: '     ------------^-----!',
      b: '     ------------^-----!',
      a2: '    ------------------^-----!',
    },
  },
  {
    title: 'bisect: in halves, and a single record no more',
    docs: true,
    inputs: {
      source: '(ABcD|)',
      ab: '    ------(Ab|)',
      d: '     ------(D|)',
      a: '           ------(A|)',
    },
    options: { asks: ['abcd'], strategy: 'bisect' },
    expected: 'c-----(bD)--(A|)',
  },
  {
    title: 'single: each once alone',
    inputs: {
      source: '(AbC|)',
      a: '     --(a|)',
      c: '     ---(C|)',
    },
    options: { asks: ['abc'], strategy: 'single' },
    expected: 'b-a(C|)',
  },
  {
    title: 'retry: together, and once',
    inputs: {
      source: '(AbC|)',
      ac: '    --(aC|)',
    },
    options: { asks: ['abc'], strategy: 'retry' },
    expected: 'b-(aC|)',
  },
  {
    title: 'retry: a single record too',
    inputs: {
      source: '(A|)',
      a: '     --(A|)',
    },
    options: { asks: ['a'], strategy: 'retry' },
    expected: '--(A|)',
  },
  {
    title: 'fail: not at all, and errors leave as they come',
    inputs: { source: '-A-b-C-|' },
    options: { asks: ['abc'], strategy: 'fail' },
    expected: '        -A-b-C-|',
  },
  {
    title: 'bisect and single ask for no record again that was alone in its prompt',
    inputs: { source: '-A---|' },
    options: { asks: ['a'], strategy: 'bisect' },
    expected: '        -A---|',
  },
  {
    title: 'reask: parts go on by themselves, whatever becomes of the others',
    inputs: {
      source: ' (ABCD|)',
      ab: '     --(aB|)',
      cd: '     --------(cd|)',
      b: '        --(b|)',
    },
    given: {
      A: failed('a', 'context_length', { kind: 'splittable' }),
      B: failed('b', 'context_length', { kind: 'splittable' }),
      C: failed('c', 'context_length', { kind: 'splittable' }),
      D: failed('d', 'context_length', { kind: 'splittable' }),
    },
    options: { asks: ['abcd'] },
    expected: '--a-b---(cd|)',
  },
];
