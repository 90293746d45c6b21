import type { Life } from '../lives.js';
import type { Scale } from './scale.js';
import { element, rounded, type Svg } from './svg.js';

/** A line along time, with a sign where time is left out; `end` may be `Infinity`, and then an arrow says so. */
export function timeLine(y: number, { subscribedFrame, unsubscribedFrame }: Life, scale: Scale, style: string): Svg {
  const from = scale.x(subscribedFrame);
  const to = scale.x(unsubscribedFrame);
  if (from === to) return '';
  const line = element('line', { class: style, x1: from, y1: y, x2: to, y2: y });
  const signs = scale.breaks
    .filter((one) => subscribedFrame <= one.from && one.to <= unsubscribedFrame)
    .map(({ x }) => breakSign(x, y, style));
  return line + signs.join('') + (unsubscribedFrame === Infinity ? arrow(to, y, style) : '');
}

function breakSign(x: number, y: number, style: string): Svg {
  const gap = element('rect', { class: 'gap', x: x - 3, y: y - 3, width: 6, height: 6 });
  return gap + path(style, `M${rounded(x - 5)} ${rounded(y + 5)}l4 -10m6 0l-4 10`);
}

function arrow(x: number, y: number, style: string): Svg {
  return path(style, `M${rounded(x - 6)} ${rounded(y - 4)}l6 4l-6 4`);
}

function path(style: string, d: string): Svg {
  return element('path', { class: style.replace(' never', ''), d });
}

/** Subscriptions on one line: a hook where each begins, and an exclamation mark where it ends. */
export function drawLives(lives: readonly Life[], y: number, scale: Scale): Svg {
  return lives.map((life) => drawLife(life, y, scale)).join('');
}

/** How far the marks of a life that ends as it begins are from their time. */
const ASIDE = 4;

function drawLife(life: Life, y: number, scale: Scale): Svg {
  const { subscribedFrame: from, unsubscribedFrame: to } = life;
  if (from === to) return hook(scale.x(from) - ASIDE, y) + bang(scale.x(to) + ASIDE, y);
  return timeLine(y, life, scale, 'life') + hook(scale.x(from), y) + (to === Infinity ? '' : bang(scale.x(to), y));
}

/** The `^` of subscription marbles. */
function hook(x: number, y: number): Svg {
  return path('mark', `M${rounded(x - 5)} ${rounded(y + 7)}l5 -7l5 7`);
}

/** The `!` of subscription marbles. */
export function bang(x: number, y: number): Svg {
  return path('mark', `M${rounded(x)} ${rounded(y - 7)}v8m0 4.5v1`);
}
