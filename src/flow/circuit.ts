import type { SchedulerLike } from 'rxjs';
import type { CircuitState } from '../types/gate.js';
import { requireAtLeast, requireDelay, requireInteger } from './require.js';

/**
 * When a circuit opens, and for how long. The share is that of resilience4j, Hystrix and opossum, and the first reset that of Hystrix
 * and Polly; the most is resilience4j's only one. Their windows of 10 and 30 seconds are made for calls of milliseconds, and their
 * volumes of 20 and 100 too: here eight calls may be all that end in half a minute.
 */
export interface CircuitOptions {
  /** How long work that has ended counts, in milliseconds from 1; it is forgotten a tenth at a time. @defaultValue 60000 */
  readonly windowMs?: number;
  /**
   * The circuit stays closed while less work than this has ended in the window, an integer from 1; `Infinity` never opens it.
   * @defaultValue 10
   */
  readonly minimumVolume?: number;
  /** It opens when this share of that work has failed, or more: above 0, up to 1. @defaultValue 0.5 */
  readonly failureShare?: number;
  /** How long it stays open at first, in milliseconds from 1. Doubled each time that a probe fails. @defaultValue 5000 */
  readonly resetMs?: number;
  /** The longest that it stays open, in milliseconds from `resetMs`. @defaultValue 60000 */
  readonly maxResetMs?: number;
}

/** Work that may not start, because too much before it has failed. Its cause is the last failure. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';

  constructor(cause: unknown) {
    super('the circuit is open', { cause });
  }
}

/** What the end of work says of the other side: that it is there, that it is broken, or nothing. */
export type Ending = 'well' | 'failed' | 'unknown';

/** Lets work start while what ended before it did not fail too often. */
export interface Circuit {
  readonly state: CircuitState;
  /** How long until work may start, in milliseconds: 0 for now, `Infinity` while a probe is under way. */
  waitMs(): number;
  /** Work starts; if the circuit is open, as the probe. Gives what is to be told when it ends; what is told later does not count. */
  start(): (ending: Ending, error?: unknown) => void;
  /** Why it is open. */
  failure(): CircuitOpenError;
}

const SLICES = 10;

/**
 * A circuit breaker (Nygard, "Release It!", 2007) that goes by the share of failures in a sliding window. Open, it lets nothing start
 * until the reset time has passed; then one piece of work is the probe, whose end closes it, or opens it for twice as long. A probe
 * whose end says nothing decides nothing: the next one is the probe. Work that had started before a change counts no more.
 *
 * @throws RangeError if an option is out of its range
 */
export function createCircuit(options: CircuitOptions, scheduler: SchedulerLike): Circuit {
  const { windowMs, minimumVolume, failureShare, resetMs, maxResetMs } = checked(options);
  let state: CircuitState = 'closed';
  /** Counts changes, so that work is known that started before the last one. */
  let changes = 0;
  /** Until when it lets nothing start, once open, and how often it has opened without closing in between. */
  let openUntil = -Infinity;
  let timesOpened = 0;
  let lastFailure: unknown;
  let tally = createTally(windowMs, scheduler);

  const become = (next: CircuitState): void => {
    state = next;
    changes++;
  };
  const open = (): void => {
    openUntil = scheduler.now() + Math.min(maxResetMs, resetMs * 2 ** Math.min(timesOpened++, 1023));
    become('open');
  };
  const close = (): void => {
    timesOpened = 0;
    tally = createTally(windowMs, scheduler);
    become('closed');
  };

  return {
    get state() {
      return state;
    },
    waitMs: () => {
      if (state === 'closed') return 0;
      return state === 'half-open' ? Infinity : Math.max(0, openUntil - scheduler.now());
    },
    start: () => {
      if (state === 'open') become('half-open');
      const startedAfter = changes;
      return (ending, error) => {
        if (changes !== startedAfter) return;
        if (ending === 'failed') lastFailure = error;
        if (state === 'half-open') {
          if (ending === 'failed') open();
          else if (ending === 'well') close();
          else become('open');
        } else if (ending !== 'unknown') {
          const { ended, failed } = tally.add(ending === 'failed');
          if (ended >= minimumVolume && failed >= failureShare * ended) open();
        }
      };
    },
    failure: () => new CircuitOpenError(lastFailure),
  };
}

function checked(options: CircuitOptions): Required<CircuitOptions> {
  const { windowMs = 60_000, minimumVolume = 10, failureShare = 0.5, resetMs = 5000, maxResetMs = 60_000 } = options;
  requireDelay('circuit.windowMs', windowMs, 1);
  requireInteger('circuit.minimumVolume', minimumVolume, 1);
  requireAtLeast('circuit.failureShare', failureShare, 0);
  if (failureShare === 0 || failureShare > 1)
    throw new RangeError(`circuit.failureShare must be above 0 and at most 1; got ${failureShare}`);
  requireDelay('circuit.resetMs', resetMs, 1);
  requireDelay('circuit.maxResetMs', maxResetMs, resetMs);
  return { windowMs, minimumVolume, failureShare, resetMs, maxResetMs };
}

/** Counts what has ended in the last `windowMs`, to a tenth of it. */
function createTally(windowMs: number, scheduler: SchedulerLike) {
  const slices: { readonly number: number; ended: number; failed: number }[] = [];
  return {
    add: (isFailure: boolean): { readonly ended: number; readonly failed: number } => {
      const number = Math.floor((scheduler.now() * SLICES) / windowMs);
      while (slices[0] !== undefined && slices[0].number <= number - SLICES) slices.shift();
      let last = slices.at(-1);
      if (last?.number !== number) slices.push((last = { number, ended: 0, failed: 0 }));
      last.ended++;
      if (isFailure) last.failed++;
      return {
        ended: slices.reduce((sum, { ended }) => sum + ended, 0),
        failed: slices.reduce((sum, { failed }) => sum + failed, 0),
      };
    },
  };
}
