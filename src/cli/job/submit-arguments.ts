import { type Command, CommanderError } from 'commander';
import { addInput, addProgress, type InputArguments, positiveInteger, type ProgressMode } from '../input-arguments.js';
import { type ModelArguments, requireModel, setOption } from '../model-arguments.js';

/** What `rxjs-llm submit` is told. */
export interface SubmitArguments extends InputArguments, ModelArguments {
  readonly command: 'submit';
  /** A file, or `-` for stdout. */
  readonly handles: string;
  /** `undefined` leaves it to the model's `batch.size`. */
  readonly recordsPerRequest: number | undefined;
  /** `undefined` leaves it to the provider's limit. */
  readonly requestsPerJob: number | undefined;
  readonly progress: ProgressMode;
  readonly resume: boolean;
}

const EXAMPLES = `
Examples:
  $ rxjs-llm submit --model sentiment.json --input reviews.jsonl --handles reviews.handles
  $ rxjs-llm submit --model sentiment.json --input reviews.jsonl --handles reviews.handles --records-per-request 20 --resume
  $ rxjs-llm collect --model sentiment.json --handles reviews.handles --output results.jsonl

Exit status: 0 every record is in a job; 3 finished, some records cannot be in one; 2 wrong use, configuration, or a fatal answer
of the provider; 1 anything else.`;

/** Adds the command `submit`, whose arguments go to `take`. */
export function addSubmit(program: Command, take: (args: SubmitArguments) => void): void {
  const command = program
    .command('submit')
    .description('submits the records of a file as batch jobs, and writes a handle a job')
    .option('--model <file>', 'JSON file with the options of the model, under their dotted names');
  addProgress(addInput(command))
    .option('--handles <file>', 'handles: a file, with a folder <file>.d beside it for the records; or - for stdout')
    .option(
      '--records-per-request <n>',
      "records in a line of a job (default: the model's batch.size)",
      positiveInteger,
    )
    .option('--requests-per-job <n>', 'most lines of a job (default: what the provider takes)', positiveInteger)
    .addOption(setOption())
    .option('--resume', 'carry an earlier submission on: what is in a job already is not submitted again')
    .allowExcessArguments()
    .addHelpText('after', EXAMPLES)
    .action((options: Partial<SubmitArguments>, { args }: Command) => {
      const model = requireModel(options.model, args);
      const { content, set = {}, limit = Infinity, resume = false, strict = false } = options;
      const { recordsPerRequest, requestsPerJob } = options;
      const handles = requireHandles(options.handles);
      const all = { ...(options as SubmitArguments), model, handles, content, set, limit, strict, resume };
      if (resume && handles === '-') throw new CommanderError(1, 'resume', '--resume needs a --handles file');
      take({ ...all, recordsPerRequest, requestsPerJob, command: 'submit' });
    });
}

/** @throws CommanderError if there are none */
export function requireHandles(handles: string | undefined): string {
  if (handles === undefined) throw new CommanderError(1, 'handles', '--handles <file> is missing');
  return handles;
}
