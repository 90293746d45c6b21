import { describe, expect, it } from 'vitest';
import { sitePath, withSiteLinks } from '../../scripts/pages/site-links.js';

const targets = {
  paths: new Set([
    'index.md',
    'jobs.md',
    'operators/index.md',
    'operators/a.md',
    'diagrams/a/b.svg',
    'api/x.md',
    'source/operators/a.md',
  ]),
  api: new Map([['Fault', 'api/x.md#fault']]),
};

/** What a text becomes in a page of `docs/operators`. */
const linked = (text: string, from = 'docs/operators/a.md'): string =>
  withSiteLinks({ path: sitePath(from), from, text }, targets);

describe('withSiteLinks', () => {
  it.each([
    ['a page beside it', '[b](../jobs.md#two)', '[b](../jobs.md#two)'],
    ['the README', '[b](../../README.md)', '[b](../index.md)'],
    ['a list of pages', '[b](README.md#c)', '[b](./index.md#c)'],
    ['a picture', '![b](../diagrams/a/b.svg)', '![b](../diagrams/a/b.svg)'],
    ['a name that the API reference explains', '[`Fault`](../../src/fault.ts)', '[`Fault`](../api/x.md#fault)'],
    ['a source', '[the source](../../operators/a.ts)', '[the source](../source/operators/a.md)'],
    ['a label with brackets', '[a [b] c](../jobs.md)', '[a [b] c](../jobs.md)'],
  ])('leads to %s', (_, given, wanted) => {
    expect(linked(given)).toBe(wanted);
  });

  it('leads from the README into docs, and to a folder by its list', () => {
    expect(linked('[a](docs/jobs.md) [b](docs/operators)', 'README.md')).toBe(
      '[a](./jobs.md) [b](./operators/index.md)',
    );
  });

  it.each(['[a](https://example.org/b.md)', '[a](#here)', '`[a](none.md)`', '```md\n[a](none.md)\n```'])(
    'leaves %j as it is',
    (text) => {
      expect(linked(text)).toBe(text);
    },
  );

  it('refuses a link that leads nowhere, and says where it stands', () => {
    expect(() => linked('[a](../none.md)')).toThrow('docs/operators/a.md links to ../none.md, which the site has not');
    expect(() => linked('[a](../../src/none.ts)')).toThrow('../../src/none.ts');
  });
});
