import type { Observable } from 'rxjs';

/** Who passes the gate first: recoveries before retries before fresh work. */
export type GatePriority = 'recovery' | 'retry' | 'fresh';

/** How one piece of work wants to pass. */
export interface GatePass {
  /** @defaultValue 'fresh' */
  readonly priority?: GatePriority;
  /** It starts only while fewer than this are in flight at the gate. @defaultValue the gate's own */
  readonly concurrency?: number | undefined;
}

/** Permits for work in flight, in order of priority, with a hold that keeps everybody waiting. */
export interface Gate {
  /** Most work in flight for those who state no limit of their own. */
  readonly concurrency: number;
  /** Work that holds a permit now. */
  readonly inFlight: number;
  /** Work that waits for a permit now. */
  readonly waiting: number;
  /**
   * Mirrors `work`, which is subscribed when a permit is free and no hold is on. The permit goes back when `work` ends
   * or is unsubscribed.
   */
  pass<T>(work: Observable<T>, pass?: GatePass): Observable<T>;
  /** Lets nothing start for that long, in milliseconds. A longer hold that is already on stays. */
  hold(ms: number): void;
}
