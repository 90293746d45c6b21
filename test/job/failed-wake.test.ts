import { Subject, throwError } from 'rxjs';
import { expect, it } from 'vitest';
import { fakeJobs } from '../../marbles/fake-jobs.js';
import { pollUntilDone } from '../../operators/pollUntilDone.js';
import type { JobHandle } from '../../src/types/job.js';

it('pollUntilDone asks for no handle where what wakes it has failed at once', () => {
  const handles = new Subject<JobHandle>();
  const heard: unknown[] = [];
  handles
    .pipe(
      pollUntilDone(
        fakeJobs(() => undefined),
        { wake$: throwError(() => 'gone') },
      ),
    )
    .subscribe({
      error: (error) => heard.push(error, handles.observed),
    });
  expect(heard).toEqual(['gone', false]);
  expect(handles.observed).toBe(false);
});
