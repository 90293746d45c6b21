import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const nodeModules = new Set(builtinModules);

export interface Bundle {
  readonly code: string;
  /** Bytes, minified and gzipped. */
  readonly gzipped: number;
  /** What is imported and not in it. */
  readonly imports: readonly string[];
  /** Those of them that only Node has. */
  readonly fromNode: readonly string[];
  /** Our files that something of is in it, from the package's root. */
  readonly files: readonly string[];
}

export interface BundleOptions {
  /** Packages that stay outside. @defaultValue rxjs */
  readonly external?: readonly string[];
  /** @defaultValue 'esm' */
  readonly format?: 'esm' | 'iife';
}

/** Bundles a module for a page, as a user's bundler would. Its imports start at the package's root. */
export async function bundle(module: string, options: BundleOptions = {}): Promise<Bundle> {
  const { external = ['rxjs', 'rxjs/*'], format = 'esm' } = options;
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: module, resolveDir: root, sourcefile: 'entry.ts', loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format,
    platform: 'browser',
    target: 'es2023',
    external: ['node:*', ...nodeModules, ...external],
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (file === undefined || output === undefined) throw new Error('esbuild wrote nothing');
  const imports = output.imports.map(({ path }) => path);
  return {
    code: file.text,
    gzipped: gzipSync(file.contents, { level: 9 }).byteLength,
    imports,
    fromNode: imports.filter((path) => path.startsWith('node:') || nodeModules.has(path)),
    files: Object.entries(output.inputs)
      .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path !== 'entry.ts')
      .map(([path]) => path),
  };
}
