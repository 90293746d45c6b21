import { describe, expect, it } from 'vitest';
import { blocksOf, PAGES } from './blocks.js';
import { mistakesIn } from './compile.js';

const blocks = PAGES.flatMap(blocksOf);
const mistakes = mistakesIn(blocks);

describe('every TypeScript block of the documentation compiles', () => {
  it.each(blocks.map(({ place }) => place))('%s', (place) => {
    expect(mistakes.get(place) ?? []).toEqual([]);
  });
});
