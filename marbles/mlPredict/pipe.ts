import { z } from 'zod';
import type { Outcome } from '../../src/types/outcome.js';
import { answer } from '../fake-provider.js';
import { entry } from '../prompts.js';
import { list, type Spec } from './model.js';

const unauthorized = answer('fatal', 'unauthorized');
const busy = answer('retryable', 'server_error');

function seeAttempts({ record, index, batchId, attempts, error }: Outcome<string, unknown>): string {
  return `${record}@${index} of ${batchId}#${attempts}${error === null ? '' : `!${error.code}`}`;
}

/** What the parts of the pipe make of it together. */
export const together: readonly Spec[] = [
  {
    title: 'holds outcomes of a batch that was quicker until those before it have left',
    docs: true,
    inputs: {
      source: '-a-b-c-d-|',
      ab: '       --------(A.)',
      cd: '           --(C.)',
    },
    given: { A: list('good', 'bad'), C: list('fine', 'poor') },
    options: { batchSize: 2 },
    expected: '-----------(abcd|)',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine', d: 'd=poor' },
  },
  {
    title: 'gives outcomes as they come with order: arrival',
    docs: true,
    inputs: {
      source: '-a-b-c-d-|',
      ab: '       -----------(A.)',
      cd: '           --(C.)',
    },
    given: { A: list('good', 'bad'), C: list('fine', 'poor') },
    options: { batchSize: 2, order: 'arrival' },
    expected: '---------(cd)-(ab|)',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine', d: 'd=poor' },
  },
  {
    title: 'asks for what has waited batchTimeoutMs, while the source goes on',
    inputs: {
      source: '-a---------b-|',
      a: '          --(A.)',
      b: '                  ---(B.)',
    },
    given: { A: entry(null, 'good'), B: entry(null, 'bad') },
    options: { batchSize: 5, batchTimeoutMs: 4 },
    expected: '-------a--------(b|)',
    values: { a: 'a=good', b: 'b=bad' },
    subs: {
      a: '     -----^-!',
      b: '     -------------^--!',
    },
  },
  {
    title: 'gives outcomes while the reply arrives, where the provider enforces the schema',
    docs: true,
    inputs: {
      source: '-a-b---------|',
      ab: '       -o-A-B-.',
    },
    given: { A: `{"results":[${entry(1, 'good')},`, B: `${entry(2, 'bad')}]}` },
    options: { batchSize: 2, responseSchema: z.string(), provider: { enforcesSchema: true } },
    expected: '------a-b----|',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'waits for the end of the reply with release: end',
    inputs: {
      source: '-a-b----------|',
      ab: '       -o-A-B-.',
    },
    given: { A: `{"results":[${entry(1, 'good')},`, B: `${entry(2, 'bad')}]}` },
    options: { batchSize: 2, responseSchema: z.string(), provider: { enforcesSchema: true }, release: 'end' },
    expected: '----------(ab)|',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'waits for the end of the reply where the schema is not sent, with responseStructured: off',
    inputs: {
      source: '-a-b----------|',
      ab: '       -o-A-B-.',
    },
    given: { A: `{"results":[${entry(1, 'good')},`, B: `${entry(2, 'bad')}]}` },
    options: {
      batchSize: 2,
      responseSchema: z.string(),
      responseStructured: 'off',
      provider: { enforcesSchema: true },
    },
    expected: '----------(ab)|',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'names records by nonces with recordIds: nonce, from the random numbers of the run',
    inputs: {
      source: '-a-b----------|',
      ab: '       -o-A-B-.',
    },
    given: { A: `[${entry('l00001', 'bad')},`, B: `${entry('l00000', 'good')}]` },
    options: { batchSize: 2, recordIds: 'nonce', order: 'arrival' },
    random: [0.5],
    expected: '------b-a-----|',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'gives a value that does not match the schema as an error of its record',
    inputs: {
      source: '-a-b------|',
      ab: '       --(A.)',
    },
    given: { A: list('good', 'so-so') },
    options: { batchSize: 2, responseSchema: z.enum(['good', 'bad']), failureStrategy: 'fail' },
    expected: '-----(ab)-|',
    values: { a: 'a=good', b: 'b!schema_mismatch' },
  },
  {
    title: 'sends a request again that failed in a way that may pass, and counts it',
    inputs: {
      source: '-a-b----------|',
      ab: '       -X',
      ab2: '           --(A.)',
    },
    given: { X: busy, A: list('good', 'bad') },
    options: { batchSize: 2 },
    random: [0.008],
    expected: '----------(ab)|',
    see: seeAttempts,
    values: { a: 'a@0 of b1#2', b: 'b@1 of b1#2' },
  },
  {
    title: 'gives a request that failed as an error of its records, and goes on with the others',
    docs: true,
    inputs: {
      source: '-a-b-c-d------|',
      ab: '       -X',
      cd: '           --(C.)',
    },
    given: { X: answer('final', 'bad_request'), C: list('fine', 'poor') },
    options: { batchSize: 2 },
    expected: '----(ab)-(cd)-|',
    values: { a: 'a!bad_request', b: 'b!bad_request', c: 'c=fine', d: 'd=poor' },
  },
];

/** Answers after which no request can succeed. */
export const fatal: readonly Spec[] = [
  {
    title: 'errors after a fatal answer, when all records that had entered have their outcome',
    docs: true,
    inputs: {
      source: '-a-b-c-d-e-f-|',
      ab: '       -o-----X',
      cd: '           -o-----(C.)',
    },
    given: { X: unauthorized, C: list('fine', 'poor') },
    options: { batchSize: 2, batchTimeoutMs: 100 },
    expected: '----------(ab)(cde#)',
    values: {
      a: 'a!unauthorized',
      b: 'b!unauthorized',
      c: 'c=fine',
      d: 'd=poor',
      e: 'e!unauthorized',
      '#': 'fatal_answer: unauthorized',
    },
    subs: {
      source: '^---------!',
      ab: '    ---^------!',
      cd: '    -------^------!',
    },
    note: 'e had entered, and was never sent.',
  },
  {
    title: 'sends nothing that waits after a fatal answer',
    inputs: {
      source: '-a-b-c-|',
      a: '      -o---X',
      b: '     -',
      c: '     -',
    },
    given: { X: unauthorized },
    options: { batchSize: 1, concurrency: 1 },
    expected: '------(abc#)',
    values: {
      a: 'a!unauthorized',
      b: 'b!unauthorized',
      c: 'c!unauthorized',
      '#': 'fatal_answer: unauthorized',
    },
    subs: {
      a: '     -^----!',
      b: [],
      c: [],
    },
  },
  {
    title: 'goes on with the source after a fatal answer with onFatal: outcome',
    inputs: {
      source: '-a-b-c-d-|',
      a: '      -X',
      b: '     -',
      c: '     -',
      d: '     -',
    },
    given: { X: unauthorized },
    options: { batchSize: 1, onFatal: 'outcome' },
    expected: '--ab-c-d-|',
    values: { a: 'a!unauthorized', b: 'b!unauthorized', c: 'c!unauthorized', d: 'd!unauthorized' },
    subs: {
      source: '^--------!',
      a: '     -^!',
      b: [],
      c: [],
      d: [],
    },
  },
];
