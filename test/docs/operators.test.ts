import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eachSuite } from '../../marbles/all.js';
import { differences } from '../../marbles/draw/files.js';
import { ROOT } from '../../scripts/pages/entries.js';
import { diagramsOf, operatorPages } from '../../scripts/pages/operator-pages.js';
import { operatorNames } from '../../scripts/pages/operator.js';

const FOLDER = `${ROOT}docs/operators`;
const pages = await operatorPages();

describe('docs/operators', () => {
  it('is what the sources say; `npm run docs:operators` writes it again', () => {
    expect(differences(pages, FOLDER)).toEqual([]);
  });

  it('leaves nothing open: each page has an example, a contract in five parts, and links to what there is', () => {
    const contract = ['emits', 'completes', 'errors', 'on unsubscribe', 'holds at most'];
    const lacking = operatorNames().flatMap((name) => {
      const page = pages.get(`${name}.md`) ?? '';
      const parts = contract.filter((part) => !new RegExp(`^- .*_${part}_`, 'm').test(page));
      return [
        ...parts,
        ...(page.includes('```ts\n') ? [] : ['example']),
        ...(page.includes('{@') ? ['links'] : []),
      ].map((part) => `${name}: ${part}`);
    });
    expect(lacking).toEqual([]);
  });
});

describe('the operators that are exported', () => {
  const exported = operatorNames().toSorted();
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['a file in operators/', without(readdirSync(`${ROOT}operators`), '.ts')],
    ['a suite of marbles', eachSuite(({ operator }) => operator)],
    ['a diagram', exported.filter((name) => diagramsOf(name).length > 0)],
    ['a page in docs/operators', without(readdirSync(FOLDER), '.md').filter((name) => name !== 'README')],
  ];

  it.each(rows)('have %s each, and nothing else has', (what, names) => {
    expect(exported.filter((name) => !names.includes(name)).map((name) => `${name} lacks ${what}`)).toEqual([]);
    expect(names.filter((name) => !exported.includes(name)).map((name) => `${what} of ${name}, no operator`)).toEqual(
      [],
    );
    expect(names).toHaveLength(exported.length);
  });
});

function without(files: readonly string[], ending: string): readonly string[] {
  return files.map((file) => file.slice(0, -ending.length));
}
