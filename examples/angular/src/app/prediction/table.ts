import { isOk } from 'rxjs-llm';
import type { Review } from '../records/review';
import type { Sentiment } from './model';
import type { Change } from './run';

/** A review, and what has become of it. */
export type Row =
  | { readonly review: Review; readonly status: 'waiting' }
  | { readonly review: Review; readonly status: 'done'; readonly value: Sentiment }
  | {
      readonly review: Review;
      readonly status: 'failed';
      readonly code: string;
      readonly message: string;
      /** What the model wrote instead, where it wrote something. */
      readonly evidence: string | undefined;
    };

export interface Counts {
  readonly waiting: number;
  readonly positive: number;
  readonly negative: number;
  readonly failed: number;
}

/** The rows, each at the position of its review. */
export interface Table {
  readonly rows: readonly Row[];
  readonly counts: Counts;
}

export const EMPTY_TABLE: Table = { rows: [], counts: { waiting: 0, positive: 0, negative: 0, failed: 0 } };

/** The table after what has happened. Copied once for all of it, and not once for each change. */
export function changed(table: Table, changes: readonly Change[]): Table {
  const rows = [...table.rows];
  const counts = { ...table.counts };
  for (const change of changes) {
    const row = rowAfter(change);
    if (row === undefined) continue;
    const before = rows[row.review.position];
    if (before !== undefined) counts[countedAs(before)]--;
    rows[row.review.position] = row;
    counts[countedAs(row)]++;
  }
  return { rows, counts };
}

/** The table of a run that was stopped: what has no outcome is failed, so that it can be asked again. */
export function stopped({ rows, counts }: Table): Table {
  const failure = { status: 'failed', code: 'stopped', message: 'stopped before the answer came' } as const;
  return {
    rows: rows.map((row) => (row.status === 'waiting' ? { review: row.review, ...failure, evidence: undefined } : row)),
    counts: { ...counts, waiting: 0, failed: counts.failed + counts.waiting },
  };
}

function rowAfter(change: Change): Row | undefined {
  if (change.type === 'entered') return { review: change.review, status: 'waiting' };
  if (change.type !== 'outcome') return undefined;
  const { outcome } = change;
  if (isOk(outcome)) return { review: outcome.record, status: 'done', value: outcome.value };
  const { code, message, evidence } = outcome.error;
  return { review: outcome.record, status: 'failed', code, message, evidence };
}

function countedAs(row: Row): keyof Counts {
  return row.status === 'done' ? row.value : row.status;
}
