import type { JobProvider, JobSpool } from '../types/job.js';

/** A provider whose spools are all removed at the end, also those that wait to be uploaded. */
export function ownSpools(provider: JobProvider): { readonly provider: JobProvider; readonly removeAll: () => void } {
  const spools = new Set<JobSpool>();
  const spool = (): JobSpool => {
    const own = provider.spool();
    spools.add(own);
    const remove = own.remove.bind(own);
    return Object.assign(own, {
      remove: () => {
        spools.delete(own);
        remove();
      },
    });
  };
  return {
    provider: { ...provider, spool },
    removeAll: () => {
      for (const own of spools) own.remove();
    },
  };
}
