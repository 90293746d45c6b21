import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import type { StandInServer } from '../../src/testing/server.js';

const BIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** What a process of the command line came to. */
export interface CliResult {
  /** `null` if it was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly args: readonly string[];
  /** What it finds in its environment besides the PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from stdin. @defaultValue nothing */
  readonly stdin?: string | Buffer;
  /** Whether stdin stays open after that. @defaultValue false */
  readonly isOpen?: boolean;
  /** Whether anybody reads what it writes to stdout. @defaultValue true */
  readonly isRead?: boolean;
  /** Options for Node, in front of the script. */
  readonly node?: readonly string[];
}

/** A process of the command line while it runs. */
export interface CliProcess {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
}

/** Starts the built command line, as a user would. */
export function startCli({
  args,
  env = {},
  stdin = '',
  isOpen = false,
  isRead = true,
  node = [],
}: CliOptions): CliProcess {
  if (!existsSync(BIN)) throw new Error('there is no dist/: the tests of the command line need npm run build');
  const child = spawn(process.execPath, [...node, BIN, ...args], { env: { PATH: process.env.PATH, ...env } });
  children.push(child);
  // A command line that does not read leaves a broken pipe behind.
  child.stdin.on('error', () => undefined).write(stdin);
  if (!isOpen) child.stdin.end();
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  // A test may leave while the command line still writes.
  const stdoutText = isRead ? text(child.stdout).catch(() => '') : '';
  const result = Promise.all([ended, stdoutText, text(child.stderr)]).then(([status, stdout, stderr]) => ({
    status,
    stdout,
    stderr,
  }));
  return { child, result };
}

export function runCli(options: CliOptions): Promise<CliResult> {
  return startCli(options).result;
}

/** Makes packages look as if they were not installed: for {@link CliOptions.node}. */
export function without(...names: string[]): string[] {
  const source = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (!${JSON.stringify(names)}.some((missing) => (name + '/').startsWith(missing + '/'))) return next(name, context);
      throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
    } });`;
  return ['--import', `data:text/javascript,${encodeURIComponent(source)}`];
}

/** A new folder, which is removed after the test. */
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rxjs-llm-cli-'));
  folders.push(folder);
  return folder;
}

/** A folder with a model file for a server, an input, and a place for the output. */
export interface Workplace {
  readonly folder: string;
  readonly model: string;
  readonly input: string;
  readonly output: string;
  /** `run --model … --input … --output …`, and what is given besides. */
  args(...more: readonly string[]): string[];
  /** `models check --model …`, and what is given besides. */
  check(...more: readonly string[]): string[];
  /** The lines that are in the output. */
  outcomes(): Promise<OutputLine[]>;
}

export interface OutputLine {
  readonly key: string | number;
  readonly record: unknown;
  readonly value: unknown;
  readonly error: null | { readonly code: string; readonly message: string; readonly attempts: number };
}

/** The model of most tests: sentiment, by a server that keeps to the schema. */
export function sentimentModel(baseUrl: string): Readonly<Record<string, unknown>> {
  return {
    provider: 'http',
    model: 'any',
    'base.url': baseUrl,
    'api.key': 'secret-key-of-the-test',
    'system.prompt': 'Classify the sentiment.',
    'response.schema': { type: 'string', enum: ['positive', 'negative'] },
    'response.structured': 'json_schema',
    // A slow machine must not tear batches apart.
    'batch.timeout.ms': '60000',
  };
}

/** Every provider that a model file may name. */
export const PROVIDERS = ['openai', 'openai-responses', 'azure', 'anthropic', 'http'];

/** The same model by any of the providers. */
export function modelBy(
  provider: string,
  server: Pick<StandInServer, 'url' | 'origin'>,
): Readonly<Record<string, unknown>> {
  const isAtOrigin = provider === 'azure' || provider === 'anthropic';
  const structured = provider === 'http' ? 'json_schema' : 'auto';
  const model = sentimentModel(isAtOrigin ? server.origin : server.url);
  return { ...model, provider, 'response.structured': structured };
}

export async function workplace(
  model: Readonly<Record<string, unknown>>,
  input: string | Buffer,
  inputName = 'input.jsonl',
): Promise<Workplace> {
  const folder = await newFolder();
  const files = {
    model: join(folder, 'model.json'),
    input: join(folder, inputName),
    output: join(folder, 'output.jsonl'),
  };
  await writeFile(files.model, JSON.stringify(model));
  await writeFile(files.input, input);
  return {
    folder,
    ...files,
    args: (...more) => ['run', '--model', files.model, '--input', files.input, '--output', files.output, ...more],
    check: (...more) => ['models', 'check', '--model', files.model, ...more],
    outcomes: async () => parseLines(await readFile(files.output, 'utf8')) as OutputLine[],
  };
}

export function jsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

export function parseLines(lines: string): unknown[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

/** The whole lines of a file; none if there is no file yet. */
export async function linesIn(file: string): Promise<number> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').length - 1;
}

export interface Review {
  readonly id: string;
  readonly text: string;
}

/** Records `r1`, `r2` … whose sentiment the lexicon knows: every third one is negative. */
export function reviews(count: number): Review[] {
  return Array.from({ length: count }, (_, position) => ({
    id: `r${position + 1}`,
    text: position % 3 === 0 ? `Number ${position + 1} is terrible.` : `Number ${position + 1} is wonderful.`,
  }));
}

/** Resolves once `holds` does; the test's own timeout bounds it. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
