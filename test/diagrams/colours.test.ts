import { describe, expect, it } from 'vitest';
import { dark, light, styleSheet } from '../../marbles/draw/style.js';

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
    const share = parseInt(colour.slice(from, from + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 for the same colour to 21 for black on white. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((less, more) => less - more);
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_, theme) => {
  const { paper, ink, faint, box, plain, bad, hues, axis, life, badEdge, plainEdge } = theme;

  it('can be read: text has a contrast of at least 4.5 to what it stands on', () => {
    const pairs = [
      ...[paper, box, plain, bad, ...hues.map(([fill]) => fill)].map((ground) => [ink, ground] as const),
      ...[paper, box].map((ground) => [faint, ground] as const),
    ];
    const poor = pairs.filter(([text, ground]) => contrast(text, ground) < 4.5);
    expect(pairs).toHaveLength(12);
    expect(poor).toEqual([]);
  });

  it('can be seen: lines that say something have a contrast of at least 3 to the paper', () => {
    const lines = [axis, life, badEdge, ...hues.map(([, edge]) => edge)];
    expect(lines.filter((line) => contrast(line, paper) < 3)).toEqual([]);
    expect(contrast(plainEdge, paper)).toBeGreaterThan(1.5);
  });
});

describe('the style sheet', () => {
  it('has the dark theme where the reader asks for it, and the light one elsewhere', () => {
    const [before = '', after = ''] = styleSheet.split('@media(prefers-color-scheme:dark)');
    expect(before).toContain(`.paper{fill:${light.paper}`);
    expect(after).toContain(`.paper{fill:${dark.paper}`);
    expect(before).not.toContain(dark.paper);
    expect(after).not.toContain(light.paper);
  });

  it('loads nothing', () => {
    expect(styleSheet).not.toMatch(/url\(|@import|@font-face/);
  });
});

describe('contrast', () => {
  it('is that of the examples of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});
