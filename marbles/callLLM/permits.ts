import { cut, NO_TIMEOUTS, type Spec } from './prompts.js';

/** How many are on the wire, and who is next. */
export const permits: readonly Spec[] = [
  {
    title: 'keeps at most as many requests on the wire as the gate of the provider has permits',
    docs: true,
    inputs: {
      source: '(pqr|)',
      p: '     -o--.|',
      q: '     -o-.|',
      r: '        -o.|',
    },
    options: { provider: { concurrency: 2 } },
    expected: '---QP(R|)',
    values: { P: 'p.stop#1', Q: 'q.stop#1', R: 'r.stop#1' },
    subs: {
      p: '     ^---!',
      q: '     ^--!',
      r: '     ---^-!',
    },
  },
  {
    title: 'goes by its own concurrency in place of that of the gate',
    inputs: {
      source: '(pq|)',
      p: '     -o.|',
      q: '     -o.|',
    },
    options: { provider: { concurrency: 1 }, concurrency: 2 },
    expected: '--(PQ|)',
    values: { P: 'p.stop#1', Q: 'q.stop#1' },
    subs: {
      p: '     ^-!',
      q: '     ^-!',
    },
  },
  {
    title: 'gives what would wait beyond maxWaiting the failure overloaded',
    docs: true,
    inputs: {
      source: '-pqr----s-|',
      p: '      -o--.|',
      q: '          -o.|',
      s: '             -.|',
    },
    options: { concurrency: 1, maxWaiting: 1 },
    expected: '---R-P-Q-S|',
    values: { P: 'p.stop#1', Q: 'q.stop#1', R: 'r!overloaded#0', S: 's.stop#1' },
  },
  {
    title: 'sends a retry before what waits for its first time',
    docs: true,
    inputs: {
      source: '-pqr|',
      p: '      X',
      q: '       -----.|',
      r: '             -.|',
      p2: '           -.|',
    },
    given: { X: cut },
    options: { concurrency: 1, backoff: { initialMs: 4 }, ...NO_TIMEOUTS },
    random: [0.5],
    expected: '-------QP(R|)',
    values: { Q: 'q.stop#1', P: 'p.stop#2', R: 'r.stop#1' },
    subs: {
      p: '     -(^!)',
      q: '     --^----!',
      p2: '    -------^!',
      r: '     --------^!',
    },
    timers: '  -^-!',
  },
];
