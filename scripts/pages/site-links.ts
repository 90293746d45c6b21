/** Where links of the repository lead on the site. */
import { posix } from 'node:path';

/** A page of the site, by its path there, made of a page of the repository. */
export interface SitePage {
  readonly path: string;
  /** Where it stands in the repository, which its links start from. */
  readonly from: string;
  readonly text: string;
}

/** What pages of the repository are on the site: `README.md` is `index.md`, and `docs/jobs.md` is `jobs.md`. */
export function sitePath(path: string): string {
  return path.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
}

/** What the links of a page may lead to, besides other pages. */
export interface Targets {
  /** All paths of the site. */
  readonly paths: ReadonlySet<string>;
  /** Where the API reference is about a name: `api/rxjs-llm.md#llmerror`. */
  readonly api: ReadonlyMap<string, string>;
}

/**
 * @returns the page's text, with its links as the site needs them: what is a source in the repository is a place in the API reference if the
 *   link is its name, and the page of that source if not
 * @throws Error naming a link that leads nowhere
 */
export function withSiteLinks({ path, from, text }: SitePage, { paths, api }: Targets): string {
  const place = (label: string, href: string): string => {
    const [file = '', anchor] = href.split('#');
    if (file === '' || /^[a-z]+:/.test(file)) return href;
    const target = posix.join(posix.dirname(from), file);
    const name = /^`(\w+)`$/.exec(label)?.[1] ?? '';
    const found = target.endsWith('.ts')
      ? [api.get(name), `source/${target.replace(/\.ts$/, '.md')}`].find((one) => one !== undefined && isThere(one))
      : [sitePath(target), `${sitePath(target)}/index.md`].find(isThere);
    if (found === undefined) throw new Error(`${from} links to ${href}, which the site has not`);
    return posix.relative(posix.dirname(path), found) + (anchor === undefined ? '' : `#${anchor}`);
  };
  const isThere = (target: string): boolean => paths.has(target.replace(/#.*/, ''));

  return outsideBlocks(text, (prose) =>
    prose.replace(LINK_OR_CODE, (whole, label?: string, href?: string) => {
      if (label === undefined || href === undefined) return whole;
      const at = place(label, href);
      return `[${label}](${/^[./#]|^[a-z]+:/.test(at) ? at : `./${at}`})`;
    }),
  );
}

/** A link with its label and its place, or code within a line, in which nothing is a link. */
const LINK_OR_CODE = /\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)|`[^`\n]*`/g;

/** Changes what is no block of code. */
function outsideBlocks(text: string, change: (prose: string) => string): string {
  return text
    .split(/^(```.*?^```)$/ms)
    .map((part, nth) => (nth % 2 === 0 ? change(part) : part))
    .join('');
}
