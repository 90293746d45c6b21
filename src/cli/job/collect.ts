import {
  concat,
  defer,
  EMPTY,
  filter,
  from,
  mergeMap,
  type Observable,
  type OperatorFunction,
  pipe,
  takeUntil,
} from 'rxjs';
import { jobResults } from '../../../operators/jobResults.js';
import { parseIndexed } from '../../../operators/parseIndexed.js';
import { pollUntilDone, type PollUntilDoneOptions } from '../../../operators/pollUntilDone.js';
import { errorLast } from '../../flow/errorLast.js';
import { countingResults } from '../../job/spending.js';
import { jobPrice } from '../../model/operator-options.js';
import { Budget } from '../../provider/budget.js';
import type { JobHandle, JobProvider } from '../../types/job.js';
import type { Outcome } from '../../types/outcome.js';
import { aborted, failureOf } from '../ending.js';
import { CliError, EXIT, type ExitStatus } from '../failure.js';
import { type LoadedModel, loadModel, readModelFile } from '../model-file.js';
import { fileId, openOutput, type Output } from '../output.js';
import { outputLine, writtenError } from '../output-line.js';
import type { Surroundings } from '../surroundings.js';
import { askAgain } from './ask-again.js';
import type { CollectArguments } from './collect-arguments.js';
import { Collection } from './collection.js';
import { filesIn, folderOf, isThere, readFolder, type Submitted } from './folder.js';
import { readHandles } from './handles.js';
import type { JobRecord } from './job-record.js';
import { jobsOf } from './provider.js';
import { promptsOfLines } from './prompts.js';
import { requireSubmitted } from './require-submitted.js';
import { replay } from './replay.js';

/**
 * Waits for the jobs of some handles, and writes one line a record.
 *
 * @returns the exit status of a collection that has begun; it has been reported
 * @throws CliError if it cannot begin
 */
export async function collect(args: CollectArguments, around: Surroundings): Promise<ExitStatus> {
  const { model: file, set, content } = args;
  const loaded = await loadModel({ file, set, content, written: await readModelFile(file) }, around.env);
  const jobs = await jobsOf(loaded, file);
  const handles = await readHandles(args.handles, around.stdin, around.stop);
  const submitted = await submittedOf(args, loaded, jobs, around);
  try {
    await requireSubmitted(handles, jobs, submitted);
    const output = await openOutput(args, await sourcesOf(args), around.stdout);
    return await collected({ args, loaded, jobs, handles, submitted, output }, around);
  } finally {
    await submitted.close();
  }
}

/** What the jobs were made of: by the folder beside the handles, or by the input. */
async function submittedOf(
  args: CollectArguments,
  loaded: LoadedModel,
  jobs: JobProvider,
  around: Surroundings,
): Promise<Submitted> {
  const { handles, input } = args;
  const folder = folderOf(handles);
  if (handles !== '-' && (await isThere(folder))) {
    if (input === undefined) return readFolder(folder);
    throw new CliError(EXIT.misuse, `--input is not needed: ${folder} has the records that were submitted`);
  }
  if (input === undefined) {
    const missing = handles === '-' ? 'handles from stdin name no records' : `there is no folder ${folder}`;
    throw new CliError(EXIT.misuse, `${missing}: name the --input that was submitted`);
  }
  if (loaded.model.options.recordIds === 'nonce')
    throw new CliError(EXIT.misuse, `record.ids nonce needs the folder <handles>.d, which keeps the nonces`);
  return replay({ ...args, input }, loaded, jobs, around);
}

/** The files that are read, by what they are: none of them may be the output. */
async function sourcesOf({ handles, input, model }: CollectArguments): Promise<Record<string, string | undefined>> {
  const files = { handles, input, model, ...filesIn(folderOf(handles)) };
  const ids = Object.entries(files).map(async ([name, file]) => [
    name,
    file === undefined || file === '-' ? undefined : await fileId(file),
  ]);
  return Object.fromEntries(await Promise.all(ids)) as Record<string, string | undefined>;
}

interface Parts {
  readonly args: CollectArguments;
  readonly loaded: LoadedModel;
  readonly jobs: JobProvider;
  readonly handles: readonly JobHandle[];
  readonly submitted: Submitted;
  readonly output: Output;
}

async function collected(parts: Parts, { progress, stop }: Surroundings): Promise<ExitStatus> {
  const { args, loaded, handles, submitted, output } = parts;
  const collection = new Collection(handles);
  if (args.resume) skipAnswered(submitted, output, collection);
  progress.start(collection);
  const failure = await failureOf(linesWritten(parts, collection, stop), loaded.veil);
  const ended = failure ?? (stop.aborted ? interrupted(args) : undefined);
  await output.close({ keepEmpty: ended === undefined });
  const left = submitted.catalog.size - collection.done.size;
  progress.finish(collection.closing({ finished: ended === undefined, output: output.name, left }), ended);
  return ended?.status ?? (collection.totals.failures === 0 && left === 0 ? EXIT.complete : EXIT.incomplete);
}

/** Records that have a value in the output are neither written nor asked again. */
function skipAnswered({ catalog }: Submitted, { answered }: Output, { done, totals }: Collection): void {
  for (let slot = 0; slot < catalog.size; slot++) {
    const record = catalog.at(slot);
    if (record === undefined || !answered.take(record)) continue;
    done.add(slot);
    totals.skip(record);
  }
}

/** Completes when each record of the jobs has its line, or when `stop` is aborted and what was finished has. */
function linesWritten(parts: Parts, collection: Collection, stop: AbortSignal): Observable<unknown> {
  const { loaded, submitted, output } = parts;
  const { done, totals } = collection;
  const write = (outcome: Outcome<JobRecord, unknown>) => {
    const { slot } = outcome.record;
    // A fatal answer ends the run: records that it left unanswered get no line, so that they are asked when it is carried on.
    if (outcome.error?.kind === 'fatal' || done.has(slot)) return EMPTY;
    done.add(slot);
    const error = writtenError(outcome, loaded.veil);
    return output.write(outputLine(outcome, error)).then(() => {
      totals.written(outcome, error);
    });
  };
  return concat(
    from(parts.handles).pipe(outcomesOf(parts, collection), takeUntil(aborted(stop)), errorLast(mergeMap(write))),
    defer(() => (stop.aborted ? EMPTY : refusalsWritten(submitted, output, collection))),
  );
}

/** The outcome of each record of the jobs. */
function outcomesOf(
  { args, loaded: { model }, jobs, submitted }: Parts,
  collection: Collection,
): OperatorFunction<JobHandle, Outcome<JobRecord, unknown>> {
  const { format, price } = model.operatorOptions();
  const budget = new Budget(model.options.budgetMaxCost ?? Infinity);
  const events = countingResults(budget, collection);
  return pipe(
    pollUntilDone(jobs, { ...pollsOf(args), events }),
    jobResults(jobs, { prompts: promptsOfLines(submitted, model), price: jobPrice(price), events }),
    // They would use up the budget of asking again, and nothing would be asked.
    filter(({ prompt }) => prompt.records.some(({ slot }) => !collection.done.has(slot))),
    parseIndexed<JobRecord>({ format, events }),
    askAgain(model, collection.done, budget, events),
  );
}

function pollsOf({ poll }: CollectArguments): PollUntilDoneOptions {
  return poll === undefined ? {} : { intervalMs: poll * 1000, growth: 1 };
}

/** The error lines of records that no job can have. */
function refusalsWritten(
  { catalog, refusals }: Submitted,
  output: Output,
  { done, totals }: Collection,
): Observable<unknown> {
  return from(refusals).pipe(
    mergeMap(async ([slot, { code, message }]) => {
      const record = catalog.at(slot);
      if (record === undefined || done.has(slot)) return;
      done.add(slot);
      const error = { code, message, attempts: 0 };
      await output.write(outputLine({ record, value: null }, error));
      totals.written({ record, attempts: 0 }, error);
    }),
  );
}

function interrupted({ output }: CollectArguments): CliError {
  const message = output === '-' ? 'stopped' : `stopped: ${output} has what was finished, and --resume carries on`;
  return new CliError(EXIT.unexpected, message);
}
