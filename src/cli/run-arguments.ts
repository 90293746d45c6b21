import { type Command, CommanderError, Option } from 'commander';
import { addInput, addProgress, type InputArguments, type ProgressMode } from './input-arguments.js';
import { requireModel, setOption } from './model-arguments.js';

/** What `rxjs-llm run` is told. */
export interface RunArguments extends InputArguments {
  readonly command: 'run';
  readonly model: string;
  readonly output: string;
  /** By dotted name. */
  readonly set: Readonly<Record<string, string>>;
  readonly progress: ProgressMode;
  readonly resume: boolean;
  readonly overwrite: boolean;
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
  const command = program
    .command('run')
    .description('asks a model for each record of a file, and writes one line a record')
    .option('--model <file>', 'JSON file with the options of the model, under their dotted names');
  addProgress(addInput(command))
    .option('--output <file>', 'outcomes: a JSON Lines file, or - for stdout', '-')
    .addOption(setOption())
    .addOption(new Option('--resume', 'carry an earlier output on: what has a value is skipped').conflicts('overwrite'))
    .option('--overwrite', 'replace an earlier output')
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
