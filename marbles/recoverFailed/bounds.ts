import type { ErrorCode } from '../../src/types/outcome.js';
import { type Came, failed, seeWhole, type Spec } from './outcomes.js';

/** A prompt whose request failed as a whole, for each of its records by its capital letter. */
function all(
  letters: string,
  code: ErrorCode,
  kind?: 'splittable' | 'retryable' | 'final' | 'fatal',
): Record<string, Came> {
  return Object.fromEntries(Array.from(letters, (letter) => [letter.toUpperCase(), failed(letter, code, { kind })]));
}

/** What is asked again at all. */
export const faults: readonly Spec[] = [
  {
    title: 'finds the record at fault, and saves the others',
    docs: true,
    inputs: {
      source: '(ABCD|)',
      ab: '    ------(ab|)',
      cd: '    ------(CD|)',
      c: '           ------(C|)',
      d: '           ------(d|)',
    },
    given: all('abcd', 'input_filtered', 'splittable'),
    options: { asks: ['abcd'] },
    values: { C: 'c!input_filtered' },
    expected: '------(ab)--(Cd|)',
  },
  {
    title: 'asks for the rest of a reply that stopped at its limit in prompts of half the size at most',
    inputs: {
      source: '(aBCD|)',
      bc: '    --(bc|)',
      d: '     --------(d|)',
    },
    given: all('bcd', 'length_stop'),
    options: { asks: ['abcd'] },
    expected: 'a-(bc)--(d|)',
  },
  {
    title: 'asks for no record again whose request had its retries, failed for good, or met a fatal answer',
    inputs: { source: '-A-B-C-D-E-|' },
    given: {
      A: failed('a', 'server_error', { kind: 'retryable' }),
      B: failed('b', 'bad_request', { kind: 'final' }),
      C: failed('c', 'unauthorized', { kind: 'fatal' }),
      D: failed('d', 'too_large'),
      E: failed('e', 'schema_async'),
    },
    options: { asks: ['a', 'b', 'c', 'd', 'e'] },
    see: seeWhole,
    values: {
      A: 'a@0 of b1#1: server_error',
      B: 'b@1 of b2#1: bad_request',
      C: 'c@2 of b3#1: unauthorized',
      D: 'd@3 of b4#1: too_large',
      E: 'e@4 of b5#1: schema_async',
    },
    expected: '        -A-B-C-D-E-|',
  },
  {
    title: 'asks for the rest of a reply that broke off',
    inputs: {
      source: '-a-B---|',
      b: '       --(b|)',
    },
    given: { B: failed('b', 'connection_error', { kind: 'retryable', interrupted: true }) },
    options: { asks: ['ab'] },
    expected: '-a---b-|',
  },
  {
    title: 'passes what belongs to no prompt',
    inputs: { source: '-a-B---|' },
    options: { asks: ['ab'], copies: true },
    expected: '        -a-B---|',
  },
  {
    title: 'gives what failed of a prompt whose outcomes never all came, when the source ends',
    inputs: { source: '-A-b---|' },
    options: { asks: ['abc'] },
    expected: '        ---b---(A|)',
  },
];

/** What attempt may do, and how far it goes. */
export const bounds: readonly Spec[] = [
  {
    title: 'takes no outcome for a record that was not asked for, and no second one',
    inputs: {
      source: '-a-B-C-------|',
      bc: '         -bdbaCc|',
      c: '                 -(c|)',
    },
    options: { asks: ['abc', 'd'] },
    expected: '-a----b------(c|)',
  },
  {
    title: 'ends records that got no outcome with their last error, which says so',
    inputs: {
      source: '-A-B-------|',
      ab: '       -a|',
    },
    options: { asks: ['ab'] },
    see: seeWhole,
    values: {
      a: 'a@0 of b1.1#2',
      B: 'b@1 of b1#1: the reply has no entry for this record; not asked again: no outcome came',
    },
    expected: '----aB-----|',
  },
  {
    title: 'ends records for which attempt failed with their last error, and what it failed with',
    inputs: {
      source: '-A-B-------|',
      ab: '       -a#',
    },
    options: { asks: ['ab'] },
    see: seeWhole,
    values: { a: 'a@0 of b1.1#2', B: 'b@1 of b1#1: the reply has no entry for this record; not asked again: error' },
    expected: '----aB-----|',
  },
  {
    title: 'counts all requests that were sent for a record',
    inputs: {
      source: '-A-B-------|',
      ab: '       -(aB|)',
      b: '         -(b|)',
    },
    options: { asks: ['ab'] },
    see: seeWhole,
    values: { a: 'a@0 of b1.1#2', b: 'b@1 of b1.2#3' },
    expected: '----ab-----|',
  },
  {
    title: 'ends records with their last error when nothing is left of the budget',
    inputs: { source: '-A-b-----|' },
    options: { asks: ['ab'], budget: 0 },
    see: seeWhole,
    values: {
      A: 'a@0 of b1#1: the reply has no entry for this record; not asked again: the budget for it is used up',
      b: 'b@1 of b1#1',
    },
    expected: '        ---(bA)--|',
  },
  {
    title: 'reports what is asked again, and why',
    inputs: {
      source: '-A-b-C----|',
      ac: '         -(aC|)',
      c: '           -(c|)',
    },
    given: { A: failed('a', 'schema_mismatch') },
    options: { asks: ['abc'] },
    expected: '---b--ac--|',
    events: '  -----12',
    values: {
      1: 'b1.1 asks 2 of b1 again: schema_mismatch,record_missing',
      2: 'b1.2 asks 1 of b1 again: record_missing',
    },
  },
];
