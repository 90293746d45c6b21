import { axesOf, signsOf } from './axis.js';
import { drawLives } from './line.js';
import { momentsOf, STACKED, standOnAxis } from './moments.js';
import { drawPill, type Pill, PILL } from './pill.js';
import type { Row } from './rows.js';
import type { Scale } from './scale.js';
import { topsOf } from './stack.js';
import { element, escaped, type Svg } from './svg.js';

/** A row as a picture, from its top on. */
export interface DrawnRow {
  readonly svg: Svg;
  readonly height: number;
}

/** Where names of rows begin. */
export const MARGIN = 16;

/** How far the axis is below the top of its row, and labels that hang from it below the axis. */
const AXIS = 20;
const HANG = 10;

/** The height of a line of subscriptions. */
const LIFE = 18;

export function drawRow(row: Row, top: number, scale: Scale): DrawnRow {
  if (row.part === 'lives') return drawLivesRow(row, top, scale);
  const axis = top + AXIS;
  const moments = momentsOf(row);
  const onAxis = standOnAxis(moments);
  const hanging = moments.filter(({ pills }) => pills.length > 0);
  const tops = topsOf(
    hanging.map(({ at, width, height }) => ({ left: scale.x(at) - PILL / 2, width, height })),
    onAxis ? axis - PILL / 2 : axis + HANG,
  );
  const bottom = Math.max(axis + PILL / 2, ...hanging.map(({ height }, nth) => (tops[nth] ?? 0) + height)) + 3;
  const svg = [
    nameOf(row.name, axis),
    ...axesOf(row, axis, scale),
    ...moments.flatMap((moment) => signsOf(moment, scale.x(moment.at), axis, onAxis)),
    ...hanging.map(({ at, pills }, nth) => drawHanging(pills, scale.x(at), axis, tops[nth] ?? 0)),
    ...row.lives.map((lives, nth) => drawLives(lives, bottom + LIFE * (nth + 0.7), scale)),
    ...(row.lives.length > 0 ? [smallName('subscribed', bottom + LIFE * 0.7)] : []),
  ];
  return { svg: svg.join(''), height: bottom + row.lives.length * LIFE + 3 - top };
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

/** A stack of labels; with the line that it hangs from, where it is not on the axis. */
function drawHanging(pills: readonly Pill[], x: number, axis: number, top: number): Svg {
  const failed = pills.some(({ isError }) => isError);
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
