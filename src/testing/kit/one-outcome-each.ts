import type { Outcome } from '../../types/outcome.js';
import { textOf } from './labels.js';

/**
 * What is wrong with the claim that each record has exactly one outcome; empty if nothing is. Records are compared by reference, as outcomes
 * carry the records themselves; one that comes twice has two outcomes. Their order is not looked at.
 */
export function oneOutcomeEach<T>(outcomes: readonly Outcome<T, unknown>[], records: readonly T[]): string[] {
  const expected = counted(records);
  const actual = counted(outcomes.map(({ record }) => record));
  return [...new Set([...records, ...actual.keys()])].flatMap((record) => {
    const should = expected.get(record) ?? 0;
    const has = actual.get(record) ?? 0;
    return has === should ? [] : [`${textOf(record)} has ${has} outcomes, and should have ${should}`];
  });
}

function counted<T>(records: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const record of records) counts.set(record, (counts.get(record) ?? 0) + 1);
  return counts;
}
