import type { Command } from 'commander';
import { addInput, addProgress, type InputArguments, type ProgressMode } from './input-arguments.js';
import { type ModelArguments, requireModel, setOption } from './model-arguments.js';
import type { OutputOptions } from './output.js';
import { addOutput, readOutput } from './output-arguments.js';

/** What `rxjs-llm run` is told. */
export interface RunArguments extends InputArguments, ModelArguments, OutputOptions {
  readonly command: 'run';
  readonly progress: ProgressMode;
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
  addOutput(addProgress(addInput(command)))
    .addOption(setOption())
    .allowExcessArguments()
    .addHelpText('after', EXAMPLES)
    .action((options: Partial<RunArguments>, { args }: Command) => {
      const model = requireModel(options.model, args);
      const { content, set = {}, limit = Infinity, strict = false } = options;
      const all = { ...(options as RunArguments), ...readOutput(options), model, content, set, limit, strict };
      take({ ...all, command: 'run' });
    });
}
