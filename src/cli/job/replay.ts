import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { from, of, takeUntil } from 'rxjs';
import { type ManifestLine, manifestLine } from '../../job/journal.js';
import { nameEntry } from '../../job/name-entry.js';
import type { JobHandle, JobProvider } from '../../types/job.js';
import type { BatchPrompt } from '../../types/prompt.js';
import { openInput } from '../input.js';
import { aborted } from '../ending.js';
import { CliError, EXIT } from '../failure.js';
import type { LoadedModel } from '../model-file.js';
import type { Surroundings } from '../surroundings.js';
import { Catalog } from './catalog.js';
import type { CollectArguments } from './collect-arguments.js';
import type { Submitted } from './folder.js';
import { promptsOf } from './records.js';
import { type Refusal, refusalsOf } from './refusals.js';
import { type JobRecord, slotOf } from './job-record.js';

/**
 * What jobs were made of, by the input: it is read again, and written to a private folder, which is removed at the end. The same records
 * under the same options make the same lines; that they are the same is checked for each job.
 *
 * @throws CliError if the input cannot be read, or it was stopped
 */
export async function replay(
  args: CollectArguments & { readonly input: string },
  { model, veil }: LoadedModel,
  jobs: JobProvider,
  { stdin, stop }: Surroundings,
): Promise<Submitted> {
  const input = await openInput({ ...args, strict: false }, stdin);
  const folder = await mkdtemp(join(tmpdir(), 'rxjs-llm-collect-'));
  const catalog = await Catalog.open(join(folder, 'records.jsonl'), true);
  const close = async (): Promise<void> => {
    catalog.close();
    await rm(folder, { recursive: true, force: true });
  };
  /** In the order in which they were submitted. */
  const lines: ManifestLine[] = [];
  const refusals = new Map<number, Refusal>();
  const settings = { provider: jobs, key: ({ name }: JobRecord) => name, bare: false, maxBytes: jobs.limits.maxBytes };
  const add = (prompt: BatchPrompt<JobRecord>): void => {
    const named = nameEntry(prompt, settings, { ordinal: lines.length + 1, taken: NONE });
    if (named.failure === null) lines.push(manifestLine(named.entry));
    else for (const refusal of refusalsOf(prompt, named.failure, veil)) refusals.set(slotOf(refusal.name), refusal);
  };
  try {
    await new Promise<void>((resolve, reject) => {
      from(input.records)
        .pipe(
          promptsOf(model, { add: (record) => catalog.add(record) }, args.recordsPerRequest),
          takeUntil(aborted(stop)),
        )
        .subscribe({ next: add, error: reject, complete: resolve });
    });
    if (stop.aborted) throw new CliError(EXIT.unexpected, 'stopped');
  } catch (error) {
    await close();
    throw error;
  } finally {
    input.close();
  }
  const linesOf = ({ first, prompts }: JobHandle) => of(lines.slice(first - 1, first - 1 + prompts));
  const others = `--input ${args.input} does not make the requests`;
  return { catalog, refusals, linesOf, others, advice: ADVICE, close };
}

const ADVICE =
  'the records, the model file, --set, --content, --key, --limit and --records-per-request have to be as for submit (jobs of a submission that was resumed need its folder)';

/** Names are never used twice: each begins with a slot. */
const NONE: ReadonlySet<string> = new Set();
