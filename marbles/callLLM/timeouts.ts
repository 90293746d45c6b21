import { NO_TIMEOUTS, type Spec } from './prompts.js';

/** Bounds in time. */
export const timeouts: readonly Spec[] = [
  {
    title: 'takes silence before the headers for a failure that may pass',
    docs: true,
    inputs: {
      source: '-p-|',
      p: '      ------o',
      p2: '           -o.|',
    },
    options: { timeoutMs: 4, backoff: { initialMs: 4 } },
    expected: '---------(P|)',
    values: { P: 'p.stop#2' },
    subs: {
      p: '     -^---!',
      p2: '    -------^-!',
    },
  },
  {
    title: 'takes silence after text for a broken stream',
    inputs: {
      source: ' -p-|',
      p: '       -o-a-----b',
    },
    options: { timeoutMs: 4 },
    expected: ' ----a---(P|)',
    values: { a: 'p:a', P: 'p!request_timeout#1' },
    subs: { p: '-^------!' },
  },
  {
    covers: 'tie',
    title: 'counts a sign of life as no silence, and a piece of text that is due at the very end of one as in time',
    inputs: {
      source: '-p-|',
      p: '      ---o---~---a---.|',
    },
    options: { timeoutMs: 4 },
    expected: '------------a---(P|)',
    values: { a: 'p:a', P: 'p.stop#1' },
  },
  {
    title: 'bounds a whole request, however lively',
    inputs: {
      source: ' -p-|',
      p: '       -o-a-b-c-d-e-f-g',
    },
    options: { totalTimeoutMs: 8 },
    expected: ' ----a-b-c(P|)',
    values: { a: 'p:a', b: 'p:b', c: 'p:c', P: 'p!request_timeout#1' },
    subs: { p: '-^-------!' },
  },
  {
    title: 'waits 30 seconds in silence, and sends a request four times, by default',
    inputs: {
      source: ' -p-|',
      p: '       -',
      p2: '     -',
      p3: '     -',
      p4: '     -',
    },
    random: [0],
    expected: ' - 2m (P|)',
    values: { P: 'p!request_timeout#4' },
    subs: { p: '- ^ 29999ms !' },
  },
  {
    title: 'waits 5 minutes for the end of an answer by default',
    inputs: {
      source: '-p-|',
      p: '      -a------',
    },
    options: { timeoutMs: Infinity },
    expected: '--a 299998ms (P|)',
    values: { a: 'p:a', P: 'p!request_timeout#1' },
  },
  {
    title: 'bounds each request by itself, and not the wait for a permit',
    inputs: {
      source: '(pq|)',
      p: '     -o---.|',
      q: '          -o---.|',
    },
    options: { concurrency: 1, totalTimeoutMs: 6 },
    expected: '-----P----(Q|)',
    values: { P: 'p.stop#1', Q: 'q.stop#1' },
  },
  {
    title: 'starts no timer without bounds',
    inputs: {
      source: '-p-----|',
      p: '      -o-a-.|',
    },
    options: NO_TIMEOUTS,
    expected: '----a-P|',
    values: { a: 'p:a', P: 'p.stop#1' },
    timers: [],
  },
];
