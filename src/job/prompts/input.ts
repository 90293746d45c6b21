import { filter, map, type Observable, reduce, skip, take } from 'rxjs';
import { JobError, type JobPrompts } from '../../types/job.js';
import type { BatchPrompt } from '../../types/prompt.js';
import { JobDraft } from '../draft.js';
import { nameEntry } from '../name-entry.js';
import { openEntries } from '../open-job.js';

/**
 * The prompts of jobs from the input that they were made of: it is read again, as far as needed, for each job. The same records, batches and
 * options give the same prompts; that they are the same is checked by the handle's digest.
 *
 * @param prompts - made as for `submitBatchJob`; without nonces, which would be others
 * @param key - that of `submitBatchJob`
 */
export function promptsOfInput<T>(prompts: Observable<BatchPrompt<T>>, key?: (record: T) => string): JobPrompts<T> {
  const settings = { provider: WRITES_NOTHING, key, bare: false, maxBytes: Infinity };
  return {
    open: (handle) =>
      prompts.pipe(
        // A prompt that was refused had no place in any job.
        filter((prompt) => nameEntry(prompt, settings, { ordinal: 1, taken: new Set() }).failure === null),
        skip(handle.first - 1),
        take(handle.prompts),
        reduce(
          (draft, prompt) => {
            const place = { ordinal: handle.first + draft.prompts, taken: draft.taken };
            const named = nameEntry(prompt, settings, place);
            if (named.failure === null) draft.add(named.entry, named.line);
            return draft;
          },
          new JobDraft<T>(handle.first, { found: handle }, { prompts: true, manifest: false }),
        ),
        map((draft) => {
          const job = draft.close();
          if (job.digest !== handle.digest || job.prompts !== handle.prompts)
            throw new JobError('input_changed', `the input has other prompts than the job ${handle.id}`);
          return openEntries(job.entries);
        }),
      ),
  };
}

const WRITES_NOTHING = { line: () => ({ text: '', bytes: 0 }) };
