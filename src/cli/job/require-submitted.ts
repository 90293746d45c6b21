import { lastValueFrom } from 'rxjs';
import { isListOf } from '../../job/digest.js';
import { requireOwn } from '../../job/handle.js';
import { JobError, type JobHandle, type JobProvider } from '../../types/job.js';
import { CliError, EXIT } from '../failure.js';
import type { Submitted } from './folder.js';

/**
 * Looks at all jobs before the first is waited for: nobody wants to hear a day later that the handles were the wrong ones.
 *
 * @throws CliError if a job is of another provider, or was made of something else
 */
export async function requireSubmitted(
  handles: readonly JobHandle[],
  jobs: JobProvider,
  submitted: Submitted,
): Promise<void> {
  for (const handle of handles) {
    requireOurs(handle, jobs);
    const lines = await lastValueFrom(submitted.linesOf(handle));
    if (lines?.length === handle.prompts && isListOf(handle.digest, lines)) continue;
    const { others, advice } = submitted;
    throw new CliError(EXIT.misuse, `${others} that the job ${handle.id} was submitted with: ${advice}`);
  }
}

function requireOurs(handle: JobHandle, jobs: JobProvider): void {
  try {
    requireOwn(handle, jobs);
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    throw new CliError(EXIT.misuse, error.message, { cause: error });
  }
}
