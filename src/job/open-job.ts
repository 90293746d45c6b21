import type { JobEntry, OpenJob } from '../types/job.js';
import type { BatchPrompt } from '../types/prompt.js';

/** The prompts of a job when all of them are known. */
export function openEntries<T>(entries: Iterable<JobEntry<T>>): OpenJob<T> {
  const waiting = new Map<string, BatchPrompt<T>>();
  for (const { customId, prompt } of entries) waiting.set(customId, prompt);
  const taken = new Set<string>();
  return {
    take: (customId) => {
      const prompt = waiting.get(customId);
      if (waiting.delete(customId)) taken.add(customId);
      return prompt;
    },
    wasTaken: (customId) => taken.has(customId),
    rest: () => [...waiting.values()],
  };
}
