import type { Observable } from 'rxjs';

/** Who passes the gate first: recoveries before retries before fresh work. */
export type GatePriority = 'recovery' | 'retry' | 'fresh';

/**
 * `closed` lets work start; `open` lets none start until the reset time has passed; `half-open` waits for the end of the one that may
 * then start, the probe.
 */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** How one piece of work wants to pass. */
export interface GatePass {
  /** @defaultValue 'fresh' */
  readonly priority?: GatePriority;
  /** It starts only while fewer than this are in flight at the gate. @defaultValue the gate's own */
  readonly concurrency?: number | undefined;
  /** What it is expected to spend of the gate's tokens a minute. @defaultValue 0 */
  readonly tokens?: number;
  /**
   * What it does while the circuit lets nothing start: wait, or fail at once with a `CircuitOpenError`. @defaultValue 'wait'
   */
  readonly whenOpen?: 'wait' | 'fail';
  /** Asked before it starts: if true, it never does, and what comes after it takes its turn. @defaultValue never */
  readonly isOver?: (() => boolean) | undefined;
  /** Told when its start or its end changes the circuit; and for how long then nothing starts, in milliseconds. */
  readonly onCircuit?: (state: CircuitState, waitMs: number) => void;
}

/** Permits for work in flight, in order of priority, with a hold that keeps everybody waiting. */
export interface Gate {
  /** Most work in flight for those who state no limit of their own. */
  readonly concurrency: number;
  /** What an adaptive gate lets be in flight now; `Infinity` for one that does not adapt. */
  readonly limit: number;
  /** Whether work may start, as far as the circuit goes; `closed` for a gate without one. */
  readonly circuit: CircuitState;
  /** Work that holds a permit now. */
  readonly inFlight: number;
  /** Work that waits for a permit now. */
  readonly waiting: number;
  /**
   * Mirrors `work`, which is subscribed when a permit is free, no hold is on and the circuit lets it start. The permit goes back when
   * `work` ends or is unsubscribed.
   */
  pass<T>(work: Observable<T>, pass?: GatePass): Observable<T>;
  /** Work spent more tokens than was expected of it, or fewer (a negative amount). */
  spend(tokens: number): void;
  /** Lets nothing start for that long, in milliseconds. A longer hold that is already on stays. */
  hold(ms: number): void;
}
