import { describe, expect, it } from 'vitest';
import { blocksOf, PAGES } from './blocks.js';
import { mistakesIn } from './compile.js';

// The code of docs/testing.md is that of examples/testing, which runs: test/testing/kit/docs.test.ts holds them equal.
const blocks = PAGES.filter((page) => page !== 'docs/testing.md').flatMap(blocksOf);
const mistakes = mistakesIn(blocks);

describe('every TypeScript block of the documentation compiles', () => {
  it.each(blocks.map(({ place }) => place))('%s', (place) => {
    expect(mistakes.get(place) ?? []).toEqual([]);
  });
});
