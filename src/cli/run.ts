import { EMPTY, identity, mergeMap, type Observable, pipe, takeUntil } from 'rxjs';
import { inOrder } from '../../operators/inOrder.js';
import { pullThrough } from '../../operators/pullThrough.js';
import { errorLast } from '../flow/errorLast.js';
import type { Model } from '../model/define-model.js';
import type { Outcome } from '../types/outcome.js';
import { reportOf } from './bar.js';
import { aborted, failureOf } from './ending.js';
import { CliError, EXIT, type ExitStatus } from './failure.js';
import { type Input, openInput } from './input.js';
import { Meter } from './meter.js';
import { loadModel, readModelFile } from './model-file.js';
import { fileId, openOutput, type Output } from './output.js';
import { outputLine, writtenError } from './output-line.js';
import { createPredictor, type Predict } from './predictor.js';
import type { InputRecord } from './record.js';
import type { RunArguments } from './run-arguments.js';
import { estimateSingleCalls, singlePromptCharacters } from './single-calls.js';
import { type Budget, closingOf } from './summary.js';
import type { Surroundings } from './surroundings.js';
import { Totals } from './totals.js';
import type { Veil } from './veil.js';

type RecordOutcome = Outcome<InputRecord, unknown>;

/**
 * Runs the records of the input through the model, and writes one line a record.
 *
 * @returns the exit status of a run that has begun; it has been reported
 * @throws CliError if it cannot begin
 */
export async function run(args: RunArguments, around: Surroundings): Promise<ExitStatus> {
  const totals = new Totals();
  const { model: file, set, content } = args;
  const loaded = await loadModel({ file, set, content, written: await readModelFile(file) }, around.env);
  const { model, veil } = loaded;
  const predict = createPredictor(loaded, file, totals);
  const input = await openInput(args, around.stdin);
  try {
    const sources = { input: input.file, model: await fileId(file) };
    const output = await openOutput(args, sources, around.stdout);
    const meter = new Meter(totals, { bytes: input.bytes, limit: args.limit, concurrency: adaptiveConcurrency(model) });
    around.progress.start(reportOf(meter));
    const failure = await failureOf(
      outcomesWritten({ model, veil, predict, input, output, totals }, around.stop),
      veil,
    );
    const ended = failure ?? (around.stop.aborted ? interrupted(args) : undefined);
    await output.close({ keepEmpty: ended === undefined });
    const summary = {
      snapshot: meter.read(),
      errors: totals.errors,
      warnings: totals.warnings,
      singleCalls: estimateSingleCalls(totals, model, await singlePromptCharacters(model)),
      budget: budgetOf(model, totals),
      finished: ended === undefined,
      output: output.name,
    };
    around.progress.finish(closingOf(summary), ended);
    return ended?.status ?? (totals.failures === 0 ? EXIT.complete : EXIT.incomplete);
  } finally {
    input.close();
  }
}

/** How many requests may be in flight, if that changes. */
function adaptiveConcurrency({ options, provider: { gate } }: Model): (() => number) | undefined {
  if (!options.concurrencyAdaptive) return undefined;
  return () => Math.min(options.concurrency ?? gate.concurrency, gate.limit);
}

function budgetOf({ options: { budgetMaxCost } }: Model, { errors }: Totals): Budget | null {
  if (budgetMaxCost === undefined) return null;
  return { maxCost: budgetMaxCost, unanswered: errors.get('budget_exhausted')?.count ?? 0 };
}

interface Parts {
  readonly model: Model;
  readonly veil: Veil;
  readonly predict: Predict;
  readonly input: Input;
  readonly output: Output;
  readonly totals: Totals;
}

/** Completes when every record that was read has its line, or when `stop` is aborted and what was finished has. */
function outcomesWritten(
  { model, veil, predict, input, output, totals }: Parts,
  stop: AbortSignal,
): Observable<unknown> {
  const { batchSize, order, concurrency = model.provider.gate.concurrency } = model.options;
  const arrange = order === 'input' ? inOrder<RecordOutcome>() : identity;
  const write = mergeMap((outcome: RecordOutcome) => {
    // A fatal answer ends the run: records that it left unanswered get no line, so that they are asked when it is carried on.
    if (outcome.error?.kind === 'fatal') return EMPTY;
    const error = writtenError(outcome, veil);
    return output.write(outputLine(outcome, error)).then(() => {
      totals.written(outcome, error);
    });
  });
  return pullThrough(
    unanswered(input, output, totals),
    (records$) => records$.pipe(predict, takeUntil(aborted(stop)), errorLast(pipe(arrange, write))),
    { maxInFlight: batchSize * concurrency * 2, quantum: batchSize },
  );
}

async function* unanswered(input: Input, { answered }: Output, totals: Totals): AsyncGenerator<InputRecord> {
  for await (const record of input.records) {
    if (answered.take(record)) totals.skip(record);
    else yield record;
  }
}

function interrupted({ output }: RunArguments): CliError {
  const message = output === '-' ? 'stopped' : `stopped: ${output} has what was finished, and --resume carries on`;
  return new CliError(EXIT.unexpected, message);
}
