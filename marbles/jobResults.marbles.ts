import { map } from 'rxjs';
import { jobResults, type JobResultsOptions } from '../operators/jobResults.js';
import { jobMemory } from '../src/job/prompts/memory.js';
import type { FinishedJob, JobEnd } from '../src/types/job.js';
import type { ReplyChunk } from '../src/types/reply.js';
import { fakeJobs, handleFor } from './fake-jobs.js';
import { promptFor } from './prompts.js';
import type { MarbleSpec, MarbleSuite } from './spec.js';

interface Options extends Partial<JobResultsOptions<string>> {
  readonly end?: JobEnd;
}
type Spec = MarbleSpec<Options, string, ReplyChunk<string>>;

/** What the jobs ask. */
const ASKED: Readonly<Record<string, string>> = { H: 'pqr', I: 's' };

/** `p=text`, or `p!job_expired`. */
function seeChunk(chunk: ReplyChunk<string>): string {
  if (!chunk.done) return 'a piece';
  return chunk.error === null ? `${chunk.prompt.id}=${chunk.text}` : `${chunk.prompt.id}!${chunk.error.code}`;
}

const required: readonly Spec[] = [
  {
    title: 'downloads nothing while the source is silent',
    covers: 'never',
    inputs: { source: '-' },
    expected: '-',
  },
  {
    title: 'completes when the source is empty',
    covers: 'empty',
    inputs: { source: '--|' },
    expected: '--|',
  },
  {
    title: 'gives the answer of a single prompt',
    covers: 'one',
    inputs: { source: '-I|', 'results I': '-(s|)' },
    expected: '        --(s|)',
    values: { s: 's=1' },
  },
  {
    title: 'gives answers as their lines come, in any order, and those that are missing as errors after the last line',
    covers: 'many',
    docs: true,
    inputs: { source: '-H|', 'results H': '-r-p-|' },
    expected: '        --r-p-(q|)',
    values: { r: 'r=1', p: 'p=1', q: 'q!result_missing' },
  },
  {
    title: 'reads to its end what is being read before an error of the source',
    covers: 'source error',
    inputs: { source: '-I-#', 'results I': '---(s|)' },
    expected: '        ----(s#)',
    values: { s: 's=1' },
  },
  {
    title: 'aborts downloads on unsubscribe',
    covers: 'early unsubscribe',
    inputs: { source: '-H--', 'results H': '-p-q-r-|' },
    subs: { source: '  ^--!', 'results H': '-^-!' },
    unsub: '           ---!',
    expected: '        --p-',
    values: { p: 'p=1' },
  },
  {
    title: 'stops a synchronous source as soon as it is unsubscribed',
    covers: 'synchronous source',
    inputs: { source: '(HI|)' },
    options: { end: 'lost' },
    take: 1,
    synchronous: 1,
    expected: '        (p|)',
    values: { p: 'p!job_lost' },
  },
  {
    title: 'reads a job that comes while an answer is delivered',
    covers: 're-entrancy',
    inputs: { source: '-H--|', 'results H': '-p-(qr|)', 'results I': '-(s|)' },
    reenter: { p: 'I' },
    expected: '        --ps(qr|)',
    values: { p: 'p=1', q: 'q=1', r: 'r=1', s: 's=1' },
  },
];

const odd: readonly Spec[] = [
  {
    title:
      'takes the first of several lines for one prompt, and warns of the others, of unknown names and of unreadable lines',
    inputs: { source: '-H|', 'results H': '-pPx?q-(r|)' },
    given: { P: 'p=other', x: 'x=0' },
    events: '         --labcm-n',
    expected: '        --p---q-(r|)',
    values: {
      p: 'p=1',
      q: 'q=1',
      r: 'r=1',
      a: 'H: repeated_result',
      b: 'H: unknown_result',
      c: 'H: unreadable_result',
      l: 'H answers p: ok',
      m: 'H answers q: ok',
      n: 'H answers r: ok',
    },
  },
  {
    title: 'gives the error of a line to its prompt',
    inputs: { source: '-(H|)', 'results H': '(pxr|)' },
    given: { x: 'q!' },
    expected: '        -(pqr|)',
    values: { p: 'p=1', q: 'q!job_expired', r: 'r=1' },
  },
  {
    title: 'goes on where a download broke off',
    docs: true,
    inputs: { source: '-H|', 'results H': '-pqx', 'results Hb': 'pq(r|)' },
    given: { x: '!lost' },
    options: { backoff: { initialMs: 4 } },
    events: '         --lme---n',
    expected: '        --pq----(r|)',
    values: {
      p: 'p=1',
      q: 'q=1',
      r: 'r=1',
      e: 'H call_failed: it is lost',
      l: 'H answers p: ok',
      m: 'H answers q: ok',
      n: 'H answers r: ok',
    },
  },
  {
    title: 'gives the failure of a download to the prompts that had no answer',
    inputs: { source: '-H|', 'results H': '-px' },
    given: { x: '!busy' },
    options: { maxRetries: 0 },
    expected: '        --p(qr|)',
    values: { p: 'p=1', q: 'q!server_error', r: 'r!server_error' },
  },
  {
    title: 'errors when the provider refuses every call, after an answer for each prompt of the job',
    inputs: { source: '-H--I', 'results H': '-px' },
    given: { x: '!key' },
    subs: { source: '  ^--!' },
    expected: '        --p(qr#)',
    values: { p: 'p=1', q: 'q!unauthorized', r: 'r!unauthorized', '#': 'fatal_answer: unauthorized' },
  },
  {
    title: 'errors at a job whose prompts it does not have',
    inputs: { source: '-X' },
    expected: '        -#',
    values: { '#': 'this process has no prompts of the job X' },
  },
  {
    title: 'errors at a job of another provider, and downloads nothing of it',
    inputs: { source: '-T', 'results T': '-(p|)' },
    subs: { 'results T': [] },
    expected: '        -#',
    values: { '#': 'the job T must be of fake /fake; it is of theirs /fake' },
  },
  ...(['failed', 'expired', 'cancelled', 'lost'] as const).map((end): Spec => {
    const code = `job_${end}`;
    return {
      title: `says of each prompt that its job ended as ${end}`,
      inputs: { source: '-H----|' },
      options: { end },
      expected: '        -(pqr)|',
      values: { p: `p!${code}`, q: `q!${code}`, r: `r!${code}` },
    };
  }),
];

export const jobResultsMarbles: MarbleSuite<Options, string, ReplyChunk<string>> = {
  operator: 'jobResults',
  without: { 'callback throws': 'it calls nothing', tie: 'it has no timer of its own' },
  play: ({ source, input, events, random }, { end = 'completed', ...options }) => {
    const memory = jobMemory<string>();
    for (const [id, letters] of Object.entries(ASKED))
      memory.keep(
        handleFor(id),
        letters.split('').map((letter) => ({ customId: letter, prompt: promptFor(letter, [letter]) })),
      );
    const files = end === 'completed' ? ['results'] : [];
    return source.pipe(
      map((id): FinishedJob => ({
        handle: handleFor(id, id === 'T' ? { provider: 'theirs' } : {}),
        end,
        files,
        reason: null,
      })),
      jobResults(fakeJobs(input), { prompts: memory, events, random, ...options }),
    );
  },
  see: seeChunk,
  options: { timeoutMs: Infinity },
  specs: [...required, ...odd],
  refused: [
    { options: { concurrency: 0 }, message: 'concurrency must be an integer from 1, or Infinity; got 0' },
    { options: { maxRetries: -1 }, message: 'maxRetries must be an integer from 0, or Infinity; got -1' },
    { options: { timeoutMs: 0 }, message: 'timeoutMs must be a number from 1; got 0' },
  ],
  diagram: {
    call: ({ end, ...options }) => ({
      args: ['jobs'],
      names: ['prompts'],
      options,
      setting: { 'the job ends as': end, 'prompts of the jobs': ASKED },
    }),
    key: 'Marbles of the source are jobs that have ended; those of results are lines, by the names of their prompts.',
  },
};
