import { type Command, CommanderError, InvalidArgumentError } from 'commander';
import { addProgress, positiveInteger, type ProgressMode } from '../input-arguments.js';
import { type ModelArguments, requireModel, setOption } from '../model-arguments.js';
import type { OutputOptions } from '../output.js';
import { addOutput, readOutput } from '../output-arguments.js';
import { requireHandles } from './submit-arguments.js';

/** What `rxjs-llm collect` is told. */
export interface CollectArguments extends ModelArguments, OutputOptions {
  readonly command: 'collect';
  /** A file, or `-` for stdin. */
  readonly handles: string;
  /** What the jobs were submitted of, where there is no folder beside the handles. */
  readonly input: string | undefined;
  readonly content: string | undefined;
  readonly key: string;
  readonly limit: number;
  readonly recordsPerRequest: number | undefined;
  /** Seconds between two polls of a job; `undefined` for waits that grow. */
  readonly poll: number | undefined;
  readonly progress: ProgressMode;
}

const EXAMPLES = `
Examples:
  $ rxjs-llm collect --model sentiment.json --handles reviews.handles --output results.jsonl
  $ rxjs-llm collect --model sentiment.json --handles reviews.handles --output results.jsonl --resume
  $ rxjs-llm collect --model sentiment.json --handles - --input reviews.jsonl < reviews.handles | jq .value

Exit status: 0 every record has a value; 3 finished, some records have errors, or are in no job; 2 wrong use, configuration, or a
fatal answer of the provider; 1 anything else.`;

/** Adds the command `collect`, whose arguments go to `take`. */
export function addCollect(program: Command, take: (args: CollectArguments) => void): void {
  const collect = program
    .command('collect')
    .description('waits for batch jobs, and writes one line a record')
    .option('--model <file>', 'JSON file with the options of the model, as for submit')
    .option('--handles <file>', 'handles that submit has written: a file, or - for stdin')
    .option('--input <file>', 'the records that were submitted, if the folder <handles>.d is not there')
    .option('--content <field>', 'as for submit, to ask again for what failed')
    .option('--key <field>', 'with --input: as for submit', 'id')
    .option('--limit <n>', 'with --input: as for submit', positiveInteger)
    .option('--records-per-request <n>', 'with --input: as for submit', positiveInteger)
    .option('--poll <seconds>', 'wait between two polls of a job (default: a minute, growing to ten)', readSeconds);
  addOutput(addProgress(collect))
    .addOption(setOption())
    .allowExcessArguments()
    .addHelpText('after', EXAMPLES)
    .action((options: Partial<CollectArguments>, command: Command) => {
      const model = requireModel(options.model, command.args);
      const handles = requireHandles(options.handles);
      const { input, content, limit = Infinity, recordsPerRequest, poll, set = {} } = options;
      const given = { ...(options as CollectArguments), ...readOutput(options), model, handles };
      if (input === undefined) requireNone(command, ['key', 'limit', 'recordsPerRequest']);
      if (input === '-' && handles === '-')
        throw new CommanderError(1, 'stdin', '--handles and --input cannot both be stdin');
      take({ ...given, input, content, limit, recordsPerRequest, poll, set, command: 'collect' });
    });
}

/** @throws CommanderError naming an option that says how to read an input that there is none of */
function requireNone(command: Command, names: readonly string[]): void {
  const given = command.options.find(
    (option) =>
      names.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given !== undefined) throw new CommanderError(1, 'input', `${given.long ?? given.flags} needs an --input`);
}

/** Longest time between two polls, in seconds: that of a timer. */
const MAX_SECONDS = 2_147_483;

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0.001 && seconds <= MAX_SECONDS))
    throw new InvalidArgumentError(`It must be a number of seconds from 0.001 to ${MAX_SECONDS}.`);
  return seconds;
}
