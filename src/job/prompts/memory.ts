import { of, throwError } from 'rxjs';
import { JobError, type JobEntry, type JobMemory } from '../../types/job.js';
import { openEntries } from '../open-job.js';

/**
 * Keeps the prompts of jobs in this process, from `submitBatchJob({ memory })` until `jobResults({ prompts: memory })` reads their
 * results. It holds the records of all jobs that are under way.
 */
export function jobMemory<T>(): JobMemory<T> {
  const jobs = new Map<string, readonly JobEntry<T>[]>();
  return {
    keep: ({ provider, id }, entries) => {
      jobs.set(`${provider} ${id}`, entries);
    },
    open: ({ provider, id }) => {
      const entries = jobs.get(`${provider} ${id}`);
      if (entries === undefined)
        return throwError(() => new JobError('input_changed', `this process has no prompts of the job ${id}`));
      jobs.delete(`${provider} ${id}`);
      return of(openEntries(entries));
    },
  };
}
