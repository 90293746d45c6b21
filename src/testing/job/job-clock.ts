import { setTimeout } from 'node:timers/promises';
import { LONGEST_TIMEOUT_MS } from '../latency.js';

/** Waits for a job: all that waits ends when the job is to go on at once. */
export class JobClock {
  readonly #scale: number;
  #waiting = new AbortController();
  #stopped: boolean;

  /** @param scale - what times are multiplied by; a clock that `isStopped` never waits */
  constructor(scale: number, isStopped: boolean) {
    this.#scale = scale;
    this.#stopped = isStopped;
  }

  isStopped(): boolean {
    return this.#stopped;
  }

  /** @param ms - scaled milliseconds after `since`, and `unscaledMs` more */
  async wait(ms: number, { since = performance.now(), unscaledMs = 0 } = {}): Promise<void> {
    if (this.#stopped) return;
    const left = since + ms * this.#scale + unscaledMs - performance.now();
    if (left <= 0) return;
    const { signal } = this.#waiting;
    await setTimeout(Math.min(left, LONGEST_TIMEOUT_MS), undefined, { signal }).catch(() => undefined);
  }

  /** Ends what waits now. */
  wake(): void {
    this.#waiting.abort();
    this.#waiting = new AbortController();
  }

  /** Ends what waits, and never waits again. */
  stop(): void {
    this.#stopped = true;
    this.wake();
  }
}
