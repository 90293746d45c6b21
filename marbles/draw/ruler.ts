import type { Scale } from './scale.js';
import { SIZE } from './style.js';
import { element, type Svg } from './svg.js';
import { monospacedWidth } from './text.js';
import { timeText } from './time.js';

const GAP = 6;

/** Times above the rows, as far as they do not come too close; of breaks, how long they are. */
export function drawRuler(times: readonly number[], y: number, scale: Scale): Svg {
  let free = -Infinity;
  const at = (x: number, text: string, style: string): Svg => {
    const half = monospacedWidth(text, SIZE.small) / 2;
    if (x - half < free) return '';
    free = x + half + GAP;
    return element('text', { class: style, x, y, 'text-anchor': 'middle' }, text);
  };
  const ticks = [...new Set(times)].map((time) => ({ x: scale.x(time), text: timeText(time), style: 'small faint' }));
  const breaks = scale.breaks.map(({ from, to, x }) => ({ x, text: `+${timeText(to - from)}`, style: 'small name' }));
  return [...ticks, ...breaks]
    .sort((one, other) => one.x - other.x)
    .map(({ x, text, style }) => at(x, text, style))
    .join('');
}
