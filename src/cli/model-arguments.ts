import { CommanderError, InvalidArgumentError, Option } from 'commander';

/** What commands are told of their model. */
export interface ModelArguments {
  /** The model's file. */
  readonly model: string;
  /** By dotted name. */
  readonly set: Readonly<Record<string, string>>;
}

/** `--set <name=value>`, as all commands with a model have it. */
export function setOption(): Option {
  return new Option(
    '--set <name=value>',
    'option of the model in place of what the file says, such as batch.size=20; may be repeated',
  ).argParser(addSetting);
}

function addSetting(
  setting: string,
  settings: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be <dotted.name>=<value>.');
  return { ...settings, [name.trim()]: value };
}

/**
 * The file that `--model` names.
 *
 * @param excess - words without an option
 * @throws CommanderError if it is missing, or there are such words
 */
export function requireModel(model: string | undefined, excess: readonly string[]): string {
  // A word too many may be the rest of a key: it is counted, not shown.
  if (excess.length > 0)
    throw new CommanderError(
      1,
      'excess',
      `options need their names; ${excess.length} without (quote values with blanks)`,
    );
  if (model === undefined) throw new CommanderError(1, 'model', '--model <file> is missing');
  return model;
}
