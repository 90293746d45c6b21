import { createContext, runInContext } from 'node:vm';
import { expect, test } from 'vitest';
import { bundle } from './bundle.js';

test('what users test with needs nothing of Node, and no peer', async () => {
  const { fromNode, imports, files } = await bundle(`export * from './src/testing/index.ts'`);

  expect(fromNode).toEqual([]);
  expect(new Set(imports)).toEqual(new Set(['rxjs', 'rxjs/testing']));
  expect(files).toContain('src/testing/kit/fake-jobs.ts');
});

test('a test of a pipeline runs where there is no Node and no evaluation, in virtual time', async () => {
  const { code } = await bundle(
    `import { TestScheduler } from 'rxjs/testing';
     import { mlPredict } from './src/index.ts';
     import { defineModel } from './src/model/index.ts';
     import { answering, fakeJobs, fakeProvider, summary } from './src/testing/index.ts';
     const provider = fakeProvider(answering((text) => text.length, { latencyMs: 20_000 }));
     const model = defineModel({ provider, batchSize: 3, recordContent: (text) => text });
     const outcomes = [];
     new TestScheduler(() => {}).run(({ cold }) => {
       cold('(abc|)', { a: 'x', b: 'yy', c: 'zzz' }).pipe(mlPredict(model)).subscribe((outcome) => outcomes.push(outcome));
     });
     const [{ at, endedAt }] = provider.requests;
     seen.push(summary(outcomes), at, endedAt, fakeJobs(() => 1).line('é', {}).bytes);`,
    { external: [], format: 'iife' },
  );
  const seen: unknown[] = [];
  const { setTimeout, clearTimeout, setInterval, clearInterval, TextEncoder } = globalThis;
  const globals = { setTimeout, clearTimeout, setInterval, clearInterval, TextEncoder, seen };
  const page = createContext(globals, { codeGeneration: { strings: false, wasm: false } });

  runInContext(code, page);

  expect(seen).toEqual(['x=1 yy=2 zzz=3', 0, 20_000, '{"customId":"é","request":{}}\n'.length + 1]);
});

test.each([
  ['vitest', 'vitest'],
  ['jest', '@jest/globals'],
])('importing the matchers for %s for their effect alone keeps them', async (framework, api) => {
  const { code, imports } = await bundle(`import './dist/src/testing/${framework}.js'`, { external: [api] });

  expect(imports).toEqual([api]);
  expect(code).toMatch(/\.extend\(/);
});
