import type { Outcome } from '../types/outcome.js';
import type { InputRecord } from './record.js';
import type { Veil } from './veil.js';

/** An error as the output shows it. */
export interface WrittenError {
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
}

/** What stands in a line's `error`. */
export function writtenError(outcome: Outcome<InputRecord, unknown>, veil: Veil): WrittenError | null {
  const { error, record, attempts } = outcome;
  if (error === null) return null;
  if (record.problem !== null) return { code: 'input_malformed', message: record.problem, attempts };
  return { code: error.code, message: veil(error.message), attempts };
}

/** One line of the output, without its newline. The record stands as it was read. */
export function outputLine(
  { record, value }: Pick<Outcome<InputRecord, unknown>, 'record' | 'value'>,
  error: WrittenError | null,
): string {
  const { key, json } = record;
  return `{"key":${JSON.stringify(key)},"record":${json},"value":${JSON.stringify(value)},"error":${JSON.stringify(error)}}`;
}
