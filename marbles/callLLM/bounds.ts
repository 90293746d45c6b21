import { NEVER, of, timer } from 'rxjs';
import { answer } from '../fake-provider.js';
import { NO_TIMEOUTS, type Spec } from './prompts.js';

/** Bounds on a record's life, on money, and what the headers say of the provider's limits. */
export const bounds: readonly Spec[] = [
  {
    title: 'aborts what is on the wire at the deadline of its records, and keeps the text that came',
    docs: true,
    inputs: {
      source: ' -p-|',
      p: '       -o-a---b',
    },
    options: { ...NO_TIMEOUTS, deadlineMs: 5 },
    expected: ' ----a(P|)',
    values: { a: 'p:a', P: 'p!deadline_exceeded#1' },
    subs: { p: '-^---!' },
    note: 'The deadline counts from when the prompt was made: here from frame 0.',
  },
  {
    title: 'lets a record wait for its retry no longer than its deadline',
    inputs: {
      source: ' -p-|',
      p: '       -E',
    },
    options: { ...NO_TIMEOUTS, deadlineMs: 6, backoff: { initialMs: 100 } },
    expected: ' ------(P|)',
    given: { E: answer('retryable', 'server_error') },
    values: { P: 'p!deadline_exceeded#1' },
    subs: { p: '-^!' },
  },
  {
    title: 'sends nothing whose own deadline has come with that of the request before it',
    inputs: {
      source: ' (pqr|)',
      p: '       -o-----.',
      q: '     -',
      r: '     -',
    },
    options: { ...NO_TIMEOUTS, deadlineMs: 5, concurrency: 1 },
    expected: ' -----(PQR|)',
    values: { P: 'p!deadline_exceeded#1', Q: 'q!deadline_exceeded#0', R: 'r!deadline_exceeded#0' },
    subs: { p: '^----!', q: [], r: [] },
  },
  {
    title: 'aborts a request when nobody wants its answer any more, and ends its prompt',
    docs: true,
    inputs: {
      source: '-p-q---|',
      p: '      -o-a---b',
      q: '        -o--.',
    },
    options: { ...NO_TIMEOUTS, abandonWhen: ({ id }) => (id === 'p' ? timer(4) : NEVER) },
    expected: '----aP-(Q|)',
    values: { a: 'p:a', P: 'p!abandoned#1', Q: 'q.stop#1' },
    subs: { p: '-^---!' },
  },
  {
    title: 'sends nothing that nobody wants from the beginning, or not any more when its turn comes',
    inputs: {
      source: '-pqr-|',
      p: '      -----.',
      q: '     -',
      r: '     -',
    },
    options: {
      ...NO_TIMEOUTS,
      concurrency: 1,
      abandonWhen: ({ id }) => (id === 'p' ? NEVER : id === 'q' ? timer(3) : of(0)),
    },
    expected: '---R-Q(P|)',
    values: { P: 'p.stop#1', Q: 'q!abandoned#0', R: 'r!abandoned#0' },
    subs: { q: [], r: [] },
  },
  {
    title: 'sends nothing that would go over the budget, and ends cleanly',
    docs: true,
    inputs: {
      source: ' -p-q---r-|',
      p: '       -o-a-.|',
      q: '         -o-b-.|',
    },
    options: { ...NO_TIMEOUTS, price: { outputPerMillion: 1e6 }, maxCost: 1, concurrency: 1 },
    expected: ' ----a-P--b-(QR|)',
    values: { a: 'p:a', b: 'q:b', P: 'p.stop#1', Q: 'q.stop#1', R: 'r!budget_exhausted#0' },
  },
  {
    title: 'holds the gate when the headers say that a limit is used up',
    inputs: {
      source: ' -p-q---|',
      p: '       -O-a-.|',
      q: '                   -o-.|',
    },
    options: { ...NO_TIMEOUTS },
    expected: ' ----a-P-------(Q|)',
    given: { O: { type: 'open', status: 200, holdMs: 9 } },
    values: { a: 'p:a', P: 'p.stop#1', Q: 'q.stop#1' },
    subs: { p: '-^----!', q: '-----------^--!' },
  },
];
