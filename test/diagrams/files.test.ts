import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eachSuite } from '../../marbles/all.js';
import { differences, drawAll } from '../../marbles/draw/files.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const drawn = drawAll();

describe('docs/diagrams', () => {
  it('is what the specs draw; `npm run docs:diagrams` draws it again', () => {
    expect(differences(drawn, join(root, 'docs/diagrams'))).toEqual([]);
  });

  it('has a diagram of each operator', () => {
    const index = JSON.parse(drawn.get('index.json') ?? '{}') as Record<string, { file: string }[]>;
    const operators = readdirSync(join(root, 'operators')).map((file) => file.replace(/\.ts$/, ''));
    expect(operators.filter((operator) => (index[operator] ?? []).length === 0)).toEqual([]);
    expect(Object.keys(index).sort()).toEqual(operators.sort());
  });

  it('has a file, and a place in the index, for each spec that is marked', () => {
    const index = JSON.parse(drawn.get('index.json') ?? '{}') as Record<string, { title: string; file: string }[]>;
    const marked = eachSuite(({ operator, specs }) =>
      specs.flatMap(({ docs, title }) => (docs ? [`${operator} ${title}`] : [])),
    ).flat();
    const listed = Object.entries(index).flatMap(([operator, list]) => list.map(({ title }) => `${operator} ${title}`));
    const files = Object.values(index).flatMap((list) => list.map(({ file }) => file));
    expect(listed).toEqual(marked);
    expect([...files, 'index.json'].sort()).toEqual([...drawn.keys()].sort());
  });

  it('is drawn the same each time', () => {
    expect([...drawAll()]).toEqual([...drawn]);
  });
});

describe('differences', () => {
  let folder = '';
  const wanted = new Map([
    ['one/a.svg', 'A'],
    ['two/b.svg', 'B'],
  ]);

  const write = (file: string, content: string): void => {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), content);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'diagrams-'));
    for (const [file, content] of wanted) write(file, content);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('are none where all is as it is wanted', () => {
    expect(differences(wanted, folder)).toEqual([]);
  });

  it('name a file that is missing', () => {
    rmSync(join(folder, 'one/a.svg'));
    expect(differences(wanted, folder)).toEqual(['one/a.svg is missing']);
  });

  it('name a file of another content, if only by a byte', () => {
    write('two/b.svg', 'B\n');
    expect(differences(wanted, folder)).toEqual(['two/b.svg is out of date']);
  });

  it('name a file that is left over any more', () => {
    write('two/c.svg', 'C');
    expect(differences(wanted, folder)).toEqual(['two/c.svg is left over']);
  });

  it('name all files where the folder is missing', () => {
    expect(differences(wanted, join(folder, 'none'))).toEqual(['one/a.svg is missing', 'two/b.svg is missing']);
  });
});
