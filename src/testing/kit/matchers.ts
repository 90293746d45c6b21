import type { ErrorCode, Outcome } from '../../types/outcome.js';
import { textOf } from './labels.js';
import { oneOutcomeEach } from './one-outcome-each.js';

/** Matchers for outcomes, as `expect(…)` has them. `rxjs-llm/testing/vitest` and `/jest` declare them there. */
export interface OutcomeMatchers<R = void> {
  /** An outcome has this value: equal, or matched by `expect.any(String)` and its like. */
  toBeAnsweredWith(value: unknown): R;
  /** An outcome is an error with this code. */
  toHaveFailedWith(code: ErrorCode): R;
  /** A list of outcomes has exactly one for each of these records, by reference, in any order. */
  toBeOneOutcomeEach(records: readonly unknown[]): R;
}

/** What `expect` gives its matchers, as far as they use it. */
interface Context {
  equals(one: unknown, other: unknown): boolean;
}

interface Verdict {
  readonly pass: boolean;
  message(): string;
}

/**
 * For `expect.extend`, of vitest, jest, and whatever has their shape. A message says what was expected, which record it is, and what
 * became of it.
 *
 * @example
 * ```ts
 * expect.extend(outcomeMatchers);
 * expect(outcomes).toBeOneOutcomeEach(reviews);
 * ```
 */
export const outcomeMatchers = {
  toBeAnsweredWith(this: Context, received: unknown, value: unknown): Verdict {
    const outcome = requireOutcome('toBeAnsweredWith', received);
    const pass = outcome.error === null && this.equals(outcome.value, value);
    return verdict(pass, `to be answered with ${shown(value)}`, outcome);
  },
  toHaveFailedWith(this: Context, received: unknown, code: ErrorCode): Verdict {
    const outcome = requireOutcome('toHaveFailedWith', received);
    return verdict(outcome.error?.code === code, `to have failed with ${code}`, outcome);
  },
  toBeOneOutcomeEach(this: Context, received: unknown, records: readonly unknown[]): Verdict {
    if (!Array.isArray(received))
      throw new TypeError(`toBeOneOutcomeEach takes a list of outcomes; got ${shown(received)}`);
    const outcomes = received.map((item) => requireOutcome('toBeOneOutcomeEach', item));
    const faults = oneOutcomeEach(outcomes, records);
    const rule = 'one outcome for each record';
    return {
      pass: faults.length === 0,
      message: () =>
        faults.length === 0
          ? `expected anything but ${rule}`
          : `expected ${rule} of ${records.length}:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
    };
  },
};

function verdict(pass: boolean, rule: string, { record, value, error }: Outcome<unknown, unknown>): Verdict {
  const became = error === null ? `was answered with ${shown(value)}` : `failed with ${error.code}: ${error.message}`;
  return { pass, message: () => `expected the record ${shown(record)} ${pass ? 'not ' : ''}${rule}; it ${became}` };
}

/** @throws TypeError naming the matcher, unless it is an outcome */
function requireOutcome(matcher: string, received: unknown): Outcome<unknown, unknown> {
  const isOutcome =
    typeof received === 'object' && received !== null && ['record', 'value', 'error'].every((name) => name in received);
  if (!isOutcome) throw new TypeError(`${matcher} looks at outcomes; got ${shown(received)}`);
  return received as Outcome<unknown, unknown>;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : textOf(value);
}
