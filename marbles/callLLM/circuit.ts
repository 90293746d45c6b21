import { answer } from '../fake-provider.js';
import { busy, cut, limited, NO_TIMEOUTS, type Spec } from './prompts.js';

/** It opens when two have ended and half of all have failed: for 8 ms at first. */
const circuit = { minimumVolume: 2, resetMs: 8, maxResetMs: 12 };
const once = { provider: { circuit }, maxRetries: 0, ...NO_TIMEOUTS } as const;
const twice = { ...once, maxRetries: 1, backoff: { initialMs: 4 } } as const;

/** A provider that is broken: too many requests got no answer, or a 5xx. */
export const circuits: readonly Spec[] = [
  {
    title: 'sends nothing while the circuit is open, then what has waited longest, and all when that is answered',
    docs: true,
    inputs: {
      source: '-p-q-r-s-------|',
      p: '      -X',
      q: '        -X',
      r: '                 --.',
      s: '                   -----.',
    },
    given: { X: busy },
    options: once,
    events: '  --a-(bo)----h-(cz)-d',
    expected: '--P-Q---------R----(S|)',
    values: {
      P: 'p!server_error#1',
      Q: 'q!server_error#1',
      R: 'r.stop#1',
      S: 's.stop#1',
      a: 'p#1 server_error 1ms',
      b: 'q#1 server_error 1ms',
      o: 'circuit open for 8ms',
      h: 'circuit half-open',
      c: 'r#1 ok 2ms',
      z: 'circuit closed',
      d: 's#1 ok 5ms',
    },
    subs: {
      r: '     ------------^-!',
      s: '     --------------^----!',
    },
  },
  {
    title:
      'stays open for twice as long each time that a probe fails, up to maxResetMs, and closes with one that is answered',
    inputs: {
      source: '(pqrstu|)',
      p: '     X',
      q: '     X',
      r: '             X',
      s: '                         X',
      t: '                                     .',
      u: '                                     -.',
    },
    given: { X: cut },
    options: { ...once, concurrency: 1 },
    expected: '(PQ)----R-----------S-----------T(U|)',
    values: {
      P: 'p!connection_error#1',
      Q: 'q!connection_error#1',
      R: 'r!connection_error#1',
      S: 's!connection_error#1',
      T: 't.stop#1',
      U: 'u.stop#1',
    },
  },
  {
    title: 'fails what waits and what comes with whenOpen: fail, but for one that comes when a probe is due',
    docs: true,
    inputs: {
      source: '-(pqr)-s---tu-v|',
      p: '      -X',
      q: '       -X',
      t: '                --.',
      v: '                   .',
    },
    given: { X: busy },
    options: { ...once, whenOpen: 'fail', concurrency: 1 },
    expected: '--P(RQ)S----UTV|',
    values: {
      P: 'p!server_error#1',
      Q: 'q!server_error#1',
      R: 'r!circuit_open#0',
      S: 's!circuit_open#0',
      T: 't.stop#1',
      U: 'u!circuit_open#0',
      V: 'v.stop#1',
    },
    subs: {
      t: '     -----------^-!',
      v: '     --------------(^!)',
    },
  },
  {
    title: 'takes for the probe what has waited longest of any kind, also before a retry',
    inputs: {
      source: '-p-q-r-------|',
      p: '      -X',
      q: '        -X',
      r: '                 -.',
      p2: '                 -.',
      q2: '                 --.',
    },
    given: { X: busy },
    options: { ...twice, backoff: { initialMs: 8 } },
    random: [0.75],
    expected: '-------------RP(Q|)',
    values: { P: 'p.stop#2', Q: 'q.stop#2', R: 'r.stop#1' },
    subs: {
      r: '     ------------^!',
      p2: '    -------------^!',
      q2: '    -------------^-!',
    },
  },
  {
    title: 'fails what comes back from its backoff with whenOpen: fail',
    inputs: {
      source: '(pq|)',
      p: '     X',
      q: '     X',
    },
    given: { X: busy },
    options: { ...twice, whenOpen: 'fail' },
    expected: '--(PQ|)',
    values: { P: 'p!circuit_open#1', Q: 'q!circuit_open#1' },
    note: 'It is not sent again, and not told to try again: what fails here may be asked for in a later run.',
  },
  {
    title: 'lets requests that are on the wire go on, and does not go by their end',
    inputs: {
      source: '(pqrst|)',
      p: '     -X',
      q: '     --X',
      r: '     -o-a-.',
      s: '      ----X',
      t: '               -.',
    },
    given: { X: busy },
    options: { ...once, concurrency: 3 },
    expected: '-PQa-(RS)--(T|)',
    values: {
      P: 'p!server_error#1',
      Q: 'q!server_error#1',
      a: 'r:a',
      R: 'r.stop#1',
      S: 's!server_error#1',
      T: 't.stop#1',
    },
    subs: { t: '     ----------^!' },
  },
  {
    title: 'stays closed for answers that say that the server is there: too many requests, or a wrong one',
    inputs: {
      source: '-p-q-r-|',
      p: '      -L',
      q: '        -W',
      r: '          -.',
    },
    given: { L: limited(0), W: answer('final', 'bad_request') },
    options: once,
    expected: '--P-Q-R|',
    values: { P: 'p!rate_limited#1', Q: 'q!bad_request#1', R: 'r.stop#1' },
  },
  {
    title: 'stops its timer when the last one that waits unsubscribes',
    inputs: {
      source: '-pqr-',
      p: '      X',
      q: '       X',
    },
    given: { X: busy },
    options: once,
    unsub: '   ------!',
    expected: '-PQ---',
    values: { P: 'p!server_error#1', Q: 'q!server_error#1' },
    timers: '  ---^--!',
  },
];
