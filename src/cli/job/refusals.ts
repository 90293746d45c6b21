import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Failure } from '../../types/outcome.js';
import type { BatchPrompt } from '../../types/prompt.js';
import { codeOf } from '../failure.js';
import type { WrittenError } from '../output-line.js';
import type { Veil } from '../veil.js';
import { type JobRecord, slotOf } from './job-record.js';

/** A record that no job can have, and why. */
export interface Refusal extends Pick<WrittenError, 'code' | 'message'> {
  readonly name: string;
}

/** Why each record of a prompt is in no job. */
export function refusalsOf(
  { records }: BatchPrompt<JobRecord>,
  { code, message }: Failure,
  veil: Veil,
): readonly Refusal[] {
  return records.map(({ name, problem }) =>
    problem === null ? { name, code, message: veil(message) } : { name, code: 'input_malformed', message: problem },
  );
}

/** Adds a refusal to a file, on a line of its own also where a crash has torn the last one. */
export function writeRefusal(path: string, refusal: Refusal): void {
  appendFileSync(path, `\n${JSON.stringify(refusal)}`, { mode: 0o600 });
}

/** The refusals in a file by slot, the last of each record. One that a crash has torn is told again when its record comes again. */
export async function readRefusals(path: string): Promise<ReadonlyMap<number, Refusal>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  return new Map(text.split('\n').flatMap(readLine));
}

function readLine(line: string): (readonly [number, Refusal])[] {
  try {
    const refusal = JSON.parse(line) as Refusal;
    return [[slotOf(refusal.name), refusal]];
  } catch {
    return [];
  }
}
