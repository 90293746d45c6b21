import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { standIn } from '../testing/chat.js';
import { blocksOf } from './blocks.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The versions that this repository has: a fresh one would test another release each day. */
const { devDependencies: versions } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Manifest;

/** A strict project of TypeScript modules, as its documentation says. */
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    outDir: 'dist',
    skipLibCheck: false,
  },
  include: ['index.ts'],
};

test(
  'a newcomer installs the package, pastes the first example of the README, and runs it',
  { timeout: 300_000 },
  async () => {
    if (!existsSync(`${ROOT}dist`)) throw new Error('there is no dist/: this test needs npm run build');
    const server = await standIn();
    const folder = await mkdtemp(join(tmpdir(), 'rxjs-llm-newcomer-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const at = { cwd: folder, env: { ...process.env, npm_config_audit: 'false', npm_config_fund: 'false' } };

    const { stdout: packed } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      ...at,
      cwd: ROOT,
    });
    const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
    const [example] = blocksOf('README.md');
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    await writeFile(join(folder, 'index.ts'), example?.code ?? '');
    const others = ['rxjs', 'openai', 'typescript', '@types/node'].map(
      (name) => `${name}@${versions[name] ?? 'latest'}`,
    );
    await run('npm', ['install', '--prefer-offline', `./${filename}`, ...others], at);
    await run('npx', ['tsc'], at);
    const { stdout } = await run(process.execPath, ['dist/index.js'], {
      ...at,
      env: { ...at.env, OPENAI_API_KEY: 'a-key', OPENAI_BASE_URL: server.url },
    });

    expect(stdout.trim().split('\n')).toEqual(['Great phone. positive', 'It broke in a week. negative']);
    expect(server.stats().requests).toBe(1);
  },
);
