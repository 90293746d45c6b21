import type { Outcome } from '../../types/outcome.js';

/** How a record is called in labels and messages. */
export type NameRecord<T> = (record: T) => string;

/**
 * Makes short labels of outcomes, for the `values` of marbles: `great=positive`, `great={"stars":5}`, or `dull!record_missing`.
 *
 * @param nameOf - how a record is called @defaultValue a text is its own name, anything else its JSON
 * @example
 * ```ts
 * expectObservable(outcomes$.pipe(map(outcomeLabel()))).toBe('--(ab|)', { a: 'great=positive', b: 'dull!record_missing' });
 * ```
 */
export function outcomeLabel<T>(nameOf: NameRecord<T> = textOf): (outcome: Outcome<T, unknown>) => string {
  return ({ record, value, error }) =>
    error === null ? `${nameOf(record)}=${textOf(value)}` : `${nameOf(record)}!${error.code}`;
}

/** The labels of some outcomes in a line: `great=positive dull!record_missing`. */
export function summary<T>(outcomes: readonly Outcome<T, unknown>[], nameOf?: NameRecord<T>): string {
  const label = outcomeLabel(nameOf);
  return outcomes.map((outcome) => label(outcome)).join(' ');
}

/**
 * The values of outcomes, in their order.
 *
 * @throws Error naming each record that has none, and why
 */
export function valuesOf<R>(outcomes: readonly Outcome<unknown, R>[]): R[] {
  const failures = outcomes.flatMap(({ record, error }) =>
    error === null ? [] : [`${textOf(record)}: ${error.code}, ${error.message}`],
  );
  if (failures.length > 0) throw new Error(`every outcome must have a value; ${failures.join('; ')}`);
  return outcomes.flatMap(({ value, error }) => (error === null ? [value] : []));
}

/** A text as it is, anything else as its JSON, or as it prints itself where it has none. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    // JSON has no text for `undefined` and functions, whatever its type says.
    const text: unknown = JSON.stringify(value);
    return typeof text === 'string' ? text : String(value);
  } catch {
    return String(value);
  }
}
