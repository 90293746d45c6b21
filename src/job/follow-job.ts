import { defer, Observable, type Subscriber, Subscription } from 'rxjs';
import { MAX_DELAY_MS } from '../flow/require.js';
import type { FinishedJob, JobEnd, JobHandle, JobProvider, JobState } from '../types/job.js';
import type { JobEvent } from '../types/events.js';
import type { GatePriority } from '../types/gate.js';
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
  return new Observable((subscriber) => {
    new Follower(handle, settings, subscriber).start();
  });
}

interface Poll {
  readonly priority: GatePriority;
  /** It has passed the gate. */
  isSent: boolean;
  readonly calling: Subscription;
}

class Follower {
  readonly #handle: JobHandle;
  readonly #settings: FollowSettings;
  readonly #subscriber: Subscriber<FinishedJob>;
  readonly #report: ReturnType<typeof reporter>;
  /** Waits so far. */
  #waited = 0;
  /** Runs between polls. */
  #timer: Subscription | undefined;
  /** The poll that waits at the gate, or is on its way. */
  #polling: Poll | undefined;
  /** A poll was answered, or failed. */
  #isAsked = false;
  /** It was woken during a poll, which may have come too early to see what changed. */
  #isWoken = false;
  /** Its deadline has passed. */
  #isLate = false;
  #end: JobEnd | undefined;

  constructor(handle: JobHandle, settings: FollowSettings, subscriber: Subscriber<FinishedJob>) {
    this.#handle = handle;
    this.#settings = settings;
    this.#subscriber = subscriber;
    this.#report = reporter(handle, settings);
  }

  start(): void {
    const { deadlineMs, scheduler, wakes } = this.#settings;
    this.#subscriber.add(
      wakes.listen(this.#handle.id, () => {
        this.#wake();
      }),
    );
    this.#subscriber.add(() => {
      this.#cancel();
    });
    const leftMs = this.#handle.submittedAt + deadlineMs - scheduler.now();
    if (leftMs <= MAX_DELAY_MS)
      this.#schedule(Math.max(0, leftMs), () => {
        this.#isLate = true;
        // One that was submitted long ago may have ended long ago.
        if (this.#isAsked) this.#giveUp();
      });
    this.#poll('fresh');
  }

  #schedule(delayMs: number, work: () => void): Subscription {
    const timer = this.#settings.scheduler.schedule(work, delayMs);
    this.#subscriber.add(timer);
    return timer;
  }

  /** @param priority - what was woken passes the gate before those whose wait is over */
  #poll(priority: GatePriority): void {
    const { provider } = this.#settings;
    this.#timer?.unsubscribe();
    const poll: Poll = { priority, isSent: false, calling: new Subscription() };
    this.#polling = poll;
    const asked = defer(() => {
      poll.isSent = true;
      return provider.poll(this.#handle);
    });
    let state: JobState | undefined;
    this.#subscriber.add(poll.calling);
    poll.calling.add(
      callOnce(asked, this.#settings, { priority }).subscribe({
        next: (found) => {
          state = found;
          this.#report('polled', '', found.answered);
        },
        error: (error: unknown) => {
          this.#failed(error, poll);
        },
        complete: () => {
          this.#polled(state, poll);
        },
      }),
    );
  }

  #polled(state: JobState | undefined, { calling }: Poll): void {
    this.#polling = undefined;
    this.#isAsked = true;
    if (state !== undefined && state.end !== null) this.#finish(state.end, state);
    else if (this.#isLate) this.#giveUp();
    else this.#sleep();
    calling.unsubscribe();
  }

  #failed(error: unknown, poll: Poll): void {
    const verdict = verdictOf(error);
    if (typeof verdict === 'object') {
      this.#subscriber.error(verdict.error);
      return;
    }
    const { message } = error as ProviderError;
    if (verdict === 'lost') {
      this.#finish('lost', { files: [], reason: message });
      return;
    }
    this.#report('call_failed', message);
    this.#polled(undefined, poll);
  }

  #sleep(): void {
    const { waits, random } = this.#settings;
    const waitMs = waitOf(this.#waited++, waits, random);
    const priority = this.#isWoken ? 'retry' : 'fresh';
    this.#timer = this.#schedule(this.#isWoken ? 0 : waitMs, () => {
      this.#poll(priority);
    });
    this.#isWoken = false;
  }

  #wake(): void {
    if (this.#end !== undefined) return;
    if (this.#polling?.isSent) this.#isWoken = true;
    else if (this.#polling?.priority !== 'retry') {
      this.#polling?.calling.unsubscribe();
      this.#poll('retry');
    }
  }

  #giveUp(): void {
    this.#finish('deadline', { files: [], reason: `it had not ended after ${this.#settings.deadlineMs} ms` });
  }

  #finish(end: JobEnd, { files, reason }: Pick<JobState, 'files' | 'reason'>): void {
    this.#end = end;
    this.#report('ended', end);
    this.#subscriber.next({ handle: this.#handle, end, files, reason });
    this.#subscriber.complete();
  }

  #cancel(): void {
    const { cancelJob, provider } = this.#settings;
    const goesOn = this.#end === undefined || this.#end === 'deadline';
    if (!cancelJob || !goesOn) return;
    this.#report('cancel_sent', '');
    // Asked for explicitly, it goes out although nobody is left to hear how it went.
    provider.gate.pass(provider.cancel(this.#handle)).subscribe({ error: () => undefined });
  }
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
