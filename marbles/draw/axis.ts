import { bang, timeLine } from './line.js';
import type { Moment } from './moments.js';
import { drawCross } from './pill.js';
import type { Row } from './rows.js';
import type { Scale } from './scale.js';
import { element, type Svg } from './svg.js';

/** An axis for each stretch; dashed on to what would have come after it. */
export function axesOf({ stretches, marks }: Row, y: number, scale: Scale): readonly Svg[] {
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

/** How far the bar of a completion reaches from the axis; and from a stack that stands on it. */
const BAR = 11;
const BEYOND = 6;

/** The signs of a moment: a bar, a cross, or an exclamation mark. A stack that stands on the axis has its cross in it. */
export function signsOf({ marks, pills, height }: Moment, x: number, y: number, onAxis: boolean): readonly Svg[] {
  const stands = onAxis && pills.length > 0;
  const top = stands ? y - BAR - BEYOND : y - BAR;
  const bottom = stands ? y - BAR + height + BEYOND : y + BAR;
  return marks.map(({ kind }) => {
    if (kind === 'unsubscribe') return bang(x, y);
    if (kind === 'complete') return element('line', { class: 'axis end', x1: x, y1: top, x2: x, y2: bottom });
    return kind === 'error' && !stands ? drawCross(x, y, 6) : '';
  });
}
