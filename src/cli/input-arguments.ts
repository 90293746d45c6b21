import { type Command, InvalidArgumentError, Option } from 'commander';

/** How a command reports on stderr. */
export type ProgressMode = 'auto' | 'none' | 'json';

/** What commands are told of their input. */
export interface InputArguments {
  readonly input: string;
  /** `undefined` leaves it to the model. */
  readonly content: string | undefined;
  readonly key: string;
  readonly limit: number;
  readonly strict: boolean;
}

/** Adds the options of a command that reads records. */
export function addInput(command: Command): Command {
  return command
    .option('--input <file>', 'records: a JSON Lines or .csv file, or - for JSON Lines from stdin', '-')
    .option(
      '--content <field>',
      "what the model reads of a record: a field, or a template such as '{{title}}: {{body}}' (default: the model's record.content, or text)",
    )
    .option('--key <field>', 'field that names a record in the output; without it, the number of its line', 'id')
    .option('--limit <n>', 'read the first n records only', positiveInteger)
    .option('--strict', 'stop at the first malformed line instead of writing it as an error');
}

/** Adds `--progress`. */
export function addProgress(command: Command): Command {
  return command.addOption(
    new Option('--progress <mode>', 'bar on a terminal, nothing, or JSON Lines on stderr')
      .choices(['auto', 'none', 'json'])
      .default('auto'),
  );
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be an integer from 1.');
  return value;
}
