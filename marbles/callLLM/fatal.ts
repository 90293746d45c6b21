import { answer } from '../fake-provider.js';
import { busy, type Spec, unauthorized } from './prompts.js';

/** Answers after which no request can succeed. */
export const fatal: readonly Spec[] = [
  {
    title: 'lets go of the source after a fatal answer, and errors after the last chunk of all that is on the wire',
    docs: true,
    inputs: {
      source: '-p-q-r-s-t-|',
      p: '      -o-a---.|',
      q: '        -X',
    },
    given: { X: unauthorized },
    expected: '----(aQ)(P#)',
    values: { a: 'p:a', Q: 'q!unauthorized#1', P: 'p.stop#1', '#': 'fatal_answer: unauthorized' },
    subs: {
      source: '^---!',
      p: '     -^------!',
      q: '     ---^!',
    },
  },
  {
    title: 'sends nothing more after a fatal answer: what waits gets the same failure',
    docs: true,
    inputs: {
      source: '-pqr|',
      p: '      ---X',
      q: '     -------',
      r: '     -------',
    },
    given: { X: unauthorized },
    options: { concurrency: 1 },
    expected: '----(QRP#)',
    values: {
      Q: 'q!unauthorized#0',
      R: 'r!unauthorized#0',
      P: 'p!unauthorized#1',
      '#': 'fatal_answer: unauthorized',
    },
    subs: {
      p: '     -^--!',
      q: [],
      r: [],
    },
  },
  {
    title: 'gives the failure to what waits for a retry, and leaves its timer behind',
    inputs: {
      source: '-p-q|',
      p: '      -Y',
      q: '        ---X',
    },
    given: { X: unauthorized, Y: busy },
    options: { backoff: { initialMs: 40 }, timeoutMs: Infinity, totalTimeoutMs: Infinity },
    expected: '------(PQ#)',
    values: { P: 'p!unauthorized#1', Q: 'q!unauthorized#1', '#': 'fatal_answer: unauthorized' },
    timers: '  --^---!',
  },
  {
    title: 'does not retry after a fatal answer to another prompt',
    inputs: {
      source: '-p-q|',
      p: '      -----Y',
      q: '        -X',
    },
    given: { X: unauthorized, Y: busy },
    expected: '----Q-(P#)',
    values: { Q: 'q!unauthorized#1', P: 'p!server_error#1', '#': 'fatal_answer: unauthorized' },
  },
  {
    title: 'errors with the first of several fatal answers',
    inputs: {
      source: '-p-q---|',
      p: '      ---X',
      q: '        ---Y',
    },
    given: { X: unauthorized, Y: answer('fatal', 'forbidden') },
    expected: '----P-(Q#)',
    values: { P: 'p!unauthorized#1', Q: 'q!forbidden#1', '#': 'fatal_answer: unauthorized' },
  },
  {
    title: 'goes on with the source after a fatal answer with onFatal: outcome, and sends nothing more',
    docs: true,
    inputs: {
      source: '-p--q-r-|',
      p: '      -X',
      q: '     -',
      r: '     -',
    },
    given: { X: unauthorized },
    options: { onFatal: 'outcome' },
    expected: '--P-Q-R-|',
    values: { P: 'p!unauthorized#1', Q: 'q!unauthorized#0', R: 'r!unauthorized#0' },
    subs: {
      source: '^-------!',
      p: '     -^!',
      q: [],
      r: [],
    },
  },
  {
    title: 'errors with the source after a fatal answer with onFatal: outcome',
    inputs: {
      source: '-p---#',
      p: '      -X',
    },
    given: { X: unauthorized },
    options: { onFatal: 'outcome' },
    expected: '--P--#',
    values: { P: 'p!unauthorized#1' },
  },
  {
    title: 'forgets a fatal answer with its subscription',
    inputs: {
      source: '    -p|',
      p: '          -X',
      p2: '                -.|',
    },
    given: { X: unauthorized },
    expected: '    --(P#)',
    second: {
      subscribed: '-------^',
      expected: '  ---------(Q|)',
    },
    values: { P: 'p!unauthorized#1', Q: 'p.stop#1', '#': 'fatal_answer: unauthorized' },
  },
];
