import { type Command, CommanderError, Option } from 'commander';
import type { OutputOptions } from './output.js';

/** Adds the options of a command that writes outcomes. */
export function addOutput(command: Command): Command {
  return command
    .option('--output <file>', 'outcomes: a JSON Lines file, or - for stdout', '-')
    .addOption(new Option('--resume', 'carry an earlier output on: what has a value is skipped').conflicts('overwrite'))
    .option('--overwrite', 'replace an earlier output');
}

/** @throws CommanderError if there is nothing that could be carried on */
export function readOutput({ output = '-', resume = false, overwrite = false }: Partial<OutputOptions>): OutputOptions {
  if (resume && output === '-') throw new CommanderError(1, 'resume', '--resume needs an --output file');
  return { output, resume, overwrite };
}
