import type { OptionKind } from './options.js';

/**
 * Reads one value by the rule of its option: typed values as they are, strings as what they say.
 *
 * @param name - the option, as the user wrote it, for messages
 * @param shown - how messages show the value
 * @throws TypeError or RangeError naming the option, the value (unless it is secret) and what is allowed
 */
export function readOption(name: string, value: unknown, rule: OptionKind, shown = show(value)): unknown {
  const got = rule.kind === 'text' && rule.secret === true ? 'another value' : shown;
  switch (rule.kind) {
    case 'text':
      if (typeof value === 'string' && value !== '') return value;
      throw new TypeError(`${name} must be a text that is not empty; got ${got}`);
    case 'integer':
      return readNumber(name, value, { ...rule, what: 'an integer', test: Number.isInteger }, got);
    case 'number':
      return readNumber(name, value, { ...rule, what: 'a number', test: Number.isFinite }, got);
    case 'choice':
      return readChoice(name, value, rule, got);
    case 'content':
      if (typeof value === 'function' || (typeof value === 'string' && value !== '')) return value;
      throw new TypeError(`${name} must be a field's name, a template or a function; got ${got}`);
    case 'fields':
    case 'schema':
      return readObject(name, value, got);
    case 'provider':
      if (typeof value === 'string' ? value !== '' : typeof value === 'object' && value !== null) return value;
      throw new TypeError(`${name} must be a provider, or a provider's name; got ${got}`);
  }
}

interface NumberRule {
  readonly min: number;
  readonly what: string;
  readonly test: (value: unknown) => boolean;
}

function readNumber(name: string, value: unknown, { min, what, test }: NumberRule, got: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && test(number) && number >= min) return number;
  throw new RangeError(`${name} must be ${what} from ${min}; got ${got}`);
}

function readChoice(name: string, value: unknown, rule: OptionKind & { kind: 'choice' }, got: string): unknown {
  if (typeof value === 'string' && rule.allowed.includes(value)) return value;
  const allowed = rule.allowed.join(', ');
  if (typeof value === 'string' && rule.later?.includes(value) === true)
    throw new RangeError(`${name} "${value}" is not supported in this version; allowed: ${allowed}`);
  throw new RangeError(`${name} must be one of ${allowed}; got ${got}`);
}

function readObject(name: string, value: unknown, got: string): object {
  const object = typeof value === 'string' ? parse(value) : value;
  // Some schema libraries make their schemas as functions.
  const isObject = typeof object === 'object' || typeof object === 'function';
  if (isObject && object !== null && !Array.isArray(object)) return object;
  throw new TypeError(`${name} must be an object, or its JSON; got ${got}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A value as a message shows it: short, and with its quotes if it is a string. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
