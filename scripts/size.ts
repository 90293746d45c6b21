/**
 * Bundles every entry of package.json for a browser, as a user's bundler would, and prints its size without peers.
 * Fails when an entry is over its budget, or when an entry that has one would not run in a page with
 * `script-src 'self'`.
 */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** Largest size of an entry, minified and gzipped, in bytes. An entry without one is only printed. */
const budgets: Readonly<Record<string, number>> = { '.': 12 * 1024 };

const evaluation = /\beval\s*\(|\bFunction\s*\(/g;

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest;
const nodeModules = new Set(builtinModules);
const peers = Object.keys(manifest.peerDependencies).flatMap((name) => [name, `${name}/*`]);

async function measure(file: string) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    external: ['node:*', ...nodeModules, ...peers],
    logLevel: 'error',
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${file}`);
  const imports = Object.values(result.metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return {
    minified: output.contents.byteLength,
    gzipped: gzipSync(output.contents, { level: 9 }).byteLength,
    node: imports.filter((path) => path.startsWith('node:') || nodeModules.has(path)),
    evaluated: output.text.match(evaluation) ?? [],
  };
}

const faults: string[] = [];
const rows: Record<string, Record<string, string | number>> = {};

for (const [entry, target] of Object.entries(manifest.exports)) {
  if (typeof target === 'string') continue;
  const { minified, gzipped, node, evaluated } = await measure(target.default);
  const budget = budgets[entry];
  rows[entry] = { minified, gzipped, budget: budget ?? '', 'node imports': node.length };
  if (budget === undefined) continue;
  if (gzipped > budget) faults.push(`${entry} is ${gzipped} bytes gzipped, over its budget of ${budget}`);
  if (node.length > 0) faults.push(`${entry} imports ${[...new Set(node)].join(', ')}, which no browser has`);
  if (evaluated.length > 0) faults.push(`${entry} evaluates text: ${[...new Set(evaluated)].join(', ')}`);
}

console.table(rows);
for (const fault of faults) console.error(`size: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
