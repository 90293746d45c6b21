import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENTRIES, ROOT } from '../../scripts/pages/entries.js';
import type { FaultRule } from '../../src/testing/fault.js';
import { bundle } from '../bundle/bundle.js';
import { type OpenPage, withBrowser } from './open.js';

const open = withBrowser();
let page: OpenPage;
beforeAll(async () => {
  page = await open();
});
afterAll(() => page.close());

/** Answers as the model that a format was made for. */
const replying =
  (reply: string): FaultRule =>
  () => ({ kind: 'reply', rewrite: () => reply });

const ANSWERS = 'good=positive bad=negative';

/** What the use of an entry gives; and, where the server does not answer by itself as that wants it, what it replies. */
const GIVEN: Readonly<Record<string, readonly [given: string, reply?: string]>> = {
  'rxjs-llm': [ANSWERS],
  'rxjs-llm/model': [ANSWERS],
  'rxjs-llm/openai': [ANSWERS],
  'rxjs-llm/anthropic': [ANSWERS],
  'rxjs-llm/http': [ANSWERS],
  'rxjs-llm/xml': [
    ANSWERS,
    `<results><result><index>1</index><value>positive</value></result>
     <result><index>2</index><value>negative</value></result></results>`,
  ],
  'rxjs-llm/delimited': [ANSWERS, '1|"positive"\n2|"negative"\n'],
  'rxjs-llm/jsonpath': [ANSWERS],
  'rxjs-llm/json-repair': [ANSWERS, `{results: [{index: 1, value: 'positive'}, {index: 2, value: 'negative',}]}`],
  'rxjs-llm/json-schema': ['EvalError'],
  'rxjs-llm/template': [ANSWERS],
  'rxjs-llm/tokens': ['2 tokens'],
  'rxjs-llm/predictor': [ANSWERS],
  'rxjs-llm/push-through': [`fine!dropped ${ANSWERS}`],
  'rxjs-llm/provider': ['good=good itself bad=bad itself'],
  'rxjs-llm/testing': ['good=4 bad=3'],
};

/** What the documentation says of each entry: `yes`, or what it takes. */
const promised = new Map(
  Array.from(
    readFileSync(`${ROOT}docs/entries.md`, 'utf8')
      .replace(/^[^]*## In a page/, '')
      .matchAll(/^\| `([^`]+)` *\| ([^|]*?) *\|/gm),
    ([, name = '', says = '']) => [name, says] as const,
  ),
);

const entriesThat = (says: string) => [...ENTRIES.keys()].filter((name) => promised.get(name) === says);

test('the documentation says of each entry whether it runs in a page', () => {
  expect([...promised.keys()].toSorted()).toEqual([...ENTRIES.keys()].toSorted());
  const known = ['yes', 'not under a strict policy', 'in Node', 'as the framework does'].flatMap(entriesThat);
  expect(known).toHaveLength(ENTRIES.size);
});

describe('under a strict policy', () => {
  test.each(entriesThat('yes'))('%s does its work', async (name) => {
    const [given, reply] = GIVEN[name] ?? [];
    page.server.fault = reply === undefined ? undefined : replying(reply);

    expect(await page.run('useEntry', name)).toBe(given);
    expect(await page.faults()).toEqual([]);
  });

  test.each(entriesThat('not under a strict policy'))('%s does not', async (name) => {
    expect(await page.run('useEntry', name)).toBe('EvalError');
    expect(await page.faults()).toEqual([expect.stringMatching(/^script-src: eval /)]);
  });

  test('zod checks values, and is silent only if it is told not to compile', async () => {
    const entries = ['positive', 'negative'].map((sentiment, at) => ({ index: at + 1, value: { sentiment } }));
    page.server.fault = replying(JSON.stringify({ results: entries }));
    const given = 'good={"sentiment":"positive"} bad={"sentiment":"negative"}';

    expect(await page.run('useZod', true)).toBe(given);
    expect(await page.faults()).toEqual([]);
    expect(await page.run('useZod', false)).toBe(given);
    expect(await page.faults()).toEqual([expect.stringMatching(/^script-src: eval /)]);
  });

  test('no text is evaluated, which is seen', async () => {
    expect(await page.run('evaluate')).toBe('EvalError');
    expect(await page.faults()).toHaveLength(1);
  });
});

describe('in Node alone', () => {
  test.each(entriesThat('in Node'))('%s imports what a page has not', async (name) => {
    const external = ['rxjs', 'openai', '@anthropic-ai/sdk', 'fast-json-stringify', 'gpt-tokenizer', 'vader-sentiment'];
    const { fromNode } = await bundle(`export * from '${ENTRIES.get(name) ?? ''}'`, { external });

    expect(fromNode).not.toEqual([]);
  });
});
