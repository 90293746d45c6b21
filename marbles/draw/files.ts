import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { eachSuite } from '../all.js';
import type { MarbleSuite } from '../spec.js';
import { drawSpec } from './diagram.js';

/** A diagram as the index names it. */
interface IndexEntry {
  readonly title: string;
  /** Below `docs/diagrams`. */
  readonly file: string;
  readonly note?: string;
}

/** The diagrams of each operator, in the order of its specs. */
type DiagramIndex = Readonly<Record<string, readonly IndexEntry[]>>;

/** What `docs/diagrams` has to contain, by paths below it: a picture of each spec that is marked `docs`, and an index of them. */
export function drawAll(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const index = Object.fromEntries(eachSuite((suite) => [suite.operator, drawSuite(suite, files)] as const));
  files.set('index.json', `${JSON.stringify(index satisfies DiagramIndex, null, 2)}\n`);
  return files;
}

function drawSuite<Options, Given, Out>(
  suite: MarbleSuite<Options, Given, Out>,
  files: Map<string, string>,
): readonly IndexEntry[] {
  return suite.specs
    .filter(({ docs }) => docs)
    .map((spec) => {
      const slug = slugOf(spec.title);
      const file = `${suite.operator}/${slug}.svg`;
      files.set(file, drawSpec(suite, spec, slug));
      return { title: spec.title, file, ...(spec.note === undefined ? {} : { note: spec.note }) };
    });
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** How a folder differs from what it has to contain, a line a file; nothing if it does not. */
export function differences(wanted: ReadonlyMap<string, string>, folder: string): readonly string[] {
  const there = existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) =>
          join(parentPath, name)
            .slice(folder.length + 1)
            .replaceAll(sep, '/'),
        )
    : [];
  const wrong = [...wanted].flatMap(([file, content]) => {
    if (!there.includes(file)) return [`${file} is missing`];
    return readFileSync(join(folder, file), 'utf8') === content ? [] : [`${file} is out of date`];
  });
  return [...wrong, ...there.filter((file) => !wanted.has(file)).map((file) => `${file} is left over`)];
}
