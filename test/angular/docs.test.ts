import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/pages/entries.js';
import { blocksOf } from '../docs/blocks.js';

const APPLICATION = `${ROOT}examples/angular/`;

/** The lines of code, without the room before them. */
const linesOf = (code: string): string => code.replace(/^[^\S\n]+/gm, '').trim();

const sources = ['src', 'server'].flatMap((folder) =>
  readdirSync(APPLICATION + folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => linesOf(readFileSync(`${APPLICATION}${folder}/${path}`, 'utf8'))),
);

/** Whether all parts stand in one file, in their order; what lies between them is left out by `// …`. */
function isTakenFrom(source: string, code: string): boolean {
  let from = 0;
  return code.split('// …').every((part) => {
    const at = source.indexOf(linesOf(part), from);
    from = at + linesOf(part).length;
    return at !== -1;
  });
}

describe('the code in docs/angular.md is that of the application', () => {
  const blocks = blocksOf('docs/angular.md');

  it.each(blocks.map(({ place, code }) => [place, code] as const))('%s', (_, code) => {
    expect(
      sources.some((source) => isTakenFrom(source, code)),
      code,
    ).toBe(true);
  });

  it('and there is some', () => {
    expect(blocks.length).toBeGreaterThan(5);
  });
});
