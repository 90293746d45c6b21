import { type Observable, of, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { lastFailure } from '../../src/flow/lastFailure.js';

test('starts nothing that waits for its turn once work has failed, and fails after the work under way', () => {
  const work = [0, 1, 2, 3].map(() => new Subject<string>());
  const seen: unknown[] = [];
  const start = (at: number): Observable<string> => {
    seen.push(at);
    return work[at]!;
  };
  of(0, 1, 2, 3)
    .pipe(lastFailure(2, start))
    .subscribe({ next: (value) => seen.push(value), error: (error) => seen.push(error) });

  work[1]!.error('broken');
  work[0]!.next('last');
  work[0]!.complete();

  expect(seen).toEqual([0, 1, 'last', 'broken']);
});
