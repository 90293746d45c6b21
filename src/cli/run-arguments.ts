import { type Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { requireModel, setOption } from './model-arguments.js';

/** How a run reports on stderr. */
export type ProgressMode = 'auto' | 'none' | 'json';

/** What `rxjs-llm run` is told. */
export interface RunArguments {
  readonly command: 'run';
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

/** Adds the command `run`, whose arguments go to `take`. */
export function addRun(program: Command, take: (args: RunArguments) => void): void {
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
    .addOption(setOption())
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
    .action((options: Partial<RunArguments>, { args }: Command) => {
      const model = requireModel(options.model, args);
      const { content, set = {}, limit = Infinity } = options;
      const { resume = false, overwrite = false, strict = false } = options;
      const all = { ...(options as RunArguments), model, content, set, limit, resume, overwrite, strict };
      if (resume && all.output === '-') throw new CommanderError(1, 'resume', '--resume needs an --output file');
      take({ ...all, command: 'run' });
    });
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidArgumentError('It must be an integer from 1.');
  return limit;
}
