/** The application in `examples/angular`, as an outside project would have it: with the packed library among what it has installed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const APPLICATION = `${ROOT}examples/angular`;

/** Where `ng build` writes the page. */
export const PAGE = `${APPLICATION}/dist`;

/**
 * Packs the built library, and installs what the application needs. Its lockfile knows all of that but the library, whose tarball
 * differs with each build.
 */
export async function installApplication(): Promise<void> {
  if (!existsSync(`${ROOT}dist`)) throw new Error('there is no dist/: this needs npm run build');
  const vendor = `${APPLICATION}/vendor`;
  await mkdir(vendor, { recursive: true });
  const packed = await run(ROOT, 'npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', vendor]);
  const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
  await rename(`${vendor}/${filename}`, `${vendor}/rxjs-llm.tgz`);
  // npm takes what has the same version for the same.
  await rm(`${APPLICATION}/node_modules/rxjs-llm`, { recursive: true, force: true });
  const quick = ['--no-save', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run(APPLICATION, 'npm', ['install', ...quick]);
}

/** Builds the page into {@link PAGE}. */
export async function buildApplication(): Promise<void> {
  await run(APPLICATION, process.execPath, ['node_modules/@angular/cli/bin/ng.js', 'build']);
}

/** Runs the application's own tests. @returns what they say */
export async function testApplication(): Promise<string> {
  return run(APPLICATION, process.execPath, ['node_modules/@angular/cli/bin/ng.js', 'test', '--watch=false']);
}

/** @returns what the program writes to its output. @throws Error with all that it says, if it fails */
async function run(folder: string, program: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, NG_CLI_ANALYTICS: 'false', NO_COLOR: '1', FORCE_COLOR: undefined };
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text));
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(status)}:\n${all}`);
  return output;
}
