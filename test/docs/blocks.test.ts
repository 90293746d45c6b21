import { describe, expect, it } from 'vitest';
import { blocksOf, PAGES } from './blocks.js';
import { mistakesIn } from './compile.js';

// The code of docs/testing.md is that of examples/testing, which runs: test/testing/kit/docs.test.ts holds them equal.
// That of docs/angular.md is taken from examples/angular, which its own compiler checks: test/angular/docs.test.ts.
const blocks = PAGES.filter((page) => !['docs/testing.md', 'docs/angular.md'].includes(page)).flatMap(blocksOf);
const mistakes = mistakesIn(blocks);

describe('every TypeScript block of the documentation compiles', () => {
  it.each(blocks.map(({ place }) => place))('%s', (place) => {
    expect(mistakes.get(place) ?? []).toEqual([]);
  });
});
