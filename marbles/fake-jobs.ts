import { asyncScheduler, defer, EMPTY, map, mergeMap, type Observable, of, throwError } from 'rxjs';
import type { GateOptions } from '../src/flow/gate.js';
import { fakeJobs as fake } from '../src/testing/index.js';
import type { FinishedJob, JobHandle, JobLimits, JobProvider, JobResult, JobState } from '../src/types/job.js';
import { ProviderError } from '../src/types/provider.js';

/** What an input of a job says: `ok`, or any text as an answer; a code of an error after `!`. */
export type JobSaid = string;

export interface FakeJobsOptions extends GateOptions {
  readonly limits?: Partial<JobLimits>;
  /** When jobs end, in milliseconds from the start of the spec, by id: for those whose polls have no inputs. */
  readonly endsAt?: Readonly<Record<string, number>>;
  /** Whether the jobs of a run cannot be listed. @defaultValue false */
  readonly nameless?: boolean;
  /** Jobs of a run that were submitted before. @defaultValue none */
  readonly found?: readonly JobHandle[];
}

type Input = (name: string) => Observable<JobSaid> | undefined;

/** Ids of jobs: that of the first is `H`. */
const IDS = 'HIJKLMN';

/**
 * Jobs without a provider. What each call answers is an input: `upload 1` and `create 1` of the first job, with `create 1b` for its second
 * try; `match 1`; `find`; `H1` for the first poll of the job H; `results H`. A call without an input is answered at once, as it should be.
 */
export function fakeJobs(input: Input, options: FakeJobsOptions = {}): JobProvider {
  const { limits, endsAt = {}, nameless = false, found = [], ...gate } = options;
  const tries = new Map<string, number>();
  /** The names of lines, by what stands before their checksums: that is what specs call them. */
  const names = new Map<string, string>();
  const said = (name: string, otherwise: () => Observable<string>): Observable<string> =>
    (input(name) ?? otherwise()).pipe(mergeMap((text) => failed(text) ?? of(text)));
  /** `create 1`, `create 1b`, `create 1c` … */
  const nth = (name: string): string => {
    const before = tries.get(name) ?? 0;
    tries.set(name, before + 1);
    return before === 0 ? name : name + 'abcdefgh'.charAt(before);
  };
  return {
    ...fake(() => undefined, {
      limits: { maxRequests: 100, maxBytes: 1_000_000, ...limits },
      concurrency: 100,
      ...gate,
    }),
    line: (customId) => {
      const short = customId.replace(/-[0-9a-f]{12}$/, '');
      names.set(short, customId);
      return { text: `${customId}\n`, bytes: short.length + 1 };
    },
    upload: () => defer(() => said(nth('upload'), () => of('file'))),
    create: (_spool, _uploaded, { number }) =>
      defer(() => said(nth(`create ${number}`), () => of('ok'))).pipe(map(() => IDS.charAt(number - 1))),
    match: ({ number }) =>
      defer(() => said(nth(`match ${number}`), () => of(''))).pipe(
        map((ids) => ids.split('').filter((id) => id !== '-')),
      ),
    find: nameless ? null : () => defer(() => said('find', () => of('ok'))).pipe(map(() => found)),
    poll: ({ id }) => defer(() => said(nthPoll(id), () => of(endOf(id, endsAt)))).pipe(map(stateOf)),
    cancel: ({ id }) => said(`cancel ${id}`, () => of('ok')),
    results: ({ handle: { id } }: FinishedJob) =>
      defer(() => said(nth(`results ${id}`), () => EMPTY)).pipe(map((letter) => resultOf(letter, names))),
  };

  function nthPoll(id: string): string {
    const count = (tries.get(id) ?? 0) + 1;
    tries.set(id, count);
    return `${id}${count}`;
  }
}

function endOf(id: string, endsAt: Readonly<Record<string, number>>): string {
  return asyncScheduler.now() >= (endsAt[id] ?? 0) ? 'd' : 'g';
}

const CODES = {
  busy: { kind: 'retryable', code: 'server_error', status: 503 },
  wait: { kind: 'retryable', code: 'rate_limited', status: 429, retryAfterMs: 5 },
  lost: { kind: 'retryable', code: 'connection_error' },
  key: { kind: 'fatal', code: 'unauthorized', status: 401 },
  gone: { kind: 'fatal', code: 'not_found', status: 404 },
  bad: { kind: 'final', code: 'bad_request', status: 400 },
} as const;

/** `!busy` fails with a 503, `!lost` without an answer, and so on. */
function failed(text: string): Observable<never> | undefined {
  if (!text.startsWith('!')) return undefined;
  const name = text.slice(1) as keyof typeof CODES;
  return throwError(() => new ProviderError(`it is ${name}`, CODES[name]));
}

/** `g` goes on, `d` is done; else it is the end's name. */
function stateOf(said: string): JobState {
  const end = said === 'g' ? null : said === 'd' ? 'completed' : (said as Exclude<JobState['end'], null>);
  return { end, files: end === null ? [] : ['results'], answered: 0, reason: null };
}

/** `p` and `p=text` is an answer, `p!` an error of its line, `?` a line that cannot be read. */
function resultOf(said: string, names: ReadonlyMap<string, string>): JobResult {
  const [name = '', text = '1'] = said.split('=');
  const customId = names.get(name.replace(/!$/, '')) ?? name.replace(/!$/, '');
  if (said === '?') return { customId: null, part: { done: true, error: EXPIRED } };
  if (name.endsWith('!')) return { customId, part: { done: true, error: EXPIRED } };
  return { customId, part: { done: true, text, finish: 'stop', usage: null, error: null } };
}

const EXPIRED = { code: 'job_expired', message: 'the line expired' } as const;

/** A handle of a fake job. */
export function handleFor(id: string, job: Partial<JobHandle> = {}): JobHandle {
  return {
    type: 'rxjs-llm/job',
    version: 1,
    provider: 'fake',
    api: '/fake',
    id,
    runId: 'run',
    number: IDS.indexOf(id) + 1,
    first: 1,
    prompts: 1,
    records: 1,
    digest: '0'.repeat(64),
    submittedAt: 0,
    ...job,
  };
}
