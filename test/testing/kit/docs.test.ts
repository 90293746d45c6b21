import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);

test('the code in docs/testing.md is the examples that are tested, all of it', async () => {
  const files = ['reviews.ts', 'reviews.test.ts', 'server.test.ts'].map((name) => `examples/testing/${name}`);
  const [docs, ...examples] = await Promise.all(
    ['docs/testing.md', ...files].map((path) => readFile(new URL(path, root), 'utf8')),
  );

  const blocks = Array.from(docs!.matchAll(/```ts\n([^]*?)```/g), ([, code]) => code!.trim());

  expect(blocks.join('\n\n')).toBe(examples.map((code) => code.trim()).join('\n\n'));
});
