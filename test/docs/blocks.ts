import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A block of code in the documentation. */
export interface Block {
  /** Where it stands: `docs/jobs.md:8`. */
  readonly place: string;
  /** What follows the language: `run`, for one that is a whole program. */
  readonly info: string;
  readonly code: string;
  /** The block of text that follows at once; `undefined` if there is none. */
  readonly prints: string | undefined;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The pages of the documentation, by their paths from the root. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`)
    .toSorted(),
];

/** The TypeScript blocks of a page. */
export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(ROOT + page, 'utf8');
  const blocks = text.matchAll(/^```ts(?: ([^\n]*))?\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms);
  return Array.from(blocks, ({ index, 1: info = '', 2: code = '', 3: prints }) => ({
    place: `${page}:${text.slice(0, index).split('\n').length}`,
    info,
    code,
    prints,
  }));
}
