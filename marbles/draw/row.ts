import { bang, drawLives, timeLine } from './line.js';
import type { Mark } from './marks.js';
import { drawCross, drawPill, type Pill, PILL, pillOf } from './pill.js';
import type { Row } from './rows.js';
import type { Extent, Scale } from './scale.js';
import { topsOf } from './stack.js';
import { element, escaped, type Svg } from './svg.js';

/** A row as a picture, from its top on. */
export interface DrawnRow {
  readonly svg: Svg;
  readonly height: number;
}

/** Where names of rows begin. */
export const MARGIN = 16;

/** The axis below the top of its row, and labels that hang below the axis. */
const AXIS = 18;
const HANG = 10;
const LIFE = 18;

/** Marks of one time, whose labels are stacked. */
interface Moment {
  readonly at: number;
  readonly marks: readonly Mark[];
  readonly pills: readonly Pill[];
  readonly width: number;
  readonly height: number;
}

const STACKED = 2;

function momentsOf({ marks, part }: Row): readonly Moment[] {
  const times = [...new Set(marks.map(({ at }) => at))].sort((one, other) => one - other);
  return times.map((at) => {
    const now = marks.filter((mark) => mark.at === at);
    const shown = now.filter(
      ({ kind, label }) => kind === 'next' || (kind === 'error' && (label !== '' || now.length > 1)),
    );
    const pills = shown.map((mark) => pillOf(mark, part === 'events'));
    return {
      at,
      marks: now,
      pills,
      width: Math.max(0, ...pills.map(({ width }) => width)),
      height: pills.reduce((sum, { height }) => sum + height + STACKED, -STACKED),
    };
  });
}

/** Labels of single characters stand on the axis as marbles do; longer ones hang below it. */
function standsOnAxis(moments: readonly Moment[]): boolean {
  return moments.every(({ pills }) => pills.every(({ width }) => width === PILL));
}

/** What a row needs to the right of its times. */
export function extentsOf(row: Row): readonly Extent[] {
  return momentsOf(row).map(({ at, width }) => ({ at, width: Math.max(width, PILL) - PILL / 2 }));
}

export function drawRow(row: Row, top: number, scale: Scale): DrawnRow {
  if (row.part === 'lives') return drawLivesRow(row, top, scale);
  const axis = top + AXIS;
  const moments = momentsOf(row);
  const onAxis = standsOnAxis(moments);
  const hanging = moments.filter(({ pills }) => pills.length > 0);
  const tops = topsOf(
    hanging.map(({ at, width, height }) => ({ left: scale.x(at) - PILL / 2, width, height })),
    onAxis ? axis - PILL / 2 : axis + HANG,
  );
  const bottom = Math.max(axis + PILL / 2, ...hanging.map(({ height }, nth) => (tops[nth] ?? 0) + height));
  const svg = [
    nameOf(row.name, axis),
    ...axesOf(row, axis, scale),
    ...moments.map(({ at, marks }) => terminal(marks, scale.x(at), axis, onAxis)),
    ...hanging.map(({ at, pills, marks }, nth) =>
      drawHanging(
        pills,
        scale.x(at),
        axis,
        tops[nth] ?? 0,
        marks.some(({ kind }) => kind === 'error'),
      ),
    ),
    ...row.lives.map((lives, nth) => drawLives(lives, bottom + LIFE * (nth + 0.7), scale)),
    ...(row.lives.length > 0 ? [smallName('subscribed', bottom + LIFE * 0.7)] : []),
  ];
  return { svg: svg.join(''), height: bottom + row.lives.length * LIFE + 6 - top };
}

function drawLivesRow({ name, lives }: Row, top: number, scale: Scale): DrawnRow {
  const drawn = lives.map((line, nth) => drawLives(line, top + LIFE * (nth + 0.7), scale));
  return { svg: smallName(name, top + LIFE * 0.7) + drawn.join(''), height: Math.max(1, lives.length) * LIFE + 4 };
}

function nameOf(name: string, y: number): Svg {
  return element('text', { class: 'name', x: MARGIN, y: y + 4 }, escaped(name));
}

function smallName(name: string, y: number): Svg {
  return element('text', { class: 'small faint', x: MARGIN, y: y + 4 }, escaped(name));
}

/** An axis for each stretch; dashed on to what would have come after it. */
function axesOf({ stretches, marks }: Row, y: number, scale: Scale): readonly Svg[] {
  if (stretches.length === 0)
    return [element('text', { class: 'small faint', x: scale.left, y: y + 4 }, 'never subscribed')];
  return stretches.flatMap((stretch, nth) => {
    const { subscribedFrame, unsubscribedFrame } = stretch;
    const next = stretches[nth + 1]?.subscribedFrame ?? Infinity;
    const own = marks.filter(({ at }) => at >= subscribedFrame && at < next);
    const ended = own.find(({ kind, ghost }) => !ghost && (kind === 'complete' || kind === 'error'))?.at;
    const end = Math.min(unsubscribedFrame, ended ?? Infinity);
    const last = Math.max(...own.filter(({ ghost }) => ghost).map(({ at }) => at));
    const ghost = last > end ? timeLine(y, { subscribedFrame: end, unsubscribedFrame: last }, scale, 'axis never') : '';
    return [ghost, timeLine(y, { subscribedFrame, unsubscribedFrame: end }, scale, 'axis')];
  });
}

function terminal(marks: readonly Mark[], x: number, y: number, onAxis: boolean): Svg {
  return marks
    .map(({ kind, ghost }) => {
      if (kind === 'unsubscribe') return bang(x, y);
      const reach = onAxis && marks.length > 1 ? 15 : 11;
      const style = ghost ? 'axis never' : 'axis end';
      if (kind === 'complete') return element('line', { class: style, x1: x, y1: y - reach, x2: x, y2: y + reach });
      return kind === 'error' && !(onAxis && marks.length > 1) ? drawCross(x, y, 6) : '';
    })
    .join('');
}

/** A stack of labels, and the line that it hangs from, where it is not on the axis. */
function drawHanging(pills: readonly Pill[], x: number, axis: number, top: number, failed: boolean): Svg {
  const line = top > axis ? element('line', { class: 'axis', x1: x, y1: axis, x2: x, y2: top }) : '';
  const dot = top > axis && !failed ? element('circle', { class: 'dot', cx: x, cy: axis, r: 3.5 }) : '';
  let y = top;
  const drawn = pills.map((pill) => {
    const svg = drawPill(pill, x - PILL / 2, y);
    y += pill.height + STACKED;
    return svg;
  });
  return line + dot + drawn.join('');
}
