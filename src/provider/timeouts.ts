import type { SchedulerLike, Subscription } from 'rxjs';
import { type InLine, Line } from '../flow/line.js';
import type { TimedRequest, Timeouts } from '../types/sending.js';

/** Bounds of one request, in milliseconds; `Infinity` for none. */
export interface TimeoutOptions {
  /** Longest wait for the headers, and longest silence after them. */
  readonly silenceMs: number;
  /** Longest time for the whole request. */
  readonly totalMs: number;
}

/** Times are in milliseconds of the scheduler. */
interface InTime extends TimedRequest, InLine<InTime> {
  readonly startedAt: number;
  /** When something of its answer came last. */
  heardAt: number;
  readonly expire: (why: string) => void;
}

/**
 * Bounds requests in time, with one timer for all that are in flight: it is not set anew for each of them, and at each piece of an
 * answer, but looks when it is due whose time is over. No timer is alive while nothing is in flight.
 */
export function createTimeouts({ silenceMs, totalMs }: TimeoutOptions, scheduler: SchedulerLike): Timeouts {
  const requests = new Line<InTime>();
  /** Is due no later than the first of them. */
  let timer: Subscription | undefined;

  const silentMs = (request: InTime): number => {
    // A clock may be set back.
    request.heardAt = Math.min(request.heardAt, scheduler.now());
    return request.heardAt + silenceMs - scheduler.now();
  };
  const leftMs = (request: InTime): number =>
    Math.min(silentMs(request), request.startedAt + totalMs - scheduler.now());

  const arm = (): void => {
    if (timer !== undefined || requests.size === 0) return;
    let firstMs = Infinity;
    for (const request of requests.all()) firstMs = Math.min(firstMs, leftMs(request));
    timer = scheduler.schedule(look, Math.max(0, firstMs));
  };
  const look = (): void => {
    timer?.unsubscribe();
    timer = undefined;
    for (const request of requests.all())
      if (leftMs(request) <= 0)
        request.expire(silentMs(request) > 0 ? `no end within ${totalMs} ms` : `silence for ${silenceMs} ms`);
    arm();
  };

  return {
    start: (expire) => {
      const now = scheduler.now();
      const request: InTime = {
        before: undefined,
        after: undefined,
        startedAt: now,
        heardAt: now,
        expire,
        heard: () => {
          request.heardAt = scheduler.now();
          // What comes when its time is over is too late.
          if (request.heardAt - request.startedAt >= totalMs) look();
        },
        end: () => {
          requests.leave(request);
          if (requests.size > 0) return;
          timer?.unsubscribe();
          timer = undefined;
        },
      };
      if (Math.min(silenceMs, totalMs) < Infinity) requests.add(request);
      arm();
      return request;
    },
  };
}
