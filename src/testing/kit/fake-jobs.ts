import { asyncScheduler, defer, from, mergeMap, type Observable, of } from 'rxjs';
import type { GateOptions } from '../../flow/gate.js';
import { makeHandle } from '../../job/handle.js';
import { providerGate } from '../../provider/provider-gate.js';
import type { JobHandle, JobInfo, JobLimits, JobProvider } from '../../types/job.js';
import type { ProviderError } from '../../types/provider.js';
import { fakeError } from './fake-error.js';
import { type FakeJob, MemorySpool, readLine, resultsOf, type RunningJob, stateAt, writeLine } from './fake-job.js';
import type { FakeJobFault } from './job-fault.js';
import type { FakeAnswer } from './write-reply.js';

/** A call about jobs that the fake got. */
export interface FakeJobCall {
  readonly operation: 'upload' | 'create' | 'match' | 'find' | 'poll' | 'cancel' | 'results';
  /** The job that it is about; `null` before there is one. */
  readonly jobId: string | null;
  /** Which call of this operation about this job it is, from 1. */
  readonly nth: number;
  /** When it came, in milliseconds of the scheduler. */
  readonly at: number;
}

/** Options of {@link fakeJobs}. */
export interface FakeJobsOptions extends GateOptions {
  /** From the submission of a job to its end, in milliseconds from 0. @defaultValue 3600000: an hour */
  readonly durationMs?: number | ((job: FakeJob) => number);
  /** What goes wrong with a job; asked once, when it comes. @defaultValue nothing */
  readonly fault?: ((job: FakeJob) => FakeJobFault | readonly FakeJobFault[] | undefined) | undefined;
  /**
   * What goes wrong with a call: it fails with this error. `lostAnswer` does what is asked, and then fails as if the connection had broken:
   * a job is created, and nobody hears of it. @defaultValue nothing
   */
  readonly callFault?: ((call: FakeJobCall) => ProviderError | 'lostAnswer' | undefined) | undefined;
  /** What one job may have. @defaultValue 50000 requests, 200 MB */
  readonly limits?: Partial<JobLimits>;
  /** Whether the jobs of a run can be listed, as at OpenAI; at Anthropic they cannot. @defaultValue true */
  readonly listed?: boolean;
  /** Whether the model is said to keep to the reply's schema. @defaultValue false */
  readonly enforcesSchema?: boolean;
}

/** Jobs without a provider, that tell what they were asked. */
export interface FakeJobs extends JobProvider<MemorySpool> {
  /** The jobs that were submitted, in the order in which they came. */
  readonly jobs: readonly FakeJob[];
  /** All calls so far, in the order in which they came. */
  readonly calls: readonly FakeJobCall[];
}

/** OpenAI, "Batch API", "Rate limits". */
const LIMITS: JobLimits = { maxRequests: 50_000, maxBytes: 200_000_000 };

/**
 * Batch jobs in memory: what is submitted is kept, is answered when its time has passed, and is given as results, the last request first.
 * Calls are answered at once. All times are those of the scheduler: virtual within `TestScheduler.run`, and with fake timers.
 *
 * ```text
 * created  ^
 *          fakeJobs((text) => sentimentOf(text), { durationMs: 4 })
 * poll     g--gd        g goes on, d is done
 * ```
 *
 * @param answer - the value of a record, as for {@link answering}. A `ProviderError` that it throws is the error of the whole line
 * @throws RangeError if an option of the gate is out of its range
 * @example
 * ```ts
 * const jobs = fakeJobs(sentimentOf, { durationMs: 3 * 3_600_000 });
 * reviews$.pipe(mlPredictJob(model, { jobs }));
 * ```
 * @see {@link fakeProvider}
 */
export function fakeJobs(answer: FakeAnswer, options: FakeJobsOptions = {}): FakeJobs {
  const { durationMs = 3_600_000, fault, callFault, limits, listed = true, enforcesSchema = false, ...gate } = options;
  const { scheduler = asyncScheduler } = gate;
  const jobs: Cancellable[] = [];
  const calls: FakeJobCall[] = [];
  /** How many calls there were of each operation about each job. */
  const counts = new Map<string, number>();
  const running = new Map<string, RunningJob>();

  const called = <T>(operation: FakeJobCall['operation'], jobId: string | null, work: () => T): Observable<T> =>
    defer(() => {
      const kind = `${operation} ${jobId ?? ''}`;
      const nth = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, nth);
      const call: FakeJobCall = { operation, jobId, nth, at: scheduler.now() };
      calls.push(call);
      const wrong = callFault?.(call);
      if (wrong !== undefined && wrong !== 'lostAnswer') throw wrong;
      const done = work();
      if (wrong === 'lostAnswer') throw fakeError('connection_error', { message: 'the fake lost its answer' });
      return of(done);
    });

  const knownAs = (id: string): RunningJob => {
    const found = running.get(id);
    if (found === undefined || found.faults.some(({ kind }) => kind === 'lost'))
      throw fakeError('not_found', { message: `the fake has no job ${id}` });
    return found;
  };

  const create = (spool: MemorySpool, info: JobInfo): string => {
    const id = `job-${jobs.length + 1}`;
    const job = { id, info, requests: spool.lines.map(readLine), at: scheduler.now(), cancelledAt: null };
    jobs.push(job);
    const duration = typeof durationMs === 'number' ? durationMs : durationMs(job);
    running.set(id, { job, durationMs: duration, faults: [fault?.(job) ?? []].flat() });
    return id;
  };

  const handleOf = ({ id, info }: FakeJob): JobHandle => makeHandle({ provider: 'fake', api: '/fake', id }, info);

  return {
    name: 'fake',
    api: '/fake',
    limits: { ...LIMITS, ...limits },
    gate: providerGate(gate),
    enforcesSchema,
    jobs,
    calls,
    spool: () => new MemorySpool(),
    line: (customId, request) => {
      const text = writeLine(customId, request);
      return { text, bytes: new TextEncoder().encode(text).length };
    },
    upload: () => called('upload', null, () => 'uploaded'),
    create: (spool, _uploaded, info) => called('create', null, () => create(spool, info)),
    match: (info) => called('match', null, () => jobs.filter((job) => isSame(job.info, info)).map(({ id }) => id)),
    find: listed
      ? (runId) => called('find', null, () => jobs.filter(({ info }) => info.runId === runId).map(handleOf))
      : null,
    poll: ({ id }) => called('poll', id, () => stateAt(knownAs(id), scheduler.now())),
    cancel: ({ id }) =>
      called('cancel', id, () => {
        const now = scheduler.now();
        const found = knownAs(id);
        const job = jobs.find((one) => one.id === id);
        if (job !== undefined && stateAt(found, now).end === null) job.cancelledAt = now;
      }),
    results: ({ handle: { id } }) =>
      called('results', id, () => resultsOf(knownAs(id), scheduler.now(), answer)).pipe(
        mergeMap((lines) => from(lines)),
      ),
  };
}

type Cancellable = { -readonly [Field in keyof FakeJob]: FakeJob[Field] };

function isSame(one: JobInfo, other: JobInfo): boolean {
  return one.runId === other.runId && one.number === other.number && one.digest === other.digest;
}
