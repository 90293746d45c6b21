/** The longest delay of a timer, in milliseconds: `setTimeout` takes a longer one for none at all (HTML Standard, timers). */
export const MAX_DELAY_MS = 2 ** 31 - 1;

/** @throws RangeError naming the option, the rule and the value, unless it is an integer from `min` or `Infinity` */
export function requireInteger(option: string, value: number, min: number): void {
  ensure(
    option,
    value,
    (Number.isInteger(value) || value === Infinity) && value >= min,
    `an integer from ${min}, or Infinity`,
  );
}

/** @throws RangeError naming the option, the rule and the value, unless it is a number from `min` up to `Infinity` */
export function requireAtLeast(option: string, value: number, min: number): void {
  ensure(option, value, typeof value === 'number' && value >= min, `a number from ${min}`);
}

/** @throws RangeError naming the option, the rule and the value, unless timers can wait as long, or it is `Infinity` */
export function requireDelay(option: string, value: number, min: number): void {
  requireAtLeast(option, value, min);
  ensure(option, value, value <= MAX_DELAY_MS || value === Infinity, `at most ${MAX_DELAY_MS} (ms), or Infinity`);
}

/** @throws RangeError naming the option, what is allowed and the value, unless it is one of those */
export function requireOneOf<V extends string>(option: string, value: V, allowed: readonly V[]): void {
  ensure(option, value, allowed.includes(value), `one of ${allowed.join(', ')}`);
}

/** @throws RangeError naming the option, the rule and the value, unless runs of `quantum` fit into what may be in flight */
export function requireDemand({ maxInFlight, quantum = 1 }: { maxInFlight: number; quantum?: number }): void {
  requireInteger('maxInFlight', maxInFlight, 1);
  requireInteger('quantum', quantum, 1);
  ensure('quantum', quantum, quantum <= maxInFlight, `at most maxInFlight, ${maxInFlight}`);
}

function ensure(option: string, value: unknown, isAllowed: boolean, rule: string): void {
  if (!isAllowed) throw new RangeError(`${option} must be ${rule}; got ${String(value)}`);
}
