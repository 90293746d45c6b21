import fc from 'fast-check';
import { runsOf } from '../scale.js';

/** Runs of each property in CI. */
export const RUNS = runsOf(10_000);

type Arbitraries<Values> = { readonly [K in keyof Values]: fc.Arbitrary<Values[K]> };

/**
 * Asserts that `holds` does not throw for any values, as often as `runs` says. A failure prints its seed, its path and the smallest values that failed.
 */
export function always<Values extends [unknown, ...unknown[]]>(
  arbitraries: Arbitraries<Values>,
  holds: (...values: Values) => void,
  runs = RUNS,
): void {
  fc.assert(fc.property<Values>(...(arbitraries as { [K in keyof Values]: fc.Arbitrary<Values[K]> }), holds), {
    numRuns: runsOf(runs),
  });
}
