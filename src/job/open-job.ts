import type { JobEntry, OpenJob } from '../types/job.js';
import type { BatchPrompt } from '../types/prompt.js';

/** The prompts of a job when all of them are known. */
export function openEntries<T>(entries: Iterable<JobEntry<T>>): OpenJob<T> {
  return openLines(entries, ({ prompt }) => prompt);
}

/** The prompts of a job when all its lines are known. Each prompt is made when it is asked for, so that no job is held whole. */
export function openLines<L extends { readonly customId: string }, T>(
  lines: Iterable<L>,
  promptOf: (line: L) => BatchPrompt<T>,
): OpenJob<T> {
  const waiting = new Map<string, L>();
  for (const line of lines) waiting.set(line.customId, line);
  const taken = new Set<string>();
  return {
    take: (customId) => {
      const line = waiting.get(customId);
      if (line === undefined) return undefined;
      waiting.delete(customId);
      taken.add(customId);
      return promptOf(line);
    },
    wasTaken: (customId) => taken.has(customId),
    rest: function* () {
      for (const line of waiting.values()) yield promptOf(line);
    },
  };
}
