import type { DrawnCall } from '../spec.js';
import { fields, literal } from './literal.js';
import { MARGIN } from './row.js';
import { SIZE } from './style.js';
import { element, lines, type Svg } from './svg.js';
import { charactersIn, wrapCode } from './text.js';

/** `mlPredict(model, { batchSize: 2 })`. */
export function callText(operator: string, { args = [], names = [], options }: DrawnCall): string {
  return `${operator}(${[...args, fields(options, names)].filter((argument) => argument !== '').join(', ')})`;
}

/** `provider: { concurrency: 2 }`. */
function settingText({ setting = {} }: DrawnCall): string {
  return Object.entries(setting)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${literal(value)}`]))
    .join('; ');
}

/** The operator's box, with its call, and below it what else is set. */
export function drawBox(
  operator: string,
  call: DrawnCall,
  top: number,
  width: number,
): { readonly svg: Svg; readonly height: number } {
  const inside = width - 4 * MARGIN;
  const calls = wrapCode(callText(operator, call), charactersIn(inside, SIZE.call, 'mono'));
  const settings = wrapCode(settingText(call), charactersIn(inside, SIZE.small, 'mono'));
  const height = 14 + calls.length * 18 + settings.length * 15;
  const centred = { x: width / 2, 'text-anchor': 'middle' };
  const below = top + 20 + calls.length * 18;
  const svg = [
    element('rect', { class: 'box', x: MARGIN, y: top, width: width - 2 * MARGIN, height, rx: 8 }),
    lines(calls, { ...centred, class: 'call', y: top + 20, leading: 18 }),
    settings.length === 0 ? '' : lines(settings, { ...centred, class: 'small faint', y: below - 3, leading: 15 }),
  ];
  return { svg: svg.join(''), height };
}
