import { createRequire } from 'node:module';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { OPTIONS } from '../model/options.js';
import { CliError, EXIT } from './failure.js';

/** How a run reports on stderr. */
export type ProgressMode = 'auto' | 'none' | 'json';

/** What `rxjs-llm run` is told. */
export interface RunArguments {
  readonly model: string;
  readonly input: string;
  readonly output: string;
  /** `undefined` leaves it to the model. */
  readonly content: string | undefined;
  readonly key: string;
  /** By dotted name. */
  readonly set: Readonly<Record<string, string>>;
  readonly progress: ProgressMode;
  readonly resume: boolean;
  readonly overwrite: boolean;
  readonly limit: number;
  readonly strict: boolean;
}

const EXAMPLES = `
Examples:
  $ rxjs-llm run --model sentiment.json --input reviews.jsonl --output results.jsonl
  $ rxjs-llm run --model sentiment.json --input reviews.csv --output results.jsonl --key asin --content '{{title}}: {{body}}'
  $ rxjs-llm run --model sentiment.json --input reviews.jsonl --output results.jsonl --resume
  $ head -n 40 reviews.jsonl | rxjs-llm run --model sentiment.json --set batch.size=20 | jq .value

Exit status: 0 every record has a value; 3 finished, some records have errors; 2 wrong use, configuration, or a fatal answer
of the provider; 1 anything else.`;

/**
 * Reads the command line. For `--help` and `--version` it gives the text that was asked for.
 *
 * @param argv - without the program's own name
 * @throws CliError in one line that says what to do; no value of an option is repeated in it, it may be a key
 */
export function parseArguments(argv: readonly string[]): RunArguments | string {
  let text = '';
  let parsed: RunArguments | undefined;
  const show = (part: string): void => {
    text += part;
  };
  const program = new Command('rxjs-llm')
    .description('Runs records through a large language model: many records a call, one outcome a record.')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: show, writeErr: () => undefined })
    .addHelpText('after', EXAMPLES);
  addRun(program, (options) => {
    parsed = options;
  });
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return text;
    throw new CliError(EXIT.misuse, oneLine(error), { cause: error });
  }
  return parsed ?? text;
}

function addRun(program: Command, take: (options: RunArguments) => void): void {
  program
    .command('run')
    .description('asks a model for each record of a file, and writes one line a record')
    .option('--model <file>', 'JSON file with the options of the model, under their dotted names')
    .option('--input <file>', 'records: a JSON Lines or .csv file, or - for JSON Lines from stdin', '-')
    .option('--output <file>', 'outcomes: a JSON Lines file, or - for stdout', '-')
    .option(
      '--content <field>',
      "what the model reads of a record: a field, or a template such as '{{title}}: {{body}}' (default: the model's record.content, or text)",
    )
    .option('--key <field>', 'field that names a record in the output; without it, the number of its line', 'id')
    .addOption(
      new Option(
        '--set <name=value>',
        'option of the model for this run, such as batch.size=20; may be repeated',
      ).argParser(addSetting),
    )
    .addOption(
      new Option('--progress <mode>', 'bar on a terminal, nothing, or JSON Lines on stderr')
        .choices(['auto', 'none', 'json'])
        .default('auto'),
    )
    .addOption(new Option('--resume', 'carry an earlier output on: what has a value is skipped').conflicts('overwrite'))
    .option('--overwrite', 'replace an earlier output')
    .option('--limit <n>', 'read the first n records only', readLimit)
    .option('--strict', 'stop at the first malformed line instead of writing it as an error')
    .allowExcessArguments()
    .addHelpText('after', EXAMPLES)
    .action((options: Partial<RunArguments>, command: Command) => {
      // A word too many may be the rest of a key: it is counted, not shown.
      if (command.args.length > 0)
        throw new CommanderError(
          1,
          'excess',
          `options need their names; ${command.args.length} without (quote values with blanks)`,
        );
      if (options.model === undefined) throw new CommanderError(1, 'model', '--model <file> is missing');
      const { content, set = {}, limit = Infinity } = options;
      const { resume = false, overwrite = false, strict = false } = options;
      const all = { ...(options as RunArguments), content, set, limit, resume, overwrite, strict };
      if (resume && all.output === '-') throw new CommanderError(1, 'resume', '--resume needs an --output file');
      take(all);
    });
}

function addSetting(
  setting: string,
  settings: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be <dotted.name>=<value>.');
  return { ...settings, [name.trim()]: value };
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidArgumentError('It must be an integer from 1.');
  return limit;
}

/** Commander's message in one line, without what was given as a value. */
function oneLine({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'name a command: rxjs-llm run --model <file>; see rxjs-llm --help';
  const said = message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  if (code === 'commander.invalidArgument')
    return said.replace(/option '(--[\w-]+)[^']*' argument '.*' is invalid\./s, '$1 is given a wrong value:');
  if (code !== 'commander.unknownOption') return `${said}; see rxjs-llm run --help`;
  const [, name = ''] = /'--?([^'=]*)/.exec(said) ?? [];
  const hint = /\(Did you mean .*\)/.exec(said)?.[0] ?? '(see rxjs-llm run --help)';
  const known = Object.hasOwn(OPTIONS, name) ? `(options of the model are given as --set ${name}=<value>)` : hint;
  return `unknown option '--${name}' ${known}`;
}

/** The package names itself, wherever it is installed. */
function version(): string {
  return (createRequire(import.meta.url)('rxjs-llm/package.json') as { readonly version: string }).version;
}
