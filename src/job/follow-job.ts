import { Observable, type Subscription } from 'rxjs';
import { MAX_DELAY_MS } from '../flow/require.js';
import type { FinishedJob, JobEnd, JobHandle, JobProvider, JobState } from '../types/job.js';
import type { JobEvent } from '../types/events.js';
import { type Failure, LlmError } from '../types/outcome.js';
import { ProviderError } from '../types/provider.js';
import { callOnce, type CallSettings, mayPass } from './calls.js';
import type { Wakes } from './wakes.js';

/** The waits between polls. */
export interface Waits {
  readonly intervalMs: number;
  readonly growth: number;
  readonly maxIntervalMs: number;
  /** Largest share of a wait that chance takes off it. */
  readonly jitter: number;
}

export interface FollowSettings extends CallSettings {
  readonly provider: JobProvider;
  readonly waits: Waits;
  readonly deadlineMs: number;
  readonly wakes: Wakes;
  readonly cancelJob: boolean;
}

/** Polls one job until it has ended. */
export function followJob(handle: JobHandle, settings: FollowSettings): Observable<FinishedJob> {
  const { provider, waits, deadlineMs, wakes, cancelJob, random, scheduler } = settings;
  return new Observable((subscriber) => {
    /** Waits so far. */
    let waited = 0;
    let isOver = false;
    /** It was given up at its deadline. */
    let isLate = false;
    let isPolling = false;
    /** It was woken during a poll, which may have come too early to see what changed. */
    let isWoken = false;
    let timer: Subscription | undefined;
    const report = reporter(handle, settings);

    const finish = (end: JobEnd, found: Pick<JobState, 'files' | 'reason'>): void => {
      isOver = true;
      report('ended', end);
      const { files, reason } = found;
      subscriber.next({ handle, end, files, reason });
      subscriber.complete();
    };

    const sleep = (): void => {
      const waitMs = waitOf(waited++, waits, random);
      timer = scheduler.schedule(poll, isWoken ? 0 : waitMs);
      subscriber.add(timer);
      isWoken = false;
    };

    const poll = (): void => {
      timer?.unsubscribe();
      isPolling = true;
      let state: JobState | undefined;
      const polled = (): void => {
        isPolling = false;
        if (state === undefined || state.end === null) sleep();
        else finish(state.end, state);
      };
      subscriber.add(
        callOnce(provider.poll(handle), settings).subscribe({
          next: (found) => {
            state = found;
            report('polled', '', found.answered);
          },
          error: (error: unknown) => {
            const verdict = verdictOf(error);
            if (verdict === 'later') report('call_failed', (error as ProviderError).message);
            if (verdict === 'later') polled();
            else if (verdict === 'lost') finish('lost', { files: [], reason: (error as ProviderError).message });
            else subscriber.error(verdict.error);
          },
          complete: polled,
        }),
      );
    };

    subscriber.add(
      wakes.listen(handle.id, () => {
        if (isPolling) isWoken = true;
        else if (!isOver) poll();
      }),
    );
    subscriber.add(() => {
      if (!cancelJob || (isOver && !isLate)) return;
      report('cancel_sent', '');
      // Asked for explicitly, it goes out although nobody is left to hear how it went.
      provider.gate.pass(provider.cancel(handle)).subscribe({ error: () => undefined });
    });
    const leftMs = handle.submittedAt + deadlineMs - scheduler.now();
    if (leftMs <= MAX_DELAY_MS)
      subscriber.add(
        scheduler.schedule(
          () => {
            isLate = true;
            finish('deadline', { files: [], reason: `it had not ended after ${deadlineMs} ms` });
          },
          Math.max(0, leftMs),
        ),
      );
    poll();
  });
}

/** The wait after poll `polls` (from 0), in milliseconds. */
function waitOf(polls: number, { intervalMs, growth, maxIntervalMs, jitter }: Waits, random: () => number): number {
  // From some power on the interval is infinite, and so at its longest.
  const full = Math.min(maxIntervalMs, intervalMs * growth ** Math.min(polls, 1023));
  return Math.max(1, Math.round(full * (1 - jitter * random())));
}

/** What a failed poll means: that nothing is known yet, that the job is unknown, or that no call can succeed. */
function verdictOf(error: unknown): 'later' | 'lost' | { readonly error: unknown } {
  if (!(error instanceof ProviderError)) return { error };
  if (mayPass(error)) return 'later';
  const { code, kind, message, status } = error;
  if (kind !== 'fatal' || code === 'not_found') return 'lost';
  const failure: Failure = { code, kind, message, status, cause: error };
  return { error: new LlmError(failure) };
}

function reporter(
  { id: jobId, number, prompts: requests }: JobHandle,
  { report, provider }: FollowSettings,
): (state: JobEvent['state'], detail: string, answered?: number) => void {
  let last = 0;
  return (state, detail, answered = last) => {
    last = answered;
    report({ type: 'job', provider: provider.name, jobId, number, state, requests, answered, detail });
  };
}
