import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { OPTIONS } from '../model/options.js';
import { addModels, type CheckArguments } from './check-arguments.js';
import { CliError, EXIT } from './failure.js';
import { addCollect, type CollectArguments } from './job/collect-arguments.js';
import { addSubmit, type SubmitArguments } from './job/submit-arguments.js';
import { addRun, type RunArguments } from './run-arguments.js';

/** What a command is told. */
export type Arguments = RunArguments | SubmitArguments | CollectArguments | CheckArguments;

const EXAMPLES = `
Examples:
  $ rxjs-llm models check --model sentiment.json --ping
  $ rxjs-llm run --model sentiment.json --input reviews.jsonl --output results.jsonl
  $ rxjs-llm submit --model sentiment.json --input reviews.jsonl --handles reviews.handles
  $ rxjs-llm collect --model sentiment.json --handles reviews.handles --output results.jsonl`;

/**
 * Reads the command line. For `--help` and `--version` it gives the text that was asked for.
 *
 * @param argv - without the program's own name
 * @throws CliError in one line that says what to do; no value of an option is repeated in it, it may be a key
 */
export function parseArguments(argv: readonly string[]): Arguments | string {
  let text = '';
  let parsed: Arguments | undefined;
  const show = (part: string): void => {
    text += part;
  };
  const take = (args: Arguments): void => {
    parsed = args;
  };
  const program = new Command('rxjs-llm')
    .description('Runs records through a large language model: many records a call, one outcome a record.')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: show, writeErr: () => undefined })
    .addHelpText('after', EXAMPLES);
  addRun(program, take);
  addSubmit(program, take);
  addCollect(program, take);
  addModels(program, take);
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return text;
    const command = argv[0] === 'models' ? 'models check' : (COMMANDS.find((name) => name === argv[0]) ?? 'run');
    throw new CliError(EXIT.misuse, oneLine(error, command), { cause: error });
  }
  return parsed ?? text;
}

const COMMANDS = ['run', 'submit', 'collect'];

/** Commander's message in one line, without what was given as a value. */
function oneLine({ code, message }: CommanderError, command: string): string {
  if (code === 'commander.help') return `name a command: rxjs-llm ${command} --model <file>; see rxjs-llm --help`;
  const said = message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  if (code === 'commander.invalidArgument')
    return said.replace(/option '(--[\w-]+)[^']*' argument '.*' is invalid\./s, '$1 is given a wrong value:');
  if (code !== 'commander.unknownOption') return `${said}; see rxjs-llm ${command} --help`;
  const [, name = ''] = /'--?([^'=]*)/.exec(said) ?? [];
  const hint = /\(Did you mean .*\)/.exec(said)?.[0] ?? `(see rxjs-llm ${command} --help)`;
  const known = Object.hasOwn(OPTIONS, name) ? `(options of the model are given as --set ${name}=<value>)` : hint;
  return `unknown option '--${name}' ${known}`;
}

/** The package names itself, wherever it is installed. */
function version(): string {
  return (createRequire(import.meta.url)('rxjs-llm/package.json') as { readonly version: string }).version;
}
