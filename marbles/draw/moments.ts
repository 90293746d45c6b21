import type { Mark } from './marks.js';
import { type Pill, PILL, pillOf } from './pill.js';
import type { Row } from './rows.js';
import type { Extent } from './scale.js';

/** Marks of one time in a row, whose labels are stacked. */
export interface Moment {
  readonly at: number;
  readonly marks: readonly Mark[];
  readonly pills: readonly Pill[];
  /** Of the stack. */
  readonly width: number;
  readonly height: number;
}

/** Between the labels of a stack, in pixels. */
export const STACKED = 2;

export function momentsOf({ marks, part, plain }: Row): readonly Moment[] {
  const times = [...new Set(marks.map(({ at }) => at))].sort((one, other) => one - other);
  return times.map((at) => {
    const now = marks.filter((mark) => mark.at === at);
    const pills = now
      .filter((mark) => isStacked(mark, now))
      .map((mark) => pillOf(mark, part === 'events' || plain.includes(mark.label)));
    return {
      at,
      marks: now,
      pills,
      width: Math.max(0, ...pills.map(({ width }) => width)),
      height: pills.reduce((sum, { height }) => sum + height + STACKED, -STACKED),
    };
  });
}

/** An error has its place in the stack, unless there is nothing to be stacked. */
function isStacked({ kind, label }: Mark, now: readonly Mark[]): boolean {
  return kind === 'next' || (kind === 'error' && (label !== '' || now.length > 1));
}

/** Labels of single characters stand on the axis, as marbles do; where there are longer ones, all hang below it. */
export function standOnAxis(moments: readonly Moment[]): boolean {
  return moments.every(({ pills }) => pills.every(({ width }) => width === PILL));
}

/** What a row needs to the right of its times. */
export function extentsOf(row: Row): readonly Extent[] {
  return momentsOf(row).map(({ at, width }) => ({ at, width: Math.max(width, PILL) - PILL / 2 }));
}
