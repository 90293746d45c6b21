import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parseArguments } from '../../src/cli/arguments.js';
import { check } from '../../src/cli/check.js';
import type { CheckArguments } from '../../src/cli/check-arguments.js';
import { createProgress } from '../../src/cli/progress.js';
import { run } from '../../src/cli/run.js';
import type { RunArguments } from '../../src/cli/run-arguments.js';
import { workplace } from './cli.js';

/** Runs the command line in this process, from a stream to streams: without a file, a signal or a clock of its own. */
export async function startRun(
  model: Readonly<Record<string, unknown>>,
  stdin: Readable,
  ...settings: readonly string[]
) {
  const place = await workplace(model, '');
  const sets = settings.flatMap((setting) => ['--set', setting]);
  const args = parseArguments(['run', '--model', place.model, ...sets]);
  const stop = new AbortController();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const progress = createProgress('none', stderr, false);
  const ended = run(args as RunArguments, { env: {}, stdin, stdout, progress, stop: stop.signal }).finally(() => {
    stdout.end();
    stderr.end();
  });
  return { stop, stdout, stderr, ended };
}

/** Checks a model in this process, and gives all that is said: on stdout, on stderr, and by an error. */
export async function saidByCheck(
  model: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Promise<string> {
  const place = await workplace(model, '');
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const args = parseArguments(place.check(...more)) as CheckArguments;
  const error = await check(args, { env, stdout, stderr }).then(() => '', String);
  return [await text(stdout.end()), await text(stderr.end()), error].join('\n');
}
