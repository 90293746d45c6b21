import { defer, from, of, Subject, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fakeJobs, handleFor } from '../../marbles/fake-jobs.js';
import { pollUntilDone, type PollUntilDoneOptions } from '../../operators/pollUntilDone.js';
import type { FinishedJob, JobHandle, JobWake } from '../../src/types/job.js';

const HANDLES = 5_000;
const PER_MINUTE = 1_000;
const MINUTE_MS = 60_000;

/** Follows thousands of jobs that end one after the other within half an hour, in virtual time. */
function followAll(
  options: PollUntilDoneOptions = {},
  handles = Array.from({ length: HANDLES }, (_, at) => handleOf(at)),
) {
  const scheduler = new VirtualTimeScheduler(undefined, Infinity);
  /** When each job was polled. */
  const polls = new Map<string, number[]>(handles.map(({ id }) => [id, []]));
  /** All polls, in their order. */
  const order: { readonly id: string; readonly at: number }[] = [];
  const ended: FinishedJob[] = [];
  let timers = 0;
  const jobs = {
    ...fakeJobs(() => undefined, { requestsPerMinute: PER_MINUTE, scheduler }),
    poll: ({ id, number }: JobHandle) =>
      defer(() => {
        const at = scheduler.now();
        polls.get(id)?.push(at);
        if (order.push({ id, at }) % 500 === 0)
          timers = Math.max(timers, scheduler.actions.filter(({ closed }) => !closed).length);
        const end = at >= (number / HANDLES) * 30 * MINUTE_MS ? 'completed' : null;
        return of({ end, files: [], answered: 0, reason: null } as const);
      }),
  };
  const subscription = from(handles)
    .pipe(pollUntilDone(jobs, { scheduler, random: () => 0.5, deadlineMs: Infinity, ...options }))
    .subscribe((job) => ended.push(job));
  return { scheduler, polls, order, ended, subscription, mostTimers: () => timers };
}

function handleOf(at: number): JobHandle {
  return handleFor('H', { id: `job-${at}`, number: at + 1 });
}

describe(`pollUntilDone with ${HANDLES} handles`, () => {
  it('keeps to the rate, and asks for each job in turn, to its end', () => {
    const { scheduler, polls, order, ended, mostTimers } = followAll();
    scheduler.flush();
    expect(ended.map(({ end }) => end)).toEqual(Array<string>(HANDLES).fill('completed'));
    expect(new Set(ended.map(({ handle }) => handle.id)).size).toBe(HANDLES);

    // No minute holds more polls than the rate.
    const minutes = order.slice(PER_MINUTE).map(({ at }, before) => at - (order[before]?.at ?? NaN));
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(MINUTE_MS);

    // All have their first poll before any has its second.
    const firsts = order.slice(0, HANDLES);
    expect(new Set(firsts.map(({ id }) => id)).size).toBe(HANDLES);

    // Nobody waits for longer than the longest wait and a round of all others.
    const gaps = [...polls.values()].flatMap((times) =>
      times.slice(1).map((at, before) => at - (times[before] ?? NaN)),
    );
    expect(Math.max(...gaps)).toBeLessThanOrEqual(600_000 + (HANDLES / PER_MINUTE) * MINUTE_MS);

    // The figures of docs/jobs.md.
    expect(order).toHaveLength(22_768);
    expect([scheduler.now(), Math.max(...gaps)].map((ms) => (ms / MINUTE_MS).toFixed(1))).toEqual(['31.6', '6.8']);

    // One timer for each job, and that of the gate.
    expect(mostTimers()).toBeLessThanOrEqual(HANDLES + 1);
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
  });

  it('polls a woken job next, looks at no other, and stops with all of them', () => {
    const wake$ = new Subject<JobWake>();
    let reads = 0;
    const handles = Array.from({ length: HANDLES }, (_, at) => {
      const handle = handleOf(at);
      return Object.defineProperty({ ...handle }, 'id', {
        get: () => {
          reads++;
          return handle.id;
        },
      });
    });
    const { scheduler, order, subscription } = followAll({ wake$ }, handles);
    scheduler.maxFrames = 10_000;
    scheduler.flush();
    const before = order.length;
    reads = 0;
    for (const woken of [4_998, 4_999]) wake$.next({ jobId: `job-${woken}` });
    wake$.next({ jobId: 'nobody' });
    expect(reads).toBeLessThan(10);
    scheduler.maxFrames = 11_000;
    scheduler.flush();
    expect(order.slice(before, before + 2).map(({ id }) => id)).toEqual(['job-4998', 'job-4999']);
    subscription.unsubscribe();
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
  });
});
