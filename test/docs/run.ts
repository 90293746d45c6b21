import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../scripts/pages/entries.js';

const run = promisify(execFile);

/** The packages that a program imports: `rxjs-llm`, `@scope/name`. */
function packagesOf(code: string): ReadonlySet<string> {
  const names = Array.from(code.matchAll(/ from '(@[^/']+\/[^/']+|[^@./'][^/']*)/g), ([, name = '']) => name);
  return new Set(names.filter((name) => !name.startsWith('node:')));
}

/**
 * Runs a program as its reader would: in a folder of its own, with the built package, against a server that stands in for OpenAI.
 *
 * @returns what it has printed
 * @throws Error if it fails, with what it has said
 */
export async function runProgram(code: string, baseUrl: string): Promise<string> {
  if (!existsSync(`${ROOT}dist`)) throw new Error('there is no dist/: this test needs npm run build');
  const folder = await mkdtemp(join(tmpdir(), 'rxjs-llm-block-'));
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    await writeFile(join(folder, 'index.ts'), code);
    for (const name of packagesOf(code)) {
      const link = join(folder, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(name === 'rxjs-llm' ? ROOT : join(ROOT, 'node_modules', name), link, 'dir');
    }
    const env = { ...process.env, OPENAI_API_KEY: 'a-key', OPENAI_BASE_URL: baseUrl };
    const { stdout, stderr } = await run(process.execPath, ['index.ts'], { cwd: folder, env, timeout: 50_000 });
    if (stderr !== '') throw new Error(stderr);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
