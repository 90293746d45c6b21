import type { JobWake } from '../types/job.js';

/** Who wants to hear of which job. */
export class Wakes {
  readonly #sleepers = new Map<string, Set<() => void>>();

  /** Gives what ends it. */
  listen(jobId: string, woken: () => void): () => void {
    const sleepers = this.#sleepers.get(jobId) ?? new Set();
    this.#sleepers.set(jobId, sleepers.add(woken));
    return () => {
      sleepers.delete(woken);
      if (sleepers.size === 0) this.#sleepers.delete(jobId);
    };
  }

  wake({ jobId }: JobWake): void {
    for (const woken of [...(this.#sleepers.get(jobId) ?? [])]) woken();
  }
}
