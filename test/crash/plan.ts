import type { JobFault } from '../../src/testing/job/job-fault.js';
import { randomOf } from '../../src/testing/job/shuffle.js';
import type { Told } from '../../src/testing/main.js';

export type Api = 'openai' | 'anthropic';
export type JobCommand = 'submit' | 'collect';

/** What a process is waited for to do. */
export type Trigger =
  /** It was started. */
  | { readonly on: 'start' }
  /** The server hears its n-th request of that kind, from 1. */
  | { readonly on: 'call'; readonly called: Told['called']; readonly nth: number }
  /** Its files show that phase. */
  | { readonly on: 'files'; readonly phase: 'reading' | 'spooling' | 'journalled' | 'handled' | 'writing' };

/** When a process is killed. */
export interface Kill {
  readonly command: JobCommand;
  readonly trigger: Trigger;
  /** Milliseconds from the trigger to the kill. */
  readonly delayMs: number;
  /** Whether what the server was asked has its effect: else the connection breaks before. */
  readonly settles: boolean;
  /** Whether a line is torn at the end of each file, as a crash of the machine leaves it. */
  readonly tears: boolean;
}

/** Some kills in a row, over one submission and its collection. */
export interface Moment {
  /** From 1. */
  readonly number: number;
  readonly seed: number;
  readonly api: Api;
  readonly jobs: number;
  readonly requestsPerJob: number;
  readonly recordsPerRequest: number;
  /** Milliseconds by which the server is slow with each request. */
  readonly callDelayMs: number;
  /** Milliseconds that a job takes. */
  readonly jobMs: number;
  /** What goes wrong with each job. */
  readonly fault: JobFault | undefined;
  readonly kills: readonly Kill[];
  /** Whether the input comes in the reverse order when a submission is carried on to its end. */
  readonly isReversed: boolean;
}

interface Chance {
  /** An integer from `least` to `most`. */
  upTo(most: number, least?: number): number;
  oneOf<T>(values: readonly [T, ...T[]]): T;
}

function chanceOf(seed: number): Chance {
  const random = randomOf(seed);
  const upTo = (most: number, least = 0): number => least + Math.floor(random() * (most - least + 1));
  return { upTo, oneOf: (values) => values[upTo(values.length - 1)] ?? values[0] };
}

type Killer = (chance: Chance) => Kill;

interface Called {
  readonly settles: boolean;
  readonly tears?: boolean;
  /** @defaultValue the first or the second */
  readonly nth?: number;
}

const called =
  (command: JobCommand, kind: Told['called'], { settles, tears = false, nth }: Called): Killer =>
  ({ upTo }) => ({
    command,
    trigger: { on: 'call', called: kind, nth: nth ?? upTo(2, 1) },
    delayMs: upTo(15),
    settles,
    tears,
  });

const seen =
  (command: JobCommand, phase: Extract<Trigger, { on: 'files' }>['phase'], tears = false): Killer =>
  ({ upTo }) => ({
    command,
    trigger: { on: 'files', phase },
    delayMs: phase === 'journalled' ? 0 : upTo(20),
    settles: false,
    tears,
  });

const started =
  (command: JobCommand): Killer =>
  ({ upTo }) => ({ command, trigger: { on: 'start' }, delayMs: upTo(900), settles: false, tears: false });

const [breaks, settles] = [{ settles: false }, { settles: true }];

/** Each kind of moment; they take turns, so that every twenty moments have all of them, 15 at OpenAI. */
const KINDS: readonly (readonly [Api, ...Killer[]])[] = [
  ['openai', started('submit')],
  ['openai', seen('submit', 'reading')],
  ['openai', seen('submit', 'spooling', true)],
  ['openai', called('submit', 'uploadFile', breaks)],
  ['openai', called('submit', 'uploadFile', settles)],
  ['openai', called('submit', 'createJob', breaks)],
  ['openai', called('submit', 'createJob', { settles: true, tears: true })],
  ['openai', seen('submit', 'journalled')],
  ['openai', seen('submit', 'handled', true)],
  [
    'openai',
    called('submit', 'createJob', settles),
    called('submit', 'listJobs', { settles: false, nth: 1 }),
    started('submit'),
  ],
  [
    'openai',
    called('submit', 'uploadFile', breaks),
    called('submit', 'createJob', settles),
    seen('submit', 'handled'),
    called('collect', 'retrieveJob', settles),
  ],
  ['openai', called('collect', 'retrieveJob', breaks), started('collect')],
  ['openai', called('collect', 'downloadFile', breaks), called('collect', 'downloadFile', settles)],
  ['openai', seen('collect', 'writing', true), seen('collect', 'writing')],
  ['openai', called('collect', 'ask', breaks), called('collect', 'ask', settles)],
  // One that was never created, one that was in its place, and one whose answer did not come: only the last is to be found.
  [
    'anthropic',
    called('submit', 'createJob', { settles: false, nth: 1 }),
    called('submit', 'createJob', { settles: true, nth: 2 }),
    called('collect', 'retrieveJob', breaks),
  ],
  // Two whose answers did not come: what was found of the first must be known when the second is looked for.
  [
    'anthropic',
    called('submit', 'createJob', { settles: true, nth: 2 }),
    called('submit', 'listJobs', { settles: false, nth: 1 }),
    called('submit', 'createJob', { settles: true, nth: 1 }),
  ],
  ['anthropic', seen('submit', 'journalled'), seen('submit', 'handled', true)],
  ['anthropic', started('collect'), called('collect', 'downloadResults', breaks), seen('collect', 'writing', true)],
  ['anthropic', called('collect', 'ask', settles), called('collect', 'ask', breaks)],
];

/** The moments of a seed: the first ones are the same, however many there are. */
export function moments(seed: number, count: number): readonly Moment[] {
  return Array.from({ length: count }, (_, position) => momentOf(seed, position + 1));
}

function momentOf(seed: number, number: number): Moment {
  const chance = chanceOf(seed * 100_003 + number);
  const { upTo, oneOf } = chance;
  const [api, ...killers] = KINDS[(number - 1) % KINDS.length] ?? ['openai'];
  const recordsPerRequest = upTo(3, 1);
  const requestsPerJob = upTo(4, 2);
  const kills = killers.map((kill) => kill(chance));
  const isRecovered = kills.some(({ trigger }) => trigger.on === 'call' && trigger.called === 'ask');
  return {
    number,
    seed,
    api,
    jobs: upTo(5, 4),
    requestsPerJob,
    recordsPerRequest,
    callDelayMs: oneOf([0, 20, 40]),
    jobMs: upTo(300),
    fault: isRecovered || upTo(3) === 0 ? jobFault(chance) : undefined,
    kills,
    isReversed: number % 2 === 0,
  };
}

function jobFault({ oneOf }: Chance): JobFault {
  return oneOf<JobFault>([
    { kind: 'end', as: 'expired', answered: 1 },
    { kind: 'end', as: 'expired', answered: 0 },
    { kind: 'loseResults', results: 1 },
    { kind: 'truncateResults', bytes: 10 },
  ]);
}
