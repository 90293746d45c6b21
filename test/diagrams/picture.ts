import { DOMParser, type Element } from '@xmldom/xmldom';

/** A rectangle of a diagram, with what is written in it. */
export interface Box {
  readonly tint: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly text: string;
  readonly style: string;
  readonly x: number;
  readonly y: number;
  readonly isCentred: boolean;
}

/** What a diagram shows, read from its SVG. */
export interface Picture {
  readonly root: Element;
  readonly width: number;
  readonly height: number;
  /** Boxes of labels. */
  readonly labels: readonly Box[];
  readonly lines: readonly Line[];
  /** Where the lines are that join what happens at the same time. */
  readonly times: readonly number[];
  /** All that can be selected or pointed at, without blanks. */
  readonly text: string;
}

/** Reads a diagram; throws if it is no XML. */
export function pictureOf(svg: string): Picture {
  const refuse = (_level: string, message: string): never => {
    throw new Error(message);
  };
  const root = new DOMParser({ onError: refuse }).parseFromString(svg, 'image/svg+xml').documentElement!;
  const all = (name: string): Element[] => Array.from(root.getElementsByTagName(name));
  const number = (element: Element, name: string): number => Number(element.getAttribute(name));
  const labels = all('rect')
    .map((rect) => ({
      tint: rect.getAttribute('class') ?? '',
      x: number(rect, 'x'),
      y: number(rect, 'y'),
      width: number(rect, 'width'),
      height: number(rect, 'height'),
    }))
    .filter(({ tint }) => /^(hue\d|plain|bad|ghost)$/.test(tint));
  const lines = all('text').flatMap((text) => {
    const spans = Array.from(text.getElementsByTagName('tspan'));
    return (spans.length === 0 ? [text] : spans).map((line) => ({
      text: line.textContent ?? '',
      style: text.getAttribute('class') ?? '',
      x: number(line, 'x'),
      y: number(line, 'y'),
      isCentred: text.getAttribute('text-anchor') === 'middle',
    }));
  });
  return {
    root,
    width: number(root, 'width'),
    height: number(root, 'height'),
    labels,
    lines,
    times: all('line')
      .filter((line) => line.getAttribute('class') === 'grid')
      .map((line) => number(line, 'x1')),
    text: [...all('text'), ...all('title')]
      .map(({ textContent }) => textContent)
      .join('')
      .replaceAll(/\s/g, ''),
  };
}

export function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** The width of a character, in parts of its size: of Menlo and DejaVu Sans Mono, the widest of the fonts that diagrams name. */
const ADVANCE = 0.602;

/** How wide a line of a monospaced text is, in the size that its style has. */
export function widthOf(text: string, style: string): number {
  const size = style.includes('small') ? 11 : style === 'call' ? 13 : 12;
  return text.length * size * ADVANCE;
}
