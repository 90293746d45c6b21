import * as fc from 'fast-check';
import { concat, from, lastValueFrom, map, of, take, throwError, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { jobResults } from '../../operators/jobResults.js';
import { parseIndexed } from '../../operators/parseIndexed.js';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { fakeJobs, handleFor } from '../../marbles/fake-jobs.js';
import { jobMemory } from '../../src/job/prompts/memory.js';
import type { JobEntry, JobResult } from '../../src/types/job.js';
import type { AskablePrompt } from '../../src/types/prompt.js';
import { ProviderError } from '../../src/types/provider.js';

/** Prompts of one to four records each. */
async function promptsOf(sizes: readonly number[]): Promise<readonly JobEntry<string>[]> {
  let record = 0;
  const batches = sizes.map((size) => Array.from({ length: size }, () => `r${record++}`));
  const prompts = from(batches).pipe(
    toBatchPrompt({ content: (text: string) => text }),
    map((prompt, at) => ({ customId: `c${at}`, prompt })),
    toArray(),
  );
  return lastValueFrom(prompts);
}

/** A whole answer to a prompt, or one that says something else. */
function lineFor(customId: string, prompt: AskablePrompt<string>, text?: string): JobResult {
  const entries = prompt.records.map((value, position) => ({ index: position + 1, value }));
  const whole = JSON.stringify(prompt.records.length === 1 ? { value: prompt.records[0] } : entries);
  return { customId, part: { done: true, text: text ?? whole, finish: 'stop', usage: null, error: null } };
}

const error = { done: true, error: { code: 'job_expired', message: 'it expired' } } as const;

const kinds = fc.constantFrom('whole', 'garbled', 'error', 'missing', 'twice', 'unknown', 'unreadable');

it('gives each record of each prompt one outcome, whatever the results hold', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), kinds), { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      fc.boolean(),
      async (asked, order, breaksOff) => {
        const entries = await promptsOf(asked.map(([size]) => size));
        const lines = entries.flatMap(({ customId, prompt }, at): JobResult[] => {
          const line = lineFor(customId, prompt as AskablePrompt<string>);
          switch (asked[at]![1]) {
            case 'whole':
              return [line];
            case 'garbled':
              return [lineFor(customId, prompt as AskablePrompt<string>, '[{"index": 1')];
            case 'error':
              return [{ customId, part: error }];
            case 'missing':
              return [];
            case 'twice':
              return [line, { customId, part: error }];
            case 'unknown':
              return [{ ...line, customId: 'stray' }];
            case 'unreadable':
              return [{ customId: null, part: error }];
          }
        });
        const shuffled = lines
          .map((line) => ({ line, at: Number(order.next().value) }))
          .toSorted((one, other) => one.at - other.at)
          .map(({ line }) => line);

        const memory = jobMemory<string>();
        memory.keep(handleFor('H'), entries);
        const broken = throwError(() => new ProviderError('cut', { kind: 'retryable', code: 'connection_error' }));
        let downloads = 0;
        const whole = from(shuffled);
        const jobs = {
          ...fakeJobs(() => undefined),
          results: () => (breaksOff && downloads++ === 0 ? concat(whole.pipe(take(2)), broken) : whole),
        };
        const outcomes = await lastValueFrom(
          of({ handle: handleFor('H'), end: 'completed', files: ['f'], reason: null } as const).pipe(
            jobResults(jobs, { prompts: memory, backoff: { initialMs: 0 } }),
            parseIndexed(),
            toArray(),
          ),
        );

        const records = entries.flatMap(({ prompt }) => prompt.records);
        expect(outcomes.map(({ record }) => record).toSorted()).toEqual(records.toSorted());
        const answered = entries.flatMap(({ prompt }, at) => {
          const paid = asked[at]![1] === 'whole' || asked[at]![1] === 'twice';
          // A result that comes a second time, with an error, counts where it comes first.
          const isFirst = shuffled.find(({ customId }) => customId === entries[at]!.customId)?.part.error === null;
          return paid && isFirst ? prompt.records : [];
        });
        const values = outcomes.flatMap(({ value }) => (value === null ? [] : [value]));
        expect(values.toSorted()).toEqual(answered.toSorted());
      },
    ),
  );
});
