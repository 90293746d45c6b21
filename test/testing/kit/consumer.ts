import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export const FRAMEWORKS = {
  vitest: { packages: ['vitest'], api: 'vitest', command: ['node_modules/vitest/vitest.mjs', 'run'] },
  jest: {
    packages: ['jest', '@jest/globals'],
    api: '@jest/globals',
    command: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--ci', '--runInBand', '--watchman=false'],
  },
} as const;

export type Framework = keyof typeof FRAMEWORKS;

/** A project that uses the built package, and tests with a framework. */
export interface Consumer {
  /** Adds a test of TypeScript that is written for vitest; a path from the root of this package, or the test itself. */
  add(name: string, source: { readonly file: string } | { readonly text: string }): Promise<void>;
  /** Runs the framework on a test. */
  run(name: string): Promise<{ readonly status: number | null; readonly output: string }>;
  remove(): Promise<void>;
}

export async function consumerOf(framework: Framework): Promise<Consumer> {
  const { packages, api, command } = FRAMEWORKS[framework];
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rxjs-llm-consumer-')));
  const modules = join(folder, 'node_modules');
  const link = async (name: string, target: string): Promise<void> => {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(target, join(modules, name));
  };
  await link('rxjs-llm', root);
  for (const name of ['rxjs', 'zod', ...packages]) await link(name, join(root, 'node_modules', name));
  const jest = { testMatch: ['**/*.test.js'], transform: {}, cacheDirectory: join(folder, 'cache') };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module', jest }));

  return {
    add: async (name, source) => {
      const entry =
        'file' in source
          ? { entryPoints: [join(root, source.file)] }
          : { stdin: { contents: source.text, resolveDir: root, loader: 'ts' as const } };
      await build({
        ...entry,
        outfile: join(folder, `${name}.test.js`),
        bundle: true,
        format: 'esm',
        platform: 'node',
        packages: 'external',
        alias: { vitest: api, 'rxjs-llm/testing/vitest': `rxjs-llm/testing/${framework}` },
        logLevel: 'silent',
      });
    },
    run: (name) =>
      new Promise((resolve, reject) => {
        // What this run of vitest tells its own workers is not for others.
        const own = Object.entries(process.env).filter(
          ([variable]) => !/^(?:VITEST|VITE_|NODE_OPTIONS$)/.test(variable),
        );
        const env = { ...Object.fromEntries(own), NO_COLOR: '1', CI: '1' };
        const child = spawn(process.execPath, [...command, `${name}.test.js`], { cwd: folder, env });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (text: string) => (output += text));
        child.on('error', reject).on('close', (status) => {
          resolve({ status, output });
        });
      }),
    remove: () => rm(folder, { recursive: true }),
  };
}
