import { describe, expect, it } from 'vitest';
import { eachSuite } from '../../marbles/all.js';
import { drawSpec } from '../../marbles/draw/diagram.js';
import { monospacedWidth } from '../../marbles/draw/text.js';
import type { MarbleSpec, MarbleSuite } from '../../marbles/spec.js';
import { overlap, pictureOf } from './picture.js';

/** The size of labels, in pixels. */
const SIZE = 12;

/** All that a diagram has to say of its spec: its title, its note, the letters of its source, and what comes out. */
function saidBy({ title, note = '', inputs, given = {}, values = {}, expected }: MarbleSpec<unknown, unknown, never>) {
  const letters = (marbles: string): string[] =>
    Array.from(marbles.replaceAll(/\d+(ms|s|m)\b/g, '').replaceAll(/[-()|# ]/g, '')).filter((letter) => letter !== '^');
  return [
    title,
    note,
    ...letters(inputs.source).filter((letter) => given[letter] === undefined),
    ...Object.values(given).filter((value) => typeof value === 'string' && !value.startsWith('!')),
    ...letters(expected).map((letter) => values[letter] ?? letter),
    ...Object.values(values),
  ] as string[];
}

const drawn = eachSuite(<Options, Given, Out>(suite: MarbleSuite<Options, Given, Out>) =>
  suite.specs.map((spec) => ({
    name: `${suite.operator} ${spec.title}`,
    said: saidBy(spec),
    svg: drawSpec(suite, spec, 'id'),
  })),
).flat();

describe.each(drawn)('the diagram: $name', ({ name, said, svg }) => {
  const { root, width, height, labels, lines, times, text } = pictureOf(svg);

  it('says all that its spec does', () => {
    expect(said.filter((one) => !text.includes(one.replaceAll(/\s/g, '')))).toEqual([]);
  });

  it('has its labels apart from one another, and all of them within its frame', () => {
    const covered = labels.flatMap((one, nth) => labels.slice(nth + 1).filter((other) => overlap(one, other)));
    expect(covered).toEqual([]);
    const outside = labels.filter((box) => box.x < 0 || box.x + box.width > width || box.y + box.height > height);
    expect(outside).toEqual([]);
  });

  it('has its text within the frame, and that of labels within their boxes', () => {
    const cut = lines
      .filter(({ style }) => !/title|note/.test(style))
      .filter(({ text, x, y, isCentred }) => {
        const wide = monospacedWidth(text, SIZE);
        const left = isCentred ? x - wide / 2 : x;
        const box = labels.find((box) => x >= box.x && x <= box.x + box.width && y > box.y && y < box.y + box.height);
        const [from, to] = box === undefined ? [0, width] : [box.x, box.x + box.width];
        return left < from || left + wide > to || y > height;
      });
    expect(cut).toEqual([]);
  });

  it('has one place for each time, in all rows', () => {
    expect(new Set(times).size).toBe(times.length);
    const astray = labels.filter(({ x }) => !times.some((time) => Math.abs(time - x - 10) < 0.15));
    expect(astray).toEqual([]);
  });

  it('is named for who cannot see it', () => {
    expect(root.getAttribute('role')).toBe('img');
    const ids = (root.getAttribute('aria-labelledby') ?? '').split(' ');
    const [title, description] = ids.map((id) => root.ownerDocument?.getElementById(id)?.textContent);
    expect(title).toBe(name);
    expect(description).toContain('source ');
  });
});
