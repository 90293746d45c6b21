/** What stands in the site's bars. A page that is missing here is found by `test/site`. */
import { readFileSync } from 'node:fs';

interface Entry {
  readonly text: string;
  readonly link: string;
}

interface Section {
  readonly text: string;
  readonly items: Entry[];
  readonly collapsed?: boolean;
}

/** The links of a list or a table in a page that is written from the sources, in its order. */
function listed(page: string, folder: string): Entry[] {
  const text = readFileSync(new URL(`../pages/${page}`, import.meta.url), 'utf8');
  return Array.from(
    text.matchAll(/^(?:- |\| )\[`?([^`\]]+)`?\]\((?:\.\/)?([^)]+)\.md\)/gm),
    ([, name = '', path = '']) => ({
      text: name,
      link: `${folder}${path}`,
    }),
  );
}

export const sections: readonly Section[] = [
  {
    text: 'Start',
    items: [
      { text: 'What it is', link: '/' },
      { text: 'A first pipeline', link: '/first-pipeline' },
      { text: 'Choosing a batch size', link: '/batch-size' },
      { text: 'From one call a record', link: '/migrating' },
    ],
  },
  {
    text: 'Guides',
    items: [
      { text: 'The model and its options', link: '/model' },
      { text: 'Providers', link: '/providers' },
      { text: 'From a reply to outcomes', link: '/replies' },
      { text: 'Errors', link: '/errors' },
      { text: 'Recovery', link: '/recovery' },
      { text: 'Back-pressure', link: '/back-pressure' },
      { text: 'Many callers, few calls', link: '/predictor' },
      { text: 'A service in Node', link: '/node-service' },
      { text: 'Angular', link: '/angular' },
      { text: 'Batch jobs', link: '/jobs' },
      { text: 'Testing your own pipeline', link: '/testing' },
    ],
  },
  {
    text: 'Operators',
    items: [{ text: 'All operators', link: '/operators/' }, ...listed('operators/index.md', '/operators/')],
  },
  {
    text: 'Formats',
    items: [
      { text: 'JSON', link: '/formats/json' },
      { text: 'XML', link: '/formats/xml' },
      { text: 'Delimited', link: '/formats/delimited' },
      { text: 'Your own', link: '/formats/own' },
    ],
  },
  {
    text: 'Reference',
    items: [
      { text: 'The command line', link: '/cli' },
      { text: 'Entries of the package', link: '/entries' },
      { text: 'Benchmarks', link: '/benchmarks' },
      { text: 'API', link: '/api/' },
      ...listed('api/index.md', '/api/'),
      { text: 'Changes', link: '/CHANGELOG' },
      { text: 'Contributing', link: '/CONTRIBUTING' },
      { text: 'Why things are as they are', link: '/DECISIONS' },
    ],
  },
];
