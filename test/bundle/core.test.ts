import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type Bundle, bundle } from './bundle.js';

/** What a page with `script-src 'self'` does not allow. */
const EVALUATION = /\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(/;

/** The budget of `npm run size`, without rxjs. */
const CORE_BYTES = 12 * 1024;

function expectForPages({ code, fromNode }: Bundle): void {
  expect(fromNode).toEqual([]);
  expect(code).not.toMatch(/["'`]node:/);
  expect(code).not.toMatch(EVALUATION);
}

describe('the core, bundled for a page', () => {
  const whole = bundle(`export * from './src/index.ts'`);

  test('needs nothing but rxjs, and evaluates no text', async () => {
    const core = await whole;

    expectForPages(core);
    expect(new Set(core.imports)).toEqual(new Set(['rxjs']));
  });

  test(`has at most ${CORE_BYTES} bytes`, async () => {
    const { gzipped } = await whole;

    expect(gzipped).toBeLessThanOrEqual(CORE_BYTES);
    // Far less would mean that something was shaken off that should be there.
    expect(gzipped).toBeGreaterThan(CORE_BYTES / 2);
  });

  test('has no part of the other entries', async () => {
    const { files } = await whole;

    for (const path of [
      'src/provider/http.ts',
      'src/provider/openai.ts',
      'src/reply/json-schema.ts',
      'src/reply/json-path.ts',
      'src/reply/json-repair.ts',
      'src/reply/json-spans.ts',
      'src/reply/xml',
      'src/reply/delimited',
      'src/reply/declared-type.ts',
      'src/model',
      'src/testing',
      'src/cli',
    ])
      expect(files.filter((file) => file.startsWith(path))).toEqual([]);
  });

  test('loses all that is not used', async () => {
    const one = await bundle(`export { bufferTimeOrCount } from './src/index.ts'`);
    const none = await bundle(`import './src/index.ts'`);

    expect(one.files).toContain('operators/bufferTimeOrCount.ts');
    expect(one.files.filter((file) => !/^(?:operators\/bufferTimeOrCount|src\/flow\/)/.test(file))).toEqual([]);
    expect(one.gzipped).toBeLessThan(1200);
    expect(none.files).toEqual([]);
  });

  test.each(['callLLM', 'inOrder', 'mlPredict', 'parseIndexed', 'pullThrough', 'recoverFailed', 'toBatchPrompt'])(
    'can be had by parts: %s',
    async (name) => {
      const part = await bundle(`export { ${name} } from './src/index.ts'`);

      expect(part.files).toContain(`operators/${name}.ts`);
      expect(part.gzipped).toBeLessThan((await whole).gzipped);
    },
  );
});

describe('other entries, bundled for a page', () => {
  test.each([
    ['delimited', './src/reply/delimited.ts'],
    ['http', './src/provider/http.ts'],
    ['json-repair', './src/reply/json-repair.ts'],
    ['jsonpath', './src/reply/json-path.ts'],
    ['model', './src/model/index.ts'],
    ['predictor', './operators/createPredictor.ts'],
    ['push-through', './operators/pushThrough.ts'],
    ['provider', './src/provider/index.ts'],
    ['template', './src/prompt/content-template.ts'],
    ['xml', './src/reply/xml.ts'],
  ])('%s needs nothing of Node, and evaluates no text', async (_, path) => {
    const entry = await bundle(`export * from '${path}'`);

    expectForPages(entry);
    expect(entry.files.length).toBeGreaterThan(0);
    expect(entry.imports.filter((name) => name !== 'rxjs')).toEqual([]);
  });

  test('openai needs nothing of Node but what the SDK itself wants', async () => {
    const { fromNode, imports } = await bundle(`export * from './src/provider/openai.ts'`, {
      external: ['rxjs', 'openai', 'openai/*'],
    });

    expect(fromNode).toEqual([]);
    expect(new Set(imports)).toEqual(new Set(['rxjs', 'openai']));
  });
});

test('the check finds what it looks for', async () => {
  const node = await bundle(
    `import { readFileSync } from 'node:fs'; import path from 'path'; console.log(readFileSync, path)`,
  );
  const evaluated = await bundle(`globalThis.f = new Function('return 1'); globalThis.g = (0, eval)('2'); eval('3')`);
  const ajv = await bundle(`export * from './src/reply/json-schema.ts'`);

  expect(node.fromNode).toEqual(['node:fs', 'path']);
  expect(evaluated.code).toMatch(EVALUATION);
  expect(ajv.code).toMatch(EVALUATION);
});

test('a pipeline runs where there is no Node and no evaluation', async () => {
  const { code } = await bundle(
    `import { from, of } from 'rxjs';
     import { mlPredict } from './src/index.ts';
     import { defineModel } from './src/model/index.ts';
     import { http } from './src/provider/http.ts';
     const fetch = (url, { body }) => {
       const n = JSON.parse(body).messages.at(-1).content.match(/^Input \\d/gm).length;
       const results = Array.from({ length: n }, (_, i) => ({ index: i + 1, value: i * 10 }));
       const choices = [{ message: { content: JSON.stringify({ results }) }, finish_reason: 'stop' }];
       return Promise.resolve(new Response(JSON.stringify({ choices }), { headers: { 'content-type': 'application/json' } }));
     };
     const provider = http({ baseUrl: 'http://page.test/v1', model: 'm', fetch });
     from(['a', 'b', 'c']).pipe(mlPredict(defineModel({ provider, batchSize: 3 }))).subscribe({
       next: ({ value, error }) => seen.push(error === null ? value : error.message),
       error: (error) => ended(String(error)),
       complete: () => ended('complete'),
     });`,
    { external: [], format: 'iife' },
  );
  const seen: unknown[] = [];
  const ended = Promise.withResolvers<string>();
  const { Response, Headers, URL, AbortController, TextDecoder } = globalThis;
  const { setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask } = globalThis;
  const page = createContext(
    {
      ...{ Response, Headers, URL, AbortController, TextDecoder },
      ...{ setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask },
      seen,
      ended: ended.resolve,
    },
    { codeGeneration: { strings: false, wasm: false } },
  );

  expect(() => runInContext(`eval('1')`, page) as unknown).toThrow('Code generation from strings disallowed');
  runInContext(code, page);

  expect(await ended.promise).toBe('complete');
  expect(seen).toEqual([0, 10, 20]);
});
