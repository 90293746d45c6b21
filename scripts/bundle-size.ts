/** Sizes of what a user's bundler makes of the package, for a browser. */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** What a bundle weighs, in bytes, and what a page may mind in it. */
export interface BundleSize {
  readonly minified: number;
  readonly gzipped: number;
  /** Imports that only Node has. */
  readonly node: readonly string[];
  /** Where it evaluates text. */
  readonly evaluated: readonly string[];
}

type BundleSource = { readonly file: string } | { readonly module: string };

const EVALUATION = /\beval\s*\(|\bFunction\s*\(/g;

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest;
const nodeModules = new Set(builtinModules);
const peers = Object.keys(manifest.peerDependencies).flatMap((name) => [name, `${name}/*`]);

/** The package's entries that are modules: name and file, as `exports` has them. */
export function entriesOf(): readonly (readonly [entry: string, file: string])[] {
  return Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === 'string' ? [] : [[entry, target.default] as const],
  );
}

/**
 * Bundles a file, or the text of a module, without the package's peers.
 *
 * @param source - paths start at the package's root
 * @param dependencies - whether what the package depends on is in it
 */
export async function bundleSize(source: BundleSource, { dependencies = true } = {}): Promise<BundleSize> {
  const result = await build({
    absWorkingDir: root,
    ...('file' in source
      ? { entryPoints: [source.file] }
      : { stdin: { contents: source.module, resolveDir: root, loader: 'ts' } }),
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    ...(dependencies ? {} : { packages: 'external' }),
    external: ['node:*', ...nodeModules, ...peers],
    logLevel: 'error',
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${JSON.stringify(source)}`);
  const imports = Object.values(result.metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return {
    minified: output.contents.byteLength,
    gzipped: gzipSync(output.contents, { level: 9 }).byteLength,
    node: imports.filter((path) => path.startsWith('node:') || nodeModules.has(path)),
    evaluated: output.text.match(EVALUATION) ?? [],
  };
}
