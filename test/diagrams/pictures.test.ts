import { describe, expect, it } from 'vitest';
import { eachSuite } from '../../marbles/all.js';
import { drawSpec } from '../../marbles/draw/diagram.js';
import type { MarbleSpec, MarbleSuite } from '../../marbles/spec.js';
import { overlap, type Picture, pictureOf, widthOf } from './picture.js';

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

/** The diagrams of all specs: of those as well that the docs do not show. */
const drawn = eachSuite(<Options, Given, Out>(suite: MarbleSuite<Options, Given, Out>) =>
  suite.specs.map((spec) => ({
    name: `${suite.operator} ${spec.title}`,
    said: saidBy(spec),
    picture: pictureOf(drawSpec(suite, spec, 'id')),
  })),
).flat();

/** What is found in any of them, with the diagram's name. */
function found(look: (picture: Picture, said: readonly string[]) => readonly unknown[]): readonly unknown[] {
  return drawn.flatMap(({ name, said, picture }) => look(picture, said).map((fault) => ({ name, fault })));
}

describe('every diagram', () => {
  it('is of one of many specs', () => {
    expect(drawn.length).toBeGreaterThan(400);
    expect(drawn.every(({ said, picture }) => said.length > 0 && picture.lines.length > 3)).toBe(true);
  });

  it('says all that its spec does', () => {
    const unsaid = found(({ text }, said) => said.filter((one) => !text.includes(one.replaceAll(/\s/g, ''))));
    expect(unsaid).toEqual([]);
  });

  it('has its labels apart from one another', () => {
    const covered = found(({ labels }) =>
      labels.flatMap((one, nth) => labels.slice(nth + 1).filter((other) => overlap(one, other))),
    );
    expect(covered).toEqual([]);
  });

  it('has its labels within its frame', () => {
    const outside = found(({ labels, width, height }) =>
      labels.filter((box) => box.x < 0 || box.x + box.width > width || box.y + box.height > height),
    );
    expect(outside).toEqual([]);
  });

  it('has its text within the frame, and that of labels within their boxes', () => {
    const cut = found(({ labels, lines, width, height }) =>
      lines
        .filter(({ style }) => !/title|note/.test(style))
        .filter(({ text, style, x, y, isCentred }) => {
          const wide = widthOf(text, style);
          const left = isCentred ? x - wide / 2 : x;
          const box = labels.find((box) => x >= box.x && x <= box.x + box.width && y > box.y && y < box.y + box.height);
          const [from, to] = box === undefined ? [0, width] : [box.x, box.x + box.width];
          return left < from || left + wide > to || y > height;
        }),
    );
    expect(cut).toEqual([]);
  });

  it('has one place for each time, in all rows', () => {
    const twice = found(({ times }) => (new Set(times).size === times.length ? [] : times));
    expect(twice).toEqual([]);
    const astray = found(({ labels, times }) =>
      labels.filter(({ x }) => !times.some((time) => Math.abs(time - x - 10) < 0.15)),
    );
    expect(astray).toEqual([]);
  });

  it('is named for who cannot see it', () => {
    const unnamed = drawn.filter(({ name, picture: { root } }) => {
      const ids = (root.getAttribute('aria-labelledby') ?? '').split(' ');
      const [title, description] = ids.map((id) => root.ownerDocument?.getElementById(id)?.textContent ?? '');
      return root.getAttribute('role') !== 'img' || title !== name || !description?.includes('source ');
    });
    expect(unnamed).toEqual([]);
  });
});
