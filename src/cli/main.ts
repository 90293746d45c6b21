#!/usr/bin/env node
import process from 'node:process';
import { type Arguments, parseArguments } from './arguments.js';
import { check } from './check.js';
import type { CheckArguments } from './check-arguments.js';
import { unexpected } from './ending.js';
import { CliError, EXIT, type ExitStatus } from './failure.js';
import { collect } from './job/collect.js';
import { submit } from './job/submit.js';
import { createProgress, type Progress } from './progress.js';
import { run } from './run.js';
import type { Surroundings } from './surroundings.js';

/** A launcher such as npx passes a Ctrl-C on to us, who got it from the terminal already: both are one. */
const SAME_KEY_PRESS_MS = 200;

// Who reads along may leave: what cannot be written then says so where it is written.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.exitCode = await main(process.argv.slice(2));

/** Those of commands that go on for a while. */
type LongArguments = Exclude<Arguments, CheckArguments>;

async function main(argv: readonly string[]): Promise<ExitStatus> {
  let progress = createProgress('none', process.stderr, false);
  try {
    const args = parseArguments(argv);
    if (typeof args === 'string') {
      process.stdout.write(args);
      return EXIT.complete;
    }
    if (args.command === 'models check') return await check(args, process);
    const isShared = (args.command === 'submit' ? args.handles : args.output) === '-' && process.stdout.isTTY;
    progress = createProgress(args.progress, process.stderr, isShared);
    return await runUntilSignal(args, progress);
  } catch (error) {
    const failure = error instanceof CliError ? error : unexpected(error);
    progress.finish(undefined, failure);
    return failure.status;
  }
}

async function runUntilSignal(args: LongArguments, progress: Progress): Promise<ExitStatus> {
  const { stdin, stdout, env } = process;
  const stop = new AbortController();
  let stoppedAt = 0;
  const onSignal = (): void => {
    if (!stop.signal.aborted) {
      stoppedAt = performance.now();
      progress.note('stopping: what is finished is being written; once more ends it at once');
      stop.abort();
    } else if (performance.now() - stoppedAt > SAME_KEY_PRESS_MS) process.exit(EXIT.unexpected);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const wanted = wantedFromStdin(args);
  if (wanted !== null && stdin.isTTY) progress.note(`reads ${wanted} from the terminal: end them with Ctrl-D`);
  return start(args, { env, stdin, stdout, progress, stop: stop.signal });
}

function wantedFromStdin(args: LongArguments): 'records' | 'handles' | null {
  if (args.command === 'collect' && args.handles === '-') return 'handles';
  return args.input === '-' ? 'records' : null;
}

function start(args: LongArguments, around: Surroundings): Promise<ExitStatus> {
  switch (args.command) {
    case 'run':
      return run(args, around);
    case 'submit':
      return submit(args, around);
    case 'collect':
      return collect(args, around);
  }
}
