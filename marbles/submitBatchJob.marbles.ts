import { finalize, map, merge, Subject } from 'rxjs';
import { jobMemory } from '../src/job/prompts/memory.js';
import { submitBatchJob } from '../operators/submitBatchJob.js';
import { customIdOf } from '../src/job/custom-id.js';
import { contentDigest } from '../src/job/digest.js';
import { JobDraft } from '../src/job/draft.js';
import type { ReplyChunk } from '../src/types/reply.js';
import { fakeJobs, handleFor } from './fake-jobs.js';
import { promptFor } from './prompts.js';
import type { MarbleSuite } from './spec.js';
import { failures, unknown } from './submitBatchJob/failures.js';
import type { Options, Out, Spec } from './submitBatchJob/options.js';

/** `H:pq` names the job H with the prompts p and q: their letters follow each other, from p on. `p!bad_request` is refused. */
function seeJob(out: Out): string {
  if ('prompt' in out) return `${out.prompt.id}!${out.done ? out.error?.code : 'a piece'}`;
  const { id, first, prompts } = out;
  return `${id}:${Array.from({ length: prompts }, (_, i) => String.fromCharCode(111 + first + i)).join('')}`;
}

/** The digest of a job that asks these. */
function digestOf(...letters: readonly string[]): string {
  const draft = new JobDraft<string>(1, { found: handleFor('H') }, { prompts: false, manifest: false });
  for (const [index, letter] of letters.entries()) {
    const prompt = promptFor(letter, [letter], { from: index });
    const content = contentDigest(prompt.request);
    const customId = customIdOf(prompt, undefined, index + 1, new Set(), content);
    draft.add({ customId, prompt, keys: undefined, content }, { text: '', bytes: 0 });
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
    title: 'takes no job that the run has submitted before for one whose answer never came',
    inputs: { source: '(pqr|)', 'create 2': '-x', 'match 2': '-(y|)', 'create 2b': '-(k|)' },
    given: { x: '!lost', y: 'H' },
    options: {
      runId: 'run',
      backoff: { initialMs: 4 },
      fake: { found: [handleFor('H', { prompts: 2, digest: digestOf('p', 'q') })] },
    },
    expected: '        H----(I|)',
    values: { H: 'H:pq', I: 'I:r' },
  },
  {
    title: 'ends before it subscribes to its source when the provider refuses to list the jobs of the run',
    inputs: { source: '-p-', find: '--x' },
    given: { x: '!key' },
    subs: { source: [] },
    options: { runId: 'run' },
    expected: '        --#',
    values: { '#': 'fatal_answer: unauthorized' },
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

export const submitBatchJobMarbles: MarbleSuite<Options, string, Out> = {
  operator: 'submitBatchJob',
  without: {},
  play: ({ source, input, events, random }, { fake, hopeless = '', takesRefused, ...options }) => {
    let records = 0;
    const prompts = source.pipe(
      map((id) => {
        const prompt = promptFor(id, [id], { from: hopeless.includes(id) ? 0 : records++ });
        const error = { code: 'content_error', message: 'no content' } as const;
        return hopeless.includes(id) ? { ...prompt, request: null, error } : prompt;
      }),
    );
    const refused = new Subject<ReplyChunk<string>>();
    const taking = takesRefused ? { refused, memory: jobMemory<string>() } : {};
    const handles = prompts.pipe(submitBatchJob(fakeJobs(input, fake), { events, random, ...taking, ...options }));
    return merge(
      refused,
      handles.pipe(
        finalize(() => {
          refused.complete();
        }),
      ),
    );
  },
  see: seeJob,
  options: { timeoutMs: Infinity, uploadTimeoutMs: Infinity },
  specs: [...required, ...limits, ...failures, ...unknown, ...resumed],
  refused: [
    { options: { maxRequests: 0 }, message: 'maxRequests must be an integer from 1, or Infinity; got 0' },
    { options: { maxBytes: 0 }, message: 'maxBytes must be an integer from 1, or Infinity; got 0' },
    { options: { maxWaitMs: -1 }, message: 'maxWaitMs must be a number from 0; got -1' },
    { options: { concurrency: 0 }, message: 'concurrency must be an integer from 1, or Infinity; got 0' },
    { options: { maxRetries: -1 }, message: 'maxRetries must be an integer from 0, or Infinity; got -1' },
    { options: { timeoutMs: 0 }, message: 'timeoutMs must be a number from 1; got 0' },
    { options: { uploadTimeoutMs: 0 }, message: 'uploadTimeoutMs must be a number from 1; got 0' },
    { options: { runId: '' }, message: 'runId must be 1 to 64 of a-z, A-Z, 0-9, _, . and -; got ""' },
    {
      options: { runId: 'run', fake: { nameless: true } },
      message: 'runId needs a store with fake, which cannot list the jobs of a run',
    },
  ],
  diagram: {
    call: ({ fake, hopeless, takesRefused, ...options }) => ({
      args: ['jobs'],
      names: takesRefused ? ['refused'] : [],
      options,
      setting: { 'submitted before': fake?.found?.map(({ id }) => id), 'without a request': hopeless },
    }),
    key: 'Marbles of the source are prompts; what comes out is a job with its prompts.',
  },
};
