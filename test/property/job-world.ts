import { defer, from, mergeMap, type Observable, of, type SchedulerLike, throwError, timer } from 'rxjs';
import { createGate } from '../../src/flow/gate.js';
import { readCustomId } from '../../src/job/custom-id.js';
import type { JobHandle, JobInfo, JobProvider, JobResult, JobSpool } from '../../src/types/job.js';
import { ProviderError } from '../../src/types/provider.js';

/**
 * What becomes of a call: `taken` has its effect, and its answer is lost; `lost` has none. A job that ends as `expired` has answered nothing.
 * Only submissions are refused for good (`key`): after one of them, polls and downloads are busy.
 */
export type Fate = 'well' | 'busy' | 'lost' | 'taken' | 'bad' | 'key' | 'expired';

const ERRORS = {
  busy: { kind: 'retryable', code: 'server_error', status: 503 },
  lost: { kind: 'retryable', code: 'connection_error' },
  taken: { kind: 'retryable', code: 'connection_error' },
  bad: { kind: 'final', code: 'bad_request', status: 400 },
  key: { kind: 'fatal', code: 'unauthorized', status: 401 },
} as const;

class Spool implements JobSpool {
  readonly lines: string[] = [];
  isRemoved = false;

  add(line: string): void {
    this.lines.push(line);
  }

  close(): void {}

  remove(): void {
    this.isRemoved = true;
  }
}

/** A provider of jobs that does exist, in virtual time: its calls meet one fate after the other, from the start again at the end. */
export class JobWorld {
  readonly spools: Spool[] = [];
  readonly jobs: { readonly id: string; readonly info: JobInfo; readonly lines: readonly string[] }[] = [];
  readonly #fates: readonly Fate[];
  readonly #scheduler: SchedulerLike;
  #calls = 0;

  constructor(fates: readonly Fate[], scheduler: SchedulerLike) {
    this.#fates = fates;
    this.#scheduler = scheduler;
  }

  /** @param nameless - whether jobs carry no name, and are only known by their size */
  provider(nameless: boolean): JobProvider<Spool> {
    const found = ({ number, digest, prompts, runId }: JobInfo): readonly string[] =>
      this.jobs
        .filter(({ info, lines }) =>
          nameless
            ? lines.length === prompts
            : info.runId === runId && info.number === number && info.digest === digest,
        )
        .map(({ id }) => id);
    return {
      name: 'world',
      api: '/world',
      limits: { maxRequests: 100, maxBytes: 1_000_000 },
      gate: createGate({ scheduler: this.#scheduler }),
      enforcesSchema: false,
      spool: () => {
        const spool = new Spool();
        this.spools.push(spool);
        return spool;
      },
      line: (customId) => ({ text: customId, bytes: customId.length }),
      upload: () => this.#call(() => 'file'),
      create: ({ lines }, _uploaded, info) =>
        this.#call(() => {
          const id = `job-${this.jobs.length + 1}`;
          this.jobs.push({ id, info, lines });
          return id;
        }),
      match: (info) => this.#call(() => found(info)),
      find: nameless ? null : () => of([]),
      poll: ({ id }) =>
        this.#read((fate) => ({
          end: fate === 'expired' ? 'expired' : 'completed',
          files: fate === 'expired' ? [] : [id],
          answered: 0,
          reason: null,
        })),
      cancel: () => this.#call(() => null),
      results: ({ handle }) => this.#read(() => this.#linesOf(handle)).pipe(mergeMap((lines) => from(lines))),
    };
  }

  /** How often the record at each position is in a job. */
  timesAsked(records: number): readonly number[] {
    const asked = this.jobs.flatMap(({ lines }) => lines.flatMap(indicesOf));
    return Array.from({ length: records }, (_, index) => asked.filter((one) => one === index).length);
  }

  /** A call that is never refused for good. */
  #read<T>(work: (fate: Fate) => T): Observable<T> {
    return this.#call(work, 'busy');
  }

  #call<T>(work: (fate: Fate) => T, refusal: Fate = 'key'): Observable<T> {
    return defer(() => {
      const next = this.#fates[this.#calls++ % this.#fates.length] ?? 'well';
      const fate = next === 'key' ? refusal : next;
      return timer(1 + (this.#calls % 3), this.#scheduler).pipe(mergeMap(() => this.#answer(fate, work)));
    });
  }

  #answer<T>(fate: Fate, work: (fate: Fate) => T): Observable<T> {
    const answer = fate === 'well' || fate === 'expired' || fate === 'taken' ? work(fate) : undefined;
    if (fate === 'well' || fate === 'expired') return of(answer as T);
    return throwError(() => new ProviderError(`it is ${fate}`, ERRORS[fate]));
  }

  #linesOf({ id }: JobHandle): readonly JobResult[] {
    const { lines = [] } = this.jobs.find((job) => job.id === id) ?? {};
    return lines.map((customId) => {
      const count = indicesOf(customId).length;
      const entries = Array.from({ length: count }, (_, at) => ({ index: at + 1, value: 'v' }));
      const text = JSON.stringify(count === 1 ? { value: 'v' } : entries);
      return { customId, part: { done: true, text, finish: 'stop', usage: null, error: null } };
    });
  }
}

/** The records of a line; of one that only counts them, no positions that a record has. */
function indicesOf(customId: string): readonly number[] {
  const name = readCustomId(customId);
  if (name === null || name.kind === 'key') return [];
  return Array.from({ length: name.count }, (_, at) => (name.kind === 'range' ? name.from + at : -1));
}
