import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Place } from './files.js';
import type { JobCommand, Moment } from './plan.js';

const BIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly status: number | null; readonly stderr: string }>;
}

/** How a process is started. */
export interface Start {
  readonly command: JobCommand;
  /** Whether it carries on what others have begun. */
  readonly resume: boolean;
  /** Lines that it reads at stdin, and then no more comes; `undefined` for the file. A part of a line is torn off. */
  readonly fed?: number | undefined;
}

/** Starts the built command line. */
export function startProcess(place: Place, moment: Moment, { command, resume, fed }: Start): CliProcess {
  if (!existsSync(BIN)) throw new Error('there is no dist/: the crash test needs npm run build');
  const args = [...argsOf(command, place, moment, fed !== undefined), ...(resume ? ['--resume'] : [])];
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: `${place.folder}/../compiled` };
  const child = spawn(process.execPath, [BIN, ...args], { env, stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.on('error', () => undefined);
  if (fed === undefined) child.stdin.end();
  else child.stdin.write(beginning(place, fed));
  const exited = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const ended = Promise.all([exited, text(child.stderr)]).then(([status, stderr]) => ({ status, stderr }));
  return { child, ended };
}

function argsOf(
  command: JobCommand,
  { model, input, handles, output }: Place,
  { recordsPerRequest, requestsPerJob }: Moment,
  isFed: boolean,
): readonly string[] {
  const common = [command, '--model', model, '--handles', handles];
  if (command === 'collect') return [...common, '--output', output, '--poll', '0.05'];
  const sizes = ['--records-per-request', String(recordsPerRequest), '--requests-per-job', String(requestsPerJob)];
  return [...common, '--input', isFed ? '-' : input, ...sizes];
}

/** So many lines of the input, and a part of the next. */
function beginning({ input }: Place, lines: number): string {
  const all = readFileSync(input, 'utf8').split('\n');
  return `${all.slice(0, lines).join('\n')}${lines > 0 ? '\n' : ''}${(all[lines] ?? '').slice(0, 5)}`;
}
