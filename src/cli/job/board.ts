import type { EventsObserver, JobEvent, LlmEvent } from '../../types/events.js';
import type { JobHandle } from '../../types/job.js';
import { count } from '../text.js';

/** How a job stands: the fields of `jobs` in `--progress json`. */
export interface JobRow {
  readonly id: string;
  /** Ordinal in its run, from 1. */
  readonly number: number;
  /** `submitted`, `in_progress`, or how it ended: `completed`, `failed`, `expired`, `cancelled`, `lost`, `deadline`. */
  readonly state: string;
  readonly requests: number;
  /** Requests that were answered, as far as the provider says. */
  readonly answered: number;
  /** Why the last call about it failed; `null` if it has not. */
  readonly problem: string | null;
}

/** Jobs that a terminal shows; the others are counted. */
const MOST_LINES = 8;

/** Keeps how each job stands. */
export class JobBoard implements EventsObserver {
  readonly #rows = new Map<string, JobRow>();
  /** Of a call about no job yet. */
  problem: string | null = null;

  get rows(): readonly JobRow[] {
    return [...this.#rows.values()];
  }

  /** A job that nothing is known of yet. */
  expect({ id, number, prompts }: JobHandle): void {
    this.#rows.set(id, { id, number, state: 'submitted', requests: prompts, answered: 0, problem: null });
  }

  next(event: LlmEvent): void {
    if (event.type === 'result') this.#answered(event.jobId);
    if (event.type !== 'job') return;
    if (event.jobId === '') this.problem = event.detail;
    else this.#rows.set(event.jobId, this.#rowOf(event));
  }

  /** A line a job: those that go on first. */
  text(): string {
    const rows = this.rows.toSorted((one, other) => Number(isOver(one)) - Number(isOver(other)));
    const more = rows.length - MOST_LINES;
    return [
      ...rows.slice(0, MOST_LINES).map(lineOf),
      ...(more > 0 ? [`  and ${count(more)} more jobs`] : []),
      ...(this.problem === null ? [] : [`  ${this.problem}`]),
    ].join('\n');
  }

  /** Its results come: whatever the last call failed with has passed. */
  #answered(id: string): void {
    const row = this.#rows.get(id);
    if (row !== undefined && row.problem !== null) this.#rows.set(id, { ...row, problem: null });
  }

  #rowOf({ jobId: id, number, state, requests, answered, detail }: JobEvent): JobRow {
    const before = this.#rows.get(id);
    const row = { id, number, requests, answered, problem: null };
    switch (state) {
      case 'submitted':
      case 'resumed':
        this.problem = null;
        return { ...row, state: 'submitted' };
      case 'polled':
        return { ...row, state: 'in_progress' };
      case 'ended':
        return { ...row, state: detail };
      case 'call_failed':
      case 'cancel_sent':
        // Such a call tells nothing of the job.
        return { ...row, state: 'submitted', ...before, problem: detail === '' ? null : detail };
    }
  }
}

function isOver({ state }: JobRow): boolean {
  return state !== 'submitted' && state !== 'in_progress';
}

function lineOf({ id, number, state, requests, answered, problem }: JobRow): string {
  const said = problem === null ? '' : `  ${problem}`;
  return `  job ${number}  ${id}  ${state.replace('_', ' ')}  ${count(answered)} of ${count(requests)} requests${said}`;
}
