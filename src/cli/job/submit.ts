import { concatMap, from, ignoreElements, type Observable, takeUntil, tap } from 'rxjs';
import { submitBatchJob } from '../../../operators/submitBatchJob.js';
import type { JobProvider } from '../../types/job.js';
import type { ReplyChunk } from '../../types/reply.js';
import { aborted, failureOf } from '../ending.js';
import { CliError, EXIT, type ExitStatus } from '../failure.js';
import { type Input, openInput } from '../input.js';
import { type LoadedModel, loadModel, readModelFile } from '../model-file.js';
import type { Surroundings } from '../surroundings.js';
import { folderOf, isThere, type Keeping, keepNothing, openFolder, spoolsIn } from './folder.js';
import { type HandleWriter, openHandles } from './handles.js';
import type { JobRecord } from './job-record.js';
import { jobsOf } from './provider.js';
import { promptsOf } from './records.js';
import { refusalsOf } from './refusals.js';
import type { SubmitArguments } from './submit-arguments.js';
import { Submission } from './submission.js';

/**
 * Submits the records of the input as batch jobs, and writes a handle a job.
 *
 * @returns the exit status of a submission that has begun; it has been reported
 * @throws CliError if it cannot begin
 */
export async function submit(args: SubmitArguments, around: Surroundings): Promise<ExitStatus> {
  const { model: file, set, content, key, handles, resume } = args;
  const loaded = await loadModel({ file, set, content, written: await readModelFile(file) }, around.env);
  // What is wrong with it is said before anything is written.
  const jobs = await jobsOf(loaded, file, handles === '-' ? undefined : spoolsIn(folderOf(handles)));
  await requirePlace(args, loaded);
  const input = await openInput(args, around.stdin);
  try {
    const run = { provider: jobs.name, api: jobs.api, key };
    const keeping = handles === '-' ? keepNothing() : await openFolder(folderOf(handles), run);
    try {
      const writer = await openHandles(handles, around.stdout, resume);
      return await submitted({ args, loaded, jobs, input, keeping, writer }, around);
    } finally {
      await keeping.close();
    }
  } finally {
    input.close();
  }
}

/** @throws CliError if there are handles already, or nothing could tell later what the handles are of */
async function requirePlace({ handles, resume }: SubmitArguments, { model }: LoadedModel): Promise<void> {
  if (handles === '-' && model.options.recordIds === 'nonce')
    throw new CliError(EXIT.misuse, 'record.ids nonce needs a --handles file: the folder beside it keeps the nonces');
  if (handles === '-') return;
  if (resume) {
    if ((await isThere(handles)) && !(await isThere(folderOf(handles))))
      throw new CliError(
        EXIT.misuse,
        `--resume needs the folder ${folderOf(handles)}, which says what is in the jobs of ${handles}: without it all of it would be submitted again`,
      );
    return;
  }
  for (const path of [handles, folderOf(handles)])
    if (await isThere(path))
      throw new CliError(EXIT.misuse, `${path} exists: add --resume to carry it on, or name another --handles file`);
}

interface Parts {
  readonly args: SubmitArguments;
  readonly loaded: LoadedModel;
  readonly jobs: JobProvider;
  readonly input: Input;
  readonly keeping: Keeping;
  readonly writer: HandleWriter;
}

async function submitted(parts: Parts, { progress, stop }: Surroundings): Promise<ExitStatus> {
  const { args, input, loaded, writer } = parts;
  const submission = new Submission(input.bytes);
  progress.start(submission);
  const failure = await failureOf(handlesWritten(parts, submission).pipe(takeUntil(aborted(stop))), loaded.veil);
  await writer.close();
  const ended = failure ?? (stop.aborted ? interrupted(args) : undefined);
  const handles = args.handles === '-' ? 'stdout' : args.handles;
  progress.finish(submission.closing(ended === undefined, handles), ended);
  return ended?.status ?? (submission.refused === 0 ? EXIT.complete : EXIT.incomplete);
}

/** Completes when every job has been submitted, and has its handle written. */
function handlesWritten(
  { args, loaded, jobs, input, keeping, writer }: Parts,
  submission: Submission,
): Observable<unknown> {
  const refused = {
    next: (chunk: ReplyChunk<JobRecord>): void => {
      if (!chunk.done || chunk.error === null) return;
      for (const refusal of refusalsOf(chunk.prompt, chunk.error, loaded.veil)) {
        submission.refuse(refusal);
        keeping.refuse(refusal);
      }
    },
  };
  return from(input.records).pipe(
    tap((record) => {
      submission.read(record);
    }),
    promptsOf(loaded.model, keeping, args.recordsPerRequest),
    submitBatchJob(jobs, {
      key: ({ name }) => name,
      maxRequests: args.requestsPerJob ?? jobs.limits.maxRequests,
      store: keeping.store,
      runId: keeping.runId,
      refused,
      events: submission,
    }),
    concatMap(async (handle) => {
      await writer.write(handle);
      submission.written(handle);
    }),
    ignoreElements(),
  );
}

function interrupted({ handles }: SubmitArguments): CliError {
  const message = handles === '-' ? 'stopped' : `stopped: ${handles} has what was submitted, and --resume carries on`;
  return new CliError(EXIT.unexpected, message);
}
