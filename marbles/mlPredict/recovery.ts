import type { Outcome } from '../../src/types/outcome.js';
import { answer } from '../fake-provider.js';
import { entry } from '../prompts.js';
import { list, type Spec } from './model.js';

function seeAttempts({ record, batchId, attempts, error }: Outcome<string, unknown>): string {
  return `${record} of ${batchId}#${attempts}${error === null ? '' : `!${error.code}`}`;
}

/** What becomes of records without a usable answer. */
export const recovery: readonly Spec[] = [
  {
    title: 'asks again for what the reply left out, and keeps the order',
    docs: true,
    inputs: {
      source: '-a-b-c-d---|',
      ab: '       --(A.)',
      cd: '           --(C.)',
      b: '          ------(B.)',
    },
    given: { A: list('good'), B: entry(null, 'bad'), C: list('fine', 'poor') },
    options: { batchSize: 2 },
    expected: '-----a-----(bcd|)',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine', d: 'd=poor' },
  },
  {
    title: 'asks again before it asks for what is new, and counts all requests for a record',
    inputs: {
      source: '-abcd--------|',
      ab: '      --(A.)',
      b: '          --(B.)',
      cd: '            --(C.)',
    },
    given: { A: list('good'), B: entry(null, 'bad'), C: list('fine', 'poor') },
    options: { batchSize: 2, concurrency: 1 },
    see: seeAttempts,
    values: { a: 'a of b1#1', b: 'b of b1.1#2', c: 'c of b2#1', d: 'd of b2#1' },
    expected: '----a-b-(cd)-|',
    subs: {
      ab: '    --^-!',
      b: '     ----^-!',
      cd: '    ------^-!',
    },
  },
  {
    title: 'asks again for the rest of a reply that broke off, and for none whose requests got no reply at all',
    docs: true,
    inputs: {
      source: '-a-b-c-d------|',
      ab: '       -oAX',
      b: '           --(B.)',
      cd: '           --Y',
    },
    given: {
      A: `[${entry(1, 'good')},`,
      X: answer('retryable', 'connection_error'),
      Y: answer('retryable', 'server_error'),
      B: entry(null, 'bad'),
    },
    options: { batchSize: 2, maxRetries: 0, order: 'arrival' },
    expected: '------a-b(cd)-|',
    values: { a: 'a=good', b: 'b=bad', c: 'c!server_error', d: 'd!server_error' },
  },
  {
    title: 'aborts what is asked again on unsubscribe',
    inputs: {
      source: '-a-b-------|',
      ab: '       --(A.)',
      b: '          ------(B.)',
    },
    given: { A: list('good'), B: entry(null, 'bad') },
    options: { batchSize: 2 },
    unsub: '   --------!',
    expected: '-----a---',
    values: { a: 'a=good' },
    subs: { b: '-----^--!' },
  },
  {
    title: 'gives what is asked again before an error of the source',
    inputs: {
      source: '-a-b#',
      ab: '       --(A.)',
      b: '          ---(B.)',
    },
    given: { A: list('good'), B: entry(null, 'bad') },
    options: { batchSize: 2 },
    expected: '-----a--(b#)',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'ends with a fatal answer to what is asked again, like with any other',
    inputs: {
      source: '-a-b--c---|',
      ab: '       --(A.)',
      b: '          --X',
    },
    given: { A: list('good'), X: answer('fatal', 'unauthorized') },
    options: { batchSize: 2 },
    expected: '-----a-(bc#)',
    values: { a: 'a=good', b: 'b!unauthorized', c: 'c!unauthorized', '#': 'fatal_answer: unauthorized' },
    subs: { source: '^------!' },
  },
  {
    title: 'spends one budget on all that is asked',
    inputs: {
      source: '-a-b-----|',
      ab: '       --(A.)',
      b: '     -',
    },
    given: { A: list('good') },
    options: { batchSize: 2, budgetMaxCost: 70, priceInputPerMillion: 1e6 },
    expected: '-----(ab)|',
    values: { a: 'a=good', b: 'b!budget_exhausted' },
    subs: { b: [] },
  },
  {
    title: 'lets a record live no longer than its deadline, however often it is asked for',
    inputs: {
      source: '-a-b-----------|',
      ab: '       --(A.)',
      b: '          ----------(B.)',
    },
    given: { A: list('good'), B: entry(null, 'bad') },
    options: { batchSize: 2, recordDeadlineMs: 6 },
    expected: '-----a---b-----|',
    values: { a: 'a=good', b: 'b!deadline_exceeded' },
    subs: { b: '-----^---!' },
  },
  {
    title: 'asks for no record again with failureStrategy: fail',
    inputs: {
      source: '-a-b-----|',
      ab: '       --(A.)',
    },
    given: { A: list('good') },
    options: { batchSize: 2, failureStrategy: 'fail' },
    expected: '-----(ab)|',
    values: { a: 'a=good', b: 'b!record_missing' },
  },
];
