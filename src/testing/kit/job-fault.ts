/**
 * Something that goes wrong with one job of the fake.
 *
 * - `reject`: it ends as `failed`, without results
 * - `end`: it ends early, as `expired` or `cancelled`, with results for the first `answered` of its requests
 * - `lost`: the provider does not know it any more
 * - `loseResults`: it is completed, and some of its results are missing
 * - `repeatResults`: some of its results stand there twice
 * - `strayResults`: there are results for what nobody asked: `stray-1`, `stray-2` …
 * - `truncateResults`: the last line of its results cannot be read
 */
export type FakeJobFault =
  | { readonly kind: 'reject'; readonly reason?: string | undefined }
  | { readonly kind: 'end'; readonly as: 'expired' | 'cancelled'; readonly answered: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'loseResults'; readonly results: number }
  | { readonly kind: 'repeatResults'; readonly results: number }
  | { readonly kind: 'strayResults'; readonly results: number }
  | { readonly kind: 'truncateResults' };

/** What faults make of a job's results. */
export function spoilResults<Line>(
  lines: readonly Line[],
  faults: readonly FakeJobFault[],
  { stray, unreadable }: { readonly stray: (name: string) => Line; readonly unreadable: Line },
): readonly Line[] {
  return faults.reduce<readonly Line[]>((all, fault) => {
    switch (fault.kind) {
      case 'loseResults':
        return all.slice(0, Math.max(0, all.length - fault.results));
      case 'repeatResults':
        return [...all, ...all.slice(0, fault.results)];
      case 'strayResults':
        return [...all, ...Array.from({ length: fault.results }, (_, at) => stray(`stray-${at + 1}`))];
      case 'truncateResults':
        return [...all.slice(0, -1), unreadable];
      case 'reject':
      case 'end':
      case 'lost':
        return all;
    }
  }, lines);
}
