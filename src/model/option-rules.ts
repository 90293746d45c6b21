/** What values an option takes. */
export interface OptionRule {
  /** What is allowed, as messages say it. */
  readonly allowed: string;
  /** The typed value, read from a typed value or from a string; `undefined` if it is not allowed. */
  readonly read: (value: unknown) => unknown;
  /** The value when nothing is given; `undefined` is none. */
  readonly fallback?: unknown;
}

/** As long as a timer can wait, in milliseconds: about 24 days (HTML Standard, timers). */
const MAX_MS = 2 ** 31 - 1;

export function text(fallback?: string): OptionRule {
  return { allowed: 'a text that is not empty', read: readText, fallback };
}

export function address(): OptionRule {
  return {
    allowed: 'an http or https address, without query and fragment',
    read: (value) => (/^https?:\/\/[^?#]+$/i.test(String(value)) ? String(value) : undefined),
  };
}

export function integer(min: number, fallback?: number): OptionRule {
  return { ...number(min, fallback), allowed: `an integer from ${min}`, read: readNumber(Number.isInteger, min) };
}

export function number(min: number, fallback?: number): OptionRule {
  return { allowed: `a number from ${min}`, read: readNumber(Number.isFinite, min), fallback };
}

export function milliseconds(min: number, fallback?: number): OptionRule {
  return { allowed: `a number from ${min} to ${MAX_MS}`, read: readNumber(Number.isFinite, min, MAX_MS), fallback };
}

export function choice(allowed: readonly string[], fallback: string): OptionRule {
  return {
    allowed: `one of ${allowed.join(', ')}`,
    read: (value) => allowed.find((known) => known === value),
    fallback,
  };
}

export function toggle(fallback: boolean): OptionRule {
  const read: OptionRule['read'] = (value) => [true, false].find((known) => known === value || String(known) === value);
  return { allowed: 'true or false', read, fallback };
}

/** A provider, a factory of one, or a name of one. */
export function provider(): OptionRule {
  const isOne = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && ('complete' in value || 'connect' in value);
  return {
    allowed: "a provider, or a provider's name",
    read: (value) => readText(value) ?? (isOne(value) ? value : undefined),
  };
}

/** A format of replies, or a name of one. */
export function formatOr(names: readonly string[], fallback: string): OptionRule {
  const isOne = (value: unknown): boolean => typeof value === 'object' && value !== null && 'reader' in value;
  return {
    allowed: `one of ${names.join(', ')}, or a format`,
    read: (value) => names.find((name) => name === value) ?? (isOne(value) ? value : undefined),
    fallback,
  };
}

/** A function, or its textual form. */
export function functionOr(allowed: string, fallback: string): OptionRule {
  return { allowed, read: (value) => (typeof value === 'function' ? value : readText(value)), fallback };
}

export function object(): OptionRule {
  return { allowed: 'an object, or its JSON', read: readObject };
}

function readText(value: unknown): unknown {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readNumber(test: (value: unknown) => boolean, min: number, max = Infinity): OptionRule['read'] {
  return (value) => {
    const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof read === 'number' && test(read) && read >= min && read <= max ? read : undefined;
  };
}

function readObject(value: unknown): unknown {
  const read = typeof value === 'string' ? parseJson(value) : value;
  // Some schema libraries make their schemas as functions.
  const isObject = (typeof read === 'object' && !Array.isArray(read)) || typeof read === 'function';
  return isObject ? (read ?? undefined) : undefined;
}

/** What a JSON text says; `undefined` if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
