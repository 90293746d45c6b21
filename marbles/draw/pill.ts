import { tintOf } from './label.js';
import type { Mark } from './marks.js';
import { SIZE } from './style.js';
import { element, escaped, lines, type Svg } from './svg.js';
import { monospacedWidth, shorten, wrap } from './text.js';

/** A mark's label in its box; its width and height do not depend on where it is drawn. */
export interface Pill {
  readonly texts: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly tint: string;
  /** The whole label, where only a part is drawn. */
  readonly whole: string | undefined;
  readonly isError: boolean;
}

/** The height of a box with one line, and the width of one with one character. */
export const PILL = 20;

/** Longest line of a label, in characters, and how many there are at most. */
const LINE = 28;
const LINES = 8;

const LEADING = 15;
const PADDING = 7;

export function pillOf({ kind, label, ghost }: Mark, isPlain: boolean): Pill {
  const all = wrap(label, LINE);
  const texts = shorten(all, LINES, LINE);
  const longest = Math.max(0, ...texts.map((text) => monospacedWidth(text, SIZE.label)));
  const tint = ghost ? 'ghost' : kind === 'error' ? 'bad' : isPlain ? 'plain' : tintOf(label);
  return {
    texts,
    width: label.length <= 1 ? PILL : longest + 2 * PADDING,
    height: PILL + LEADING * Math.max(0, texts.length - 1),
    tint,
    whole: texts.length < all.length ? label : undefined,
    isError: kind === 'error',
  };
}

export function drawPill({ texts, width, height, tint, whole, isError }: Pill, left: number, top: number): Svg {
  const round = Math.min(PILL / 2, 7 + (width === PILL ? 3 : 0));
  const box = element('rect', { class: tint, x: left, y: top, width, height, rx: round });
  if (isError && texts.length === 0) return box + drawCross(left + width / 2, top + height / 2, 4);
  const isFaint = tint === 'ghost' ? 'faint' : undefined;
  const place = {
    x: left + width / 2,
    y: top + PILL / 2 + 4,
    leading: LEADING,
    'text-anchor': 'middle',
    class: isFaint,
  };
  const text = lines(texts, texts.length === 1 ? place : { ...place, x: left + PADDING, 'text-anchor': undefined });
  return whole === undefined ? box + text : element('g', {}, element('title', {}, escaped(whole)), box, text);
}

export function drawCross(x: number, y: number, size: number): Svg {
  const path = `M${x - size} ${y - size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}`;
  return element('path', { class: 'cross', d: path });
}
