import type { MarbleSpec, MarbleSuite } from '../spec.js';
import { drawBox } from './box.js';
import { extentsOf } from './moments.js';
import { drawRow, MARGIN } from './row.js';
import { type Row, rowsOf } from './rows.js';
import { drawRuler } from './ruler.js';
import { type Scale, scaleOf } from './scale.js';
import { SIZE, styleSheet } from './style.js';
import { element, escaped, lines, type Svg } from './svg.js';
import { charactersIn, monospacedWidth, wrap } from './text.js';

/** How wide every diagram is, in pixels. */
const WIDTH = 700;

/** A diagram of a spec: a picture that stands alone. */
export function drawSpec<Options, Given, Out>(
  suite: MarbleSuite<Options, Given, Out>,
  spec: MarbleSpec<Options, Given, Out>,
  id: string,
): Svg {
  const rows = rowsOf(suite, spec);
  const times = timesIn(rows);
  const scale = fitted(rows, times);
  const { call = (options: Options) => ({ options: options as object }), key, letters = {} } = suite.diagram ?? {};
  const parts: Svg[] = [];
  let y = 28;
  const add = (svg: Svg, height: number): void => {
    parts.push(svg);
    y += height;
  };
  const paragraph = (text: string, style: string, size: number, leading: number): void => {
    const texts = wrap(text, charactersIn(WIDTH - 2 * MARGIN, size, style === 'title' ? 'bold' : 'sans'));
    add(lines(texts, { class: style, x: MARGIN, y, leading }), texts.length * leading);
  };

  paragraph(spec.title, 'title', SIZE.title, 20);
  const head = y + 6;
  add(element('text', { class: 'small faint', x: MARGIN, y: head }, 'ms') + drawRuler(times, head, scale), 14);
  const body = y;
  const isInput = ({ part }: Row): boolean => part === 'input';
  for (const row of rows.filter(isInput)) addRow(row);
  const box = drawBox(suite.operator, call({ ...suite.options, ...spec.options }), y + 6, WIDTH);
  add(box.svg, box.height + 14);
  for (const row of rows.filter((row) => !isInput(row))) addRow(row);
  parts.unshift(...gridOf(rows, body, y, scale));
  y += 20;
  if (spec.note !== undefined) paragraph(spec.note, 'note', SIZE.label, 17);
  const keys = [...(key === undefined ? [] : [key]), ...keysOf(letters, rows)].join(' ');
  if (keys !== '') paragraph(keys, 'note faint', SIZE.label, 17);
  return document(id, `${suite.operator} ${spec.title}`, describe(spec), parts, y - 4);

  function addRow(row: Row): void {
    const { svg, height } = drawRow(row, y, scale);
    add(svg, height);
  }
}

function timesIn(rows: readonly Row[]): readonly number[] {
  const times = rows.flatMap(({ marks, lives, stretches }) => [
    ...marks.map(({ at }) => at),
    ...[...lives.flat(), ...stretches].flatMap(({ subscribedFrame, unsubscribedFrame }) => [
      subscribedFrame,
      unsubscribedFrame,
    ]),
  ]);
  return [...new Set(times)].filter(Number.isFinite).sort((one, other) => one - other);
}

function fitted(rows: readonly Row[], times: readonly number[]): Scale {
  const names = rows.map(({ name, lives }) => Math.max(name.length, lives.length > 0 ? 'subscribed'.length : 0));
  const left = MARGIN + monospacedWidth('x'.repeat(Math.max(...names)), SIZE.label) + 24;
  return scaleOf(times, rows.flatMap(extentsOf), { left, right: WIDTH - MARGIN - 4 });
}

/** What the letters of inputs mean that there are. */
function keysOf(letters: Readonly<Record<string, string>>, rows: readonly Row[]): readonly string[] {
  const shown = new Set(
    rows.filter(({ plain }) => plain.length > 0).flatMap(({ marks }) => marks.map(({ label }) => label)),
  );
  const meanings = Object.entries(letters).filter(([letter]) => shown.has(letter));
  return meanings.length === 0
    ? []
    : [`${meanings.map(([letter, meaning]) => `"${letter}" is ${meaning}`).join(', ')}.`];
}

/** A faint line at each time at which something happens. */
function gridOf(rows: readonly Row[], top: number, bottom: number, scale: Scale): readonly Svg[] {
  const times = [...new Set(rows.flatMap(({ marks }) => marks.map(({ at }) => at)))];
  return times.map((time) => {
    const x = scale.x(time);
    return element('line', { class: 'grid', x1: x, y1: top, x2: x, y2: bottom });
  });
}

/** The marbles themselves, for who cannot see the picture. */
function describe({ inputs, expected, events, note }: MarbleSpec<unknown, unknown, never>): string {
  const rows = { ...inputs, output: expected, ...(events === undefined ? {} : { events }) };
  const said = Object.entries(rows).map(([name, marbles]) => `${name} ${marbles.trim()}`);
  return [...said, ...(note === undefined ? [] : [note])].join('; ');
}

function document(id: string, title: string, description: string, parts: readonly Svg[], height: number): Svg {
  const frame = { x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1, rx: 10 };
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: WIDTH,
      height,
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-description`,
    },
    element('title', { id: `${id}-title` }, escaped(title)),
    element('desc', { id: `${id}-description` }, escaped(description)),
    element('style', {}, styleSheet),
    element('rect', { class: 'paper', ...frame }),
    ...parts,
  ).replaceAll(/(<\/style>|<\/desc>|<\/text>|<\/g>)/g, '$1\n')}\n`;
}
