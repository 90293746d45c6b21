import { defineConfig } from 'vitepress';
import { sections } from './navigation.js';

/** As GitHub makes anchors of headings, so that links with one work in both places. */
function slugify(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

const base = process.env.DOCS_BASE ?? '/';

export default defineConfig({
  title: 'rxjs-llm',
  description: 'RxJS operators that run streams of records through large language models.',
  base,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }]],
  srcDir: 'pages',
  outDir: 'out',
  cacheDir: '.vitepress/cache',
  metaChunk: true,
  // A page links to all others: fetching them ahead would fetch the whole site.
  router: { prefetchLinks: false },
  markdown: { anchor: { slugify }, toc: { slugify } },
  vite: { build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 } },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    nav: sections.map(({ text, items }) => ({ text, link: items[0]?.link ?? '/' })),
    sidebar: [...sections],
    externalLinkIcon: true,
  },
});
