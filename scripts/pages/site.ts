/** Puts together what the site is built from. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { writeApi } from './api.js';
import { ROOT } from './entries.js';
import { type SitePage, sitePath, withSiteLinks } from './site-links.js';

/** Pages of the root that the site has besides `docs`. */
const OF_THE_ROOT = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'];

/**
 * @param folder - is emptied, and takes the pages and their pictures
 * @throws Error naming a link that leads nowhere
 */
export async function assembleSite(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await writeApi(`${folder}/api`);
  const reference = apiPages(folder);
  const pages = [...guides(), ...sources(), ...reference];
  const pictures = [...filesIn('docs/diagrams', '.svg'), ...filesIn('docs/screenshots', '.png')].map(sitePath);
  const targets = { paths: new Set([...pages.map(({ path }) => path), ...pictures]), api: placesIn(reference) };
  for (const page of pages) {
    mkdirSync(dirname(`${folder}/${page.path}`), { recursive: true });
    writeFileSync(`${folder}/${page.path}`, withSiteLinks(page, targets));
  }
  rmSync(`${folder}/api/_media`, { recursive: true, force: true });
  for (const kind of ['diagrams', 'screenshots'])
    cpSync(`${ROOT}docs/${kind}`, `${folder}/${kind}`, { recursive: true });
  cpSync(`${ROOT}site/icon.svg`, `${folder}/public/icon.svg`);
}

function guides(): readonly SitePage[] {
  return [...OF_THE_ROOT, ...filesIn('docs', '.md')].map((from) => ({
    path: sitePath(from),
    from,
    text: readFileSync(ROOT + from, 'utf8'),
  }));
}

/** The operators' own files, which their pages lead to. The search leaves them out: it finds the pages. */
function sources(): readonly SitePage[] {
  return filesIn('operators', '.ts').map((from) => ({
    path: `source/${from.replace(/\.ts$/, '.md')}`,
    from,
    text: `---\nsearch: false\noutline: false\n---\n\n# ${from}\n\n\`\`\`ts\n${readFileSync(ROOT + from, 'utf8')}\`\`\`\n`,
  }));
}

/** What TypeDoc has written. It copies the guides that docblocks link to: those links lead to the guides. */
function apiPages(folder: string): readonly SitePage[] {
  return readdirSync(`${folder}/api`, { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join('api', path.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.md') && !path.startsWith('api/_media/'))
    .map((path) => ({
      path,
      from: `docs/${path}`,
      text: readFileSync(`${folder}/${path}`, 'utf8').replace(/\]\(((?:\.\.\/)*)_media\//g, '](../$1'),
    }));
}

/** Where each name is explained, by the headings; of a name that several entries export, where it is declared first. */
function placesIn(reference: readonly SitePage[]): ReadonlyMap<string, string> {
  const places = reference.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/^### (\w+)/gm), ([, name = '']) => [name, `${path}#${name.toLowerCase()}`] as const),
  );
  return new Map(places.toReversed());
}

function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
    .filter((path) => path.endsWith(ending))
    .toSorted();
}
