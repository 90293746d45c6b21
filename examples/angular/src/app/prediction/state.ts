import type { Change, Source } from './run';
import { changed, type Counts, EMPTY_TABLE, stopped, type Table } from './table';
import { added, NO_TOTALS, type Totals } from './totals';

/** What the page shows. */
export interface State {
  readonly phase: 'idle' | 'running' | 'finished' | 'stopped' | 'broken';
  /** What broke the run; empty otherwise. */
  readonly problem: string;
  readonly kind: Source['kind'] | null;
  readonly table: Table;
  readonly totals: Totals;
  /** Milliseconds of the clock at which the chart begins. */
  readonly startedAt: number;
  readonly timeline: readonly Moment[];
}

/** How many results there were after so many seconds. */
export type Moment = Omit<Counts, 'waiting'> & { readonly seconds: number };

export type Message =
  | { readonly type: 'started'; readonly kind: Source['kind'] }
  | { readonly type: 'changed'; readonly changes: readonly Change[] }
  | Ended;

export interface Ended {
  readonly type: 'ended';
  readonly phase: 'finished' | 'stopped' | 'broken';
  /** What broke it; empty otherwise. */
  readonly problem: string;
}

export const IDLE: State = {
  phase: 'idle',
  problem: '',
  kind: null,
  table: EMPTY_TABLE,
  totals: NO_TOTALS,
  startedAt: 0,
  timeline: [],
};

/** More would not be seen in the chart: every other one is left out then. */
const MOST_MOMENTS = 300;

/** The state after a message. @param now - milliseconds of the clock */
export function next(state: State, message: Message, now: number): State {
  switch (message.type) {
    case 'started': {
      // Who asks again goes on: with the table, the totals, and the clock of the chart.
      const base = message.kind === 'again' ? state : IDLE;
      const elapsedMs = 1000 * (base.timeline.at(-1)?.seconds ?? 0);
      return { ...base, phase: 'running', problem: '', kind: message.kind, startedAt: now - elapsedMs };
    }
    case 'changed': {
      const table = changed(state.table, message.changes);
      const totals = added(state.totals, message.changes);
      return { ...state, table, totals, timeline: withMoment(state, table, now) };
    }
    case 'ended':
      return { ...state, phase: message.phase, problem: message.problem, table: stopped(state.table) };
  }
}

function withMoment({ timeline, startedAt }: State, { counts }: Table, now: number): readonly Moment[] {
  const { positive, negative, failed } = counts;
  const moments = [...timeline, { seconds: (now - startedAt) / 1000, positive, negative, failed }];
  return moments.length > MOST_MOMENTS ? moments.filter((_, i) => i % 2 === 0 || i === moments.length - 1) : moments;
}

/** How far the run is, from 0 to 1; `null` if nobody can know. */
export function progressOf({ kind, phase, table: { rows, counts } }: State): number | null {
  if (phase === 'idle') return 0;
  if (kind === 'ticker') return null;
  const last = rows.at(-1);
  return last === undefined ? 0 : (last.review.share || 1) * (1 - counts.waiting / rows.length);
}
