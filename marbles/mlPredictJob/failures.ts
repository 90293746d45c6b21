import { answer } from '../fake-provider.js';
import { entry } from '../prompts.js';
import { lineOf, type Spec, SUBMIT } from './options.js';

const EACH = { ...SUBMIT, maxRequests: 1 } as const;

/** What becomes of records that a job has no usable answer for. */
export const again: readonly Spec[] = [
  {
    title: 'gives outcomes as jobs end, with order: arrival',
    inputs: { source: '(ab|)', 'results H': '---(x|)', 'results I': '-(y|)' },
    given: { x: lineOf(0, 'good'), y: lineOf(1, 'bad') },
    options: { submit: EACH, order: 'arrival' },
    expected: '        -b-(a|)',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'asks the model at once for what a job did not answer',
    docs: true,
    inputs: { source: '(abc|)', 'results H': '-x(z|)', b: '--(B.)' },
    given: { x: lineOf(0, 'good'), z: lineOf(2, 'fine'), B: entry(null, 'bad') },
    subs: { b: '--^-!' },
    expected: '        -a--(bc|)',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine' },
  },
  {
    title: 'asks by a next job for what jobs did not answer, with via: job',
    docs: true,
    inputs: { source: '(abc|)', 'results H': '-(x|)', 'results Hb': '-(yz|)' },
    given: { x: lineOf(0, 'good'), y: lineOf(1, 'bad'), z: lineOf(2, 'fine') },
    options: { via: 'job', submit: { ...SUBMIT, maxWaitMs: 5 } },
    subs: { 'results Hb': '------^!' },
    expected: '        -a-----(bc|)',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine' },
    note: 'the next job waits for more records, and is the first one of a run of its own',
  },
];

/** What becomes of records whose job is not submitted. */
export const unsubmitted: readonly Spec[] = [
  {
    title: 'asks the model for the records of a job that could not be submitted',
    docs: true,
    inputs: { source: '(ab|)', upload: '-x', uploadb: '-(f|)', 'results I': '(y|)', a: '--(A.)' },
    given: { x: '!busy', y: lineOf(1, 'bad'), A: entry(null, 'good') },
    options: { submit: { ...EACH, concurrency: 1, maxRetries: 0 }, order: 'arrival' },
    subs: { a: '-^-!', uploadb: '-^!' },
    expected: '        --b(a|)',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'asks by a next job for the records of one that could not be submitted, with via: job',
    inputs: { source: '(ab|)', upload: '-x', 'results H': '(yz|)' },
    given: { x: '!busy', y: lineOf(0, 'good'), z: lineOf(1, 'bad') },
    options: { via: 'job', submit: { ...SUBMIT, maxRetries: 0, maxWaitMs: 5 } },
    expected: '        ------(ab|)',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'gives errors to the records of a job that is never to be submitted, and goes on',
    inputs: { source: '(ab|)', 'create 1': '-x', 'results I': '--(y|)' },
    given: { x: '!bad', y: lineOf(1, 'bad') },
    options: { submit: EACH, order: 'arrival' },
    expected: '        -a(b|)',
    values: { a: 'a!job_failed', b: 'b=bad' },
  },
  {
    title: 'errors when the provider refuses every submission, after an outcome for each record that has come',
    docs: true,
    inputs: { source: '-ab-c--d', 'create 2': '-x', 'results H': '-------(y|)' },
    given: { x: '!key', y: lineOf(0, 'good') },
    options: { submit: { ...EACH, concurrency: 1 } },
    subs: { source: '  ^--!' },
    expected: '        --------(ab#)',
    values: { a: 'a=good', b: 'b!unauthorized', '#': 'fatal_answer: unauthorized' },
    note: 'the source is let go at the fatal answer; the job before it was paid, and is waited for',
  },
  {
    title: 'gives that error to records that wait in a batch, too',
    inputs: { source: '-abc-d', 'create 1': '--x' },
    given: { x: '!key' },
    options: { submit: EACH, batchSize: 2, batchTimeoutMs: 100 },
    subs: { source: '  ^---!' },
    expected: '        ----(abc#)',
    values: {
      a: 'a!unauthorized',
      b: 'b!unauthorized',
      c: 'c!unauthorized',
      '#': 'fatal_answer: unauthorized',
    },
  },
  {
    title: 'errors when it cannot be told whether a job was submitted, after the outcomes of the others',
    inputs: { source: '(ab|)', 'create 2': '-x', 'match 2': '-(m|)', 'results H': '-------(y|)' },
    given: { x: '!lost', m: 'XY', y: lineOf(0, 'good') },
    options: { submit: EACH },
    expected: '        -------(a#)',
    values: {
      a: 'a=good',
      '#': 'whether job 2 of the run ssssssssssssssssssss was submitted cannot be told: its answer never came, and several jobs look like it: X, Y …',
    },
    note: 'to ask for b again could be to pay for it twice',
  },
  {
    title: 'gives a fatal answer to what is asked live to its record alone',
    inputs: { source: '(ab|)', 'results H': '-(y|)', a: '-X' },
    given: { y: lineOf(1, 'bad'), X: answer('fatal', 'unauthorized') },
    expected: '        --(ab|)',
    values: { a: 'a!unauthorized', b: 'b=bad' },
    note: 'the jobs are paid, whatever the model says to other calls',
  },
];
