import { existsSync, readFileSync } from 'node:fs';
import type { Review } from './batch-task.ts';

/** Real reviews; not part of the package. */
const REVIEWS = new URL('../../shared/data/reviews.jsonl', import.meta.url);

/** So many real reviews, again from the first one when they are used up; `undefined`, and said, where there are none. */
export function realReviews(count: number, benchmark: string): readonly Review[] | undefined {
  if (existsSync(REVIEWS)) return cycled(readReviews(REVIEWS), count);
  console.log(`${benchmark}: not run: there is no ../shared/data/reviews.jsonl beside the project`);
  return undefined;
}

export function readReviews(file: URL): readonly Review[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Review);
}

/** So many records, again from the first one when they are used up. */
function cycled<T>(records: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, number) => records[number % records.length]!);
}
