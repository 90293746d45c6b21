import { map } from 'rxjs';
import { submitBatchJob, type SubmitBatchJobOptions } from '../operators/submitBatchJob.js';
import { JobDraft } from '../src/job/draft.js';
import type { JobHandle } from '../src/types/job.js';
import { fakeJobs, type FakeJobsOptions, handleFor } from './fake-jobs.js';
import { promptFor } from './prompts.js';
import type { MarbleSpec, MarbleSuite } from './spec.js';

interface Options extends SubmitBatchJobOptions<string> {
  readonly fake?: FakeJobsOptions;
  /** Prompts by these letters have no request. */
  readonly hopeless?: string;
  readonly takesRefused?: boolean;
}
type Spec = MarbleSpec<Options, string, JobHandle>;

/** `H:pq` names the job H with the prompts p and q: their letters follow each other, from p on. */
function seeJob({ id, first, prompts }: JobHandle): string {
  return `${id}:${Array.from({ length: prompts }, (_, i) => String.fromCharCode(111 + first + i)).join('')}`;
}

/** The digest of a job that asks these. */
function digestOf(...letters: readonly string[]): string {
  const draft = new JobDraft<string>(1, { found: handleFor('H') }, { prompts: false, manifest: false });
  for (const [index, letter] of letters.entries()) {
    const prompt = promptFor(letter, [letter], { from: index });
    draft.add({ customId: `o${index}-1`, prompt, keys: undefined }, { text: '', bytes: 0 });
  }
  return draft.close().digest;
}

const required: readonly Spec[] = [
  {
    title: 'submits nothing while the source is silent',
    covers: 'never',
    inputs: { source: '-' },
    expected: '-',
    timers: [],
  },
  {
    title: 'submits no empty job',
    covers: 'empty',
    inputs: { source: '--|' },
    expected: '--|',
  },
  {
    title: 'submits what there is when the source ends',
    covers: 'one',
    inputs: { source: '-p--|' },
    expected: '        ----(H|)',
    values: { H: 'H:p' },
  },
  {
    title: 'gives a handle as soon as the provider has taken a full job, and goes on collecting meanwhile',
    covers: 'many',
    docs: true,
    inputs: { source: '-pq-rs-t-|', 'create 1': '----(k|)' },
    subs: { source: '  ^--------!', 'create 1': '--^---!' },
    options: { maxRequests: 2 },
    expected: '        -----IH--(J|)',
    values: { H: 'H:pq', I: 'I:rs', J: 'J:t' },
  },
  {
    title: 'submits what was collected before an error of the source, and then passes it on',
    covers: 'source error',
    inputs: { source: '-p-#', 'create 1': '--(k|)' },
    expected: '        -----(H#)',
    values: { H: 'H:p' },
  },
  {
    title: 'aborts what is being submitted on unsubscribe',
    covers: 'early unsubscribe',
    inputs: { source: '-p-q', 'create 1': '-----(k|)' },
    subs: { source: '  ^--!', 'create 1': '-^-!' },
    unsub: '           ---!',
    options: { maxRequests: 1 },
    expected: '        ---',
  },
  {
    title: 'refuses a prompt whose key cannot be read, and goes on',
    covers: 'callback throws',
    inputs: { source: '-p-|' },
    options: {
      key: () => {
        throw new Error('no key');
      },
    },
    expected: '        -#',
    values: { '#': "the prompt p cannot be part of a job: a record's key cannot be read: no key" },
  },
  {
    title: 'stops a synchronous source as soon as it is unsubscribed',
    covers: 'synchronous source',
    inputs: { source: '(pqr|)' },
    options: { maxRequests: 1 },
    take: 1,
    synchronous: 1,
    expected: '        (H|)',
    values: { H: 'H:p' },
  },
  {
    title: 'puts a prompt that comes when the time is up into the job that leaves',
    covers: 'tie',
    inputs: { source: '-p---q---|' },
    options: { maxWaitMs: 4 },
    expected: '        -----H---|',
    values: { H: 'H:pq' },
    note: 'the source was there first',
  },
  {
    title: 'collects a prompt that comes while a handle is delivered',
    covers: 're-entrancy',
    inputs: { source: '-p---|' },
    options: { maxRequests: 1 },
    reenter: { H: 'q' },
    expected: '        -(HI)|',
    values: { H: 'H:p', I: 'I:q' },
  },
];

const limits: readonly Spec[] = [
  {
    title: 'submits a job when its first prompt has waited long enough, and starts no timer before the next',
    docs: true,
    inputs: { source: '-p-q------r--|' },
    options: { maxWaitMs: 4 },
    expected: '        -----H-------(I|)',
    timers: ['        -^---!', '       ----------^--!'],
    values: { H: 'H:pq', I: 'I:r' },
  },
  {
    title: 'splits over the bytes that the provider takes',
    inputs: { source: '(pqr)-|' },
    options: { fake: { limits: { maxBytes: 10 } } },
    expected: '        H-----(I|)',
    values: { H: 'H:pq', I: 'I:r' },
    note: 'a line has five bytes here',
  },
  {
    title: 'never puts more into a job than the provider takes, whatever it is told',
    inputs: { source: '(pqr)-|' },
    options: { maxRequests: 50, fake: { limits: { maxRequests: 2 } } },
    expected: '        H-----(I|)',
    values: { H: 'H:pq', I: 'I:r' },
  },
  {
    title: 'submits so many jobs at once',
    inputs: { source: '(pqr|)', 'create 1': '--(k|)', 'create 2': '--(k|)', 'create 3': '--(k|)' },
    subs: { 'create 1': '^-!', 'create 2': '--^-!', 'create 3': '----^-!' },
    options: { maxRequests: 1, concurrency: 1 },
    expected: '        --H-I-(J|)',
    values: { H: 'H:p', I: 'I:q', J: 'J:r' },
  },
];

const failures: readonly Spec[] = [
  {
    title: 'uploads again when an upload fails',
    inputs: { source: '-(p|)', upload: '--b', uploadb: '-(f|)' },
    given: { b: '!busy' },
    options: { backoff: { initialMs: 4 } },
    expected: '        ------(H|)',
    values: { H: 'H:p' },
  },
  {
    title: 'looks for a job whose answer never came, and takes it',
    docs: true,
    inputs: { source: '-(p|)', 'create 1': '--x', 'match 1': '-(y|)' },
    given: { x: '!lost', y: 'X' },
    options: { backoff: { initialMs: 4 } },
    expected: '        ------(X|)',
    values: { X: 'X:p' },
  },
  {
    title: 'creates a job again whose answer never came if there is none',
    inputs: { source: '-(p|)', 'create 1': '--x', 'match 1': '-(y|)', 'create 1b': '-(k|)' },
    given: { x: '!lost', y: '' },
    options: { backoff: { initialMs: 4 } },
    expected: '        -------(H|)',
    values: { H: 'H:p' },
  },
  {
    title: 'ends when several jobs look like one whose answer never came',
    inputs: { source: '-(p|)', 'create 1': '--x', 'match 1': '-(y|)' },
    given: { x: '!lost', y: 'XY' },
    options: { backoff: { initialMs: 4 } },
    expected: '        ------#',
    values: {
      '#': 'whether job 1 of the run ssssssssssssssssssss was submitted cannot be told: its answer never came, and several jobs look like it',
    },
    note: 'the run is named by chance, and chance is 0.5',
  },
  {
    title: 'does not look for a job that was refused for a while',
    inputs: { source: '-(p|)', 'create 1': '--x', 'create 1b': '-(k|)' },
    given: { x: '!wait' },
    options: { backoff: { initialMs: 4 } },
    expected: '        ---------(H|)',
    values: { H: 'H:p' },
    note: 'it also holds the gate: five milliseconds, longer than the wait of two',
  },
  {
    title: 'stops the source at a failure for good, and passes it after the jobs that are under way',
    inputs: { source: '-p-q-r-s', 'create 1': '-----(k|)', 'create 2': '-x' },
    given: { x: '!key' },
    subs: { source: '  ^---!' },
    options: { maxRequests: 1 },
    expected: '        ------(H#)',
    values: { H: 'H:p', '#': 'it is key' },
  },
  {
    title: 'gives prompts without a request to who takes them, and submits the others',
    inputs: { source: '-pxq-|' },
    options: { hopeless: 'x', takesRefused: true },
    expected: '        -----(H|)',
    values: { H: 'H:pq' },
  },
];

const resumed: readonly Spec[] = [
  {
    title: 'gives the handles of jobs that the run has submitted before, and submits only the rest',
    docs: true,
    inputs: { source: '-p-q-r-|' },
    options: {
      runId: 'run',
      maxRequests: 2,
      fake: { found: [handleFor('H', { prompts: 2, digest: digestOf('p', 'q') })] },
    },
    expected: '        ---H---(I|)',
    values: { H: 'H:pq', I: 'I:r' },
  },
  {
    title: 'ends when the prompts are not those that a job of the run was submitted with',
    inputs: { source: '-p-q-|' },
    options: { runId: 'run', fake: { found: [handleFor('H')] } },
    expected: '        -#',
    values: {
      '#': 'the prompts from 1 on must be those that the job H of this run was submitted with; they are others',
    },
  },
];

export const submitBatchJobMarbles: MarbleSuite<Options, string, JobHandle> = {
  operator: 'submitBatchJob',
  without: {},
  play: ({ source, input, events, random }, { fake, hopeless = '', takesRefused, ...options }) => {
    let records = 0;
    return source.pipe(
      map((id) => {
        const prompt = promptFor(id, [id], { from: hopeless.includes(id) ? 0 : records++ });
        const error = { code: 'content_error', message: 'no content' } as const;
        return hopeless.includes(id) ? { ...prompt, request: null, error } : prompt;
      }),
      submitBatchJob(fakeJobs(input, fake), {
        events,
        random,
        ...options,
        ...(takesRefused ? { refused: { next: () => {} } } : {}),
      }),
    );
  },
  see: seeJob,
  options: { timeoutMs: Infinity, uploadTimeoutMs: Infinity },
  specs: [...required, ...limits, ...failures, ...resumed],
  refused: [
    { options: { maxRequests: 0 }, message: 'maxRequests must be an integer from 1, or Infinity; got 0' },
    { options: { maxBytes: 0 }, message: 'maxBytes must be an integer from 1, or Infinity; got 0' },
    { options: { maxWaitMs: -1 }, message: 'maxWaitMs must be a number from 0; got -1' },
    { options: { concurrency: 0 }, message: 'concurrency must be an integer from 1, or Infinity; got 0' },
    { options: { maxRetries: -1 }, message: 'maxRetries must be an integer from 0, or Infinity; got -1' },
    { options: { timeoutMs: 0 }, message: 'timeoutMs must be a number from 1; got 0' },
    { options: { uploadTimeoutMs: 0 }, message: 'uploadTimeoutMs must be a number from 1; got 0' },
    { options: { runId: '' }, message: 'runId must be 1 to 64 of a-z, A-Z, 0-9, _, . and -; got ""' },
    { options: { runId: 'run' }, message: 'runId needs a store with fake, which cannot list the jobs of a run' },
  ],
};
