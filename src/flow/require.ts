/** @throws RangeError naming the option, the rule and the value, unless it is an integer from `min` or `Infinity` */
export function requireInteger(option: string, value: number, min: number): void {
  if (!(Number.isInteger(value) || value === Infinity) || value < min)
    throw new RangeError(`${option} must be an integer from ${min}, or Infinity; got ${String(value)}`);
}

/** @throws RangeError naming the option, the rule and the value, unless it is a number from `min` up to `Infinity` */
export function requireAtLeast(option: string, value: number, min: number): void {
  if (typeof value !== 'number' || !(value >= min))
    throw new RangeError(`${option} must be a number from ${min}; got ${String(value)}`);
}

/** @throws RangeError naming the option, what is allowed and the value, unless it is one of those */
export function requireOneOf<V extends string>(option: string, value: V, allowed: readonly V[]): void {
  if (!allowed.includes(value)) throw new RangeError(`${option} must be one of ${allowed.join(', ')}; got ${value}`);
}
