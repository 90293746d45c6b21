import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { entriesIn } from './read-reply.js';
import { table } from './own-format.js';

// What it makes of replies is a property, with those of the library's formats.
test('the format in the docs is this one, in fewer than 45 lines', async () => {
  const [docs, own] = await Promise.all(
    ['../../docs/formats/own.md', 'own-format.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );

  const block = /```ts\n(import type[^]*?)```/.exec(docs!)?.[1];

  expect(block).toBe(own!.replace('../../src/index.js', 'rxjs-llm'));
  expect(own!.trimEnd().split('\n').length).toBeLessThan(45);
});

test('the format in the docs reads its own table', () => {
  const text = 'Here:\n| input | answer |\n|---|---|\n| 1 | good |\n| 2 | bad |';
  const entries = [
    ['input', 'answer'],
    ['---', '---'],
    ['1', 'good'],
    ['2', 'bad'],
  ];
  expect(entriesIn(table(), text).entries).toEqual(entries);
  expect(entriesIn(table(), text, { isWhole: false }).entries).toEqual(entries.slice(0, 3));
});
