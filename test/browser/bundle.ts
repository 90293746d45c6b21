import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../../scripts/pages/entries.js';

/** Sources that tests name are those that were built: the page runs what users install. */
const built: Plugin = {
  name: 'built',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      const file = relative(ROOT, resolve(resolveDir, path));
      return /^(?:operators|src)\//.test(file) ? { path: `${ROOT}dist/${file}`, sideEffects: false } : undefined;
    });
    // Only what the page does not use may import them.
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
  },
};

/** The page's modules by their paths; `/main.js` is the first. What is imported when it is needed is a module of its own. */
export async function bundlePage(): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(`${ROOT}dist`)) throw new Error('there is no dist/: this test needs npm run build');
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/browser/page/main.ts'],
    outdir: '/',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    plugins: [built],
    logLevel: 'error',
  });
  const fromNode = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  );
  if (fromNode.length > 0) throw new Error(`the page imports what only Node has: ${fromNode.join()}`);
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}
