import { EMPTY, map } from 'rxjs';
import { pollUntilDone, type PollUntilDoneOptions } from '../operators/pollUntilDone.js';
import type { FinishedJob } from '../src/types/job.js';
import { fakeJobs, type FakeJobsOptions, handleFor } from './fake-jobs.js';
import type { MarbleSpec, MarbleSuite } from './spec.js';

interface Options extends PollUntilDoneOptions {
  readonly fake?: FakeJobsOptions;
}
type Spec = MarbleSpec<Options, string, FinishedJob>;

/** `H completed`. */
function seeFinished({ handle, end }: FinishedJob): string {
  return `${handle.id} ${end}`;
}

const required: readonly Spec[] = [
  {
    title: 'polls nothing while the source is silent',
    covers: 'never',
    inputs: { source: '-' },
    expected: '-',
    timers: [],
  },
  {
    title: 'completes when the source is empty',
    covers: 'empty',
    inputs: { source: '--|' },
    expected: '--|',
  },
  {
    title: 'gives a job that has ended at its first poll',
    covers: 'one',
    inputs: { source: '-H|', H1: '--(d|)' },
    expected: '        ---(d|)',
    values: { d: 'H completed' },
  },
  {
    title: 'polls each job at once, and then after waits that grow, until it has ended',
    covers: 'many',
    docs: true,
    inputs: { source: '-H-I---|', H1: '(g|)', H2: '(g|)', H3: '(d|)', I1: '(g|)', I2: '(d|)' },
    options: { intervalMs: 4, growth: 2 },
    subs: { H1: '-(^!)', H2: '-----(^!)', H3: '-------------(^!)', I2: '-------(^!)' },
    expected: '        -------e-----(d|)',
    values: { d: 'H completed', e: 'I completed' },
  },
  {
    title: 'passes an error of the source on at once, and stops following',
    covers: 'source error',
    inputs: { source: '-H--#', H1: '(g|)' },
    expected: '        ----#',
    note: 'whoever has the handles can follow them again: nothing is lost',
  },
  {
    title: 'aborts polls and stops timers on unsubscribe, and leaves the jobs alone',
    covers: 'early unsubscribe',
    inputs: { source: '-H-I-', H1: '(g|)', I1: '-----(g|)' },
    subs: { source: '  ^----!', I1: '---^-!' },
    unsub: '           -----!',
    options: { intervalMs: 10 },
    timers: ['        -^---!', '         -^---!', '         ---^-!'],
    expected: '        -----',
    note: 'the timers are those of the deadlines and that of the next poll',
  },
  {
    title: 'stops a synchronous source as soon as it is unsubscribed',
    covers: 'synchronous source',
    inputs: { source: '(HIJ|)' },
    take: 1,
    synchronous: 1,
    expected: '        (d|)',
    values: { d: 'H completed' },
  },
  {
    title: 'ends a job at its deadline before a poll that is due in the same instant',
    covers: 'tie',
    inputs: { source: '(H|)', H1: '(g|)' },
    options: { intervalMs: 4, growth: 1, deadlineMs: 4 },
    expected: '        ----(d|)',
    values: { d: 'H deadline' },
  },
  {
    title: 'follows a job that comes while another is delivered',
    covers: 're-entrancy',
    inputs: { source: '-H---|' },
    reenter: { d: 'I' },
    expected: '        -(de)|',
    values: { d: 'H completed', e: 'I completed' },
  },
];

const ends: readonly Spec[] = [
  {
    title: 'gives every end that a provider knows',
    inputs: { source: '(HIJ|)', H1: '(f|)', I1: '(x|)', J1: '(c|)' },
    given: { f: 'failed', x: 'expired', c: 'cancelled' },
    expected: '        (hij|)',
    values: { h: 'H failed', i: 'I expired', j: 'J cancelled' },
  },
  {
    title: 'ends a job that the provider does not know as lost',
    inputs: { source: '(HI|)', H1: '(x|)', I1: '(y|)' },
    given: { x: '!gone', y: '!bad' },
    expected: '        (hi|)',
    values: { h: 'H lost', i: 'I lost' },
  },
  {
    title: 'ends the stream when the provider refuses every call',
    inputs: { source: '-H-', H1: '-x' },
    given: { x: '!key' },
    expected: '        --#',
    values: { '#': 'fatal_answer: unauthorized' },
  },
  {
    title: 'refuses a handle of another provider',
    inputs: { source: '-X' },
    expected: '        -#',
    values: { '#': 'the job X must be of fake /fake; it is of theirs /fake' },
  },
  {
    title: 'asks for a job once whose deadline has passed before it came',
    inputs: { source: '-----(HI|)', H1: '--(d|)', I1: '--(g|)', 'cancel I': '(k|)' },
    options: { deadlineMs: 3, cancelJob: true },
    subs: { 'cancel I': '-------(^!)' },
    expected: '        -------(di|)',
    values: { d: 'H completed', i: 'I deadline' },
    note: 'it may have ended long ago, and its results are paid',
  },
  {
    title: 'follows a job through a whole day',
    inputs: { source: '(H|)' },
    options: { fake: { endsAt: { H: 86_400_000 } } },
    expected: '        86446875ms (d|)',
    values: { d: 'H completed' },
    note: 'within ten minutes of its end',
  },
];

const failures: readonly Spec[] = [
  {
    title: 'survives polls that fail',
    docs: true,
    inputs: { source: '(H|)', H1: '-x', H2: '-y', H3: '-(d|)' },
    given: { x: '!busy', y: '!lost' },
    options: { intervalMs: 2, growth: 1 },
    events: '         -r--s--(te)',
    expected: '        -------(d|)',
    values: {
      d: 'H completed',
      r: 'H call_failed: it is busy',
      s: 'H call_failed: it is lost',
      t: 'H polled',
      e: 'H ended: completed',
    },
  },
  {
    title: 'gives up a poll that hangs, and polls again',
    inputs: { source: '(H|)', H1: '-', H2: '(d|)' },
    subs: { H1: '^---!', H2: '------(^!)' },
    options: { intervalMs: 2, timeoutMs: 4 },
    expected: '        ------(d|)',
    values: { d: 'H completed' },
  },
  {
    title: 'leaves the provider alone for as long as it asks, whatever job is polled',
    inputs: { source: 'H-(I|)', H1: '(x|)', H2: '(d|)', I1: '(d|)' },
    given: { x: '!wait' },
    options: { intervalMs: 2, growth: 1 },
    subs: { H2: '-----(^!)', I1: '-----(^!)' },
    expected: '        -----(id|)',
    values: { d: 'H completed', i: 'I completed' },
  },
];

const wakes: readonly Spec[] = [
  {
    title: 'passes an error of what wakes it on, and stops following',
    inputs: { source: '-H----', wake: '----#', H1: '-(g|)' },
    subs: { source: '  ^---!', wake: '^---!' },
    expected: '        ----#',
  },
  {
    title: 'polls a job at once when it is woken',
    docs: true,
    inputs: { source: '(HI|)', wake: '---w', H1: '(g|)', H2: '(d|)', I1: '(g|)', I2: '(d|)' },
    given: { w: 'H' },
    subs: { H2: '---(^!)', I2: '---------(^!)' },
    options: { intervalMs: 9 },
    expected: '        ---d-----(i|)',
    values: { d: 'H completed', i: 'I completed' },
  },
  {
    title: 'polls a job that is woken before those that wait for the rate, and once, however often it is woken',
    inputs: { source: '(HIJ|)', wake: '--(vwv)', H1: '(d|)', I1: '(d|)', J1: '(g|)', J2: '(d|)' },
    given: { v: 'J', w: 'I' },
    subs: { H1: '(^!)', J1: '1000ms (^!)', I1: '2000ms (^!)', J2: '61000ms (^!)' },
    options: { fake: { requestsPerMinute: 60 } },
    expected: '        h 1999ms i 58999ms (j|)',
    values: { h: 'H completed', i: 'I completed', j: 'J completed' },
  },
  {
    title: 'waits anew after the poll of a job that was woken',
    inputs: { source: '(H|)', wake: '---w', H1: '(g|)', H2: '(g|)', H3: '(d|)' },
    given: { w: 'H' },
    subs: { H2: '---(^!)', H3: '------------(^!)' },
    options: { intervalMs: 9, growth: 1 },
    expected: '        ------------(d|)',
    values: { d: 'H completed' },
  },
  {
    title: 'polls again after a poll during which it was woken',
    inputs: { source: '(H|)', wake: '-w', H1: '---(g|)', H2: '(d|)' },
    given: { w: 'H' },
    options: { intervalMs: 9 },
    expected: '        ---(d|)',
    values: { d: 'H completed' },
    note: 'the poll may have come too early to see what changed',
  },
];

const cancels: readonly Spec[] = [
  {
    title: 'cancels what it does not follow to its end, if it was asked to',
    inputs: { source: '-(HI)', H1: '(g|)', I1: '(d|)', 'cancel H': '(k|)' },
    subs: { 'cancel H': '-----(^!)' },
    unsub: '           -----!',
    options: { cancelJob: true },
    expected: '        -i---',
    values: { i: 'I completed' },
  },
  {
    title: 'cancels a job at its deadline, if it was asked to',
    inputs: { source: '(H|)', H1: '(g|)', 'cancel H': '(k|)' },
    options: { cancelJob: true, deadlineMs: 5 },
    subs: { 'cancel H': '-----(^!)' },
    expected: '        -----(d|)',
    values: { d: 'H deadline' },
  },
];

export const pollUntilDoneMarbles: MarbleSuite<Options, string, FinishedJob> = {
  operator: 'pollUntilDone',
  without: { 'callback throws': 'it calls nothing' },
  play: ({ source, input, events, random }, { fake, ...options }) =>
    source.pipe(
      map((id) => handleFor(id, id === 'X' ? { provider: 'theirs' } : {})),
      pollUntilDone(fakeJobs(input, fake), {
        events,
        random,
        wake$: (input('wake') ?? EMPTY).pipe(map((jobId) => ({ jobId }))),
        ...options,
      }),
    ),
  see: seeFinished,
  options: { timeoutMs: Infinity, jitter: 0 },
  specs: [...required, ...ends, ...failures, ...wakes, ...cancels],
  refused: [
    { options: { intervalMs: 0 }, message: 'intervalMs must be a number from 1; got 0' },
    { options: { growth: 0.5 }, message: 'growth must be a number from 1; got 0.5' },
    { options: { intervalMs: 9, maxIntervalMs: 5 }, message: 'maxIntervalMs must be a number from 9; got 5' },
    { options: { jitter: -1 }, message: 'jitter must be a number from 0; got -1' },
    { options: { jitter: 2 }, message: 'jitter must be a number from 0 to 1; got 2' },
    { options: { deadlineMs: 0 }, message: 'deadlineMs must be a number from 1; got 0' },
    { options: { timeoutMs: 0 }, message: 'timeoutMs must be a number from 1; got 0' },
  ],
  diagram: {
    call: ({ fake, ...options }) => ({ args: ['jobs'], options, setting: { 'jobs end at, in ms': fake?.endsAt } }),
    nameOf: (input) => (/^[A-Z]\d+$/.test(input) ? `poll ${input}` : input),
    key: 'Marbles of the source are jobs.',
    letters: { g: 'a job that goes on', d: 'a job that is done' },
  },
};
