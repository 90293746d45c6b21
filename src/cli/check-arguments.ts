import type { Command } from 'commander';
import { type ModelArguments, requireModel, setOption } from './model-arguments.js';

/** What `rxjs-llm models check` is told. */
export interface CheckArguments extends ModelArguments {
  readonly command: 'models check';
  /** Whether the model is asked, once. */
  readonly ping: boolean;
  readonly json: boolean;
}

const EXAMPLES = `
Examples:
  $ rxjs-llm models check --model sentiment.json
  $ rxjs-llm models check --model sentiment.json --set base.url=http://localhost:11434/v1 --ping

Exit status: 0 the model is valid, and has answered if it was asked; 2 it is not, or has not; 1 anything else.`;

/** Adds the command `models check`, whose arguments go to `take`. */
export function addModels(program: Command, take: (args: CheckArguments) => void): void {
  program
    .command('models')
    .description('looks at models')
    .command('check')
    .description('prints the options of a model and where they come from, and sends nothing unless told to')
    .option('--model <file>', 'JSON file with the options of the model, under their dotted names')
    .addOption(setOption())
    .option('--ping', 'ask the model about one small record, once, and say what comes back')
    .option('--json', 'print one JSON object')
    .allowExcessArguments()
    .addHelpText('after', EXAMPLES)
    .action((options: Partial<CheckArguments>, { args }: Command) => {
      const model = requireModel(options.model, args);
      const { set = {}, ping = false, json = false } = options;
      take({ command: 'models check', model, set, ping, json });
    });
}
