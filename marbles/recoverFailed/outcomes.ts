import { of } from 'rxjs';
import type { RecoverFailedOptions } from '../../operators/recoverFailed.js';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { attachPrompt } from '../../src/recovery/prompt-of.js';
import type { Failure, Outcome } from '../../src/types/outcome.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { MarbleSpec } from '../spec.js';

/** An outcome: `a` is a value for the record a, `A` is its `record_missing`; anything else says what went wrong. */
export type Came = string | { readonly of: string; readonly failure: Failure };

export interface Options extends Partial<Omit<RecoverFailedOptions<string, string>, 'attempt'>> {
  /** The records that each prompt asks for, a letter each. */
  readonly asks?: readonly string[];
  /** The system instruction of the prompts. @defaultValue 400 tokens */
  readonly system?: string;
  /** Outcomes are copies, which belong to no prompt. @defaultValue false */
  readonly copies?: boolean;
}

export type Spec = MarbleSpec<Options, Came, Outcome<string, string>>;

/** What went wrong with a record. */
export function failed(of: string, code: Failure['code'], more: Partial<Failure> = {}): Came {
  return { of, failure: { code, message: code, ...more } };
}

export function promptsFor({ asks = [], system = 'rule '.repeat(320) }: Options): readonly BatchPrompt<string>[] {
  const prompts: BatchPrompt<string>[] = [];
  of(...asks.map((letters) => Array.from(letters)))
    .pipe(toBatchPrompt<string>({ system }))
    .subscribe((prompt) => prompts.push(prompt));
  return prompts;
}

/** The outcome that a letter stands for, under the index that its record has among all that are asked. */
export function outcomeOf(came: Came, { asks = [] }: Options, batchId: string): Outcome<string, string> {
  const isFailed = typeof came !== 'string' || came !== came.toLowerCase();
  const record = typeof came === 'string' ? came.toLowerCase() : came.of;
  const base = { record, index: asks.join('').indexOf(record), batchId, attempts: 1 };
  if (!isFailed) return { ...base, value: record, error: null };
  const failure: Failure =
    typeof came === 'string'
      ? { code: 'record_missing', message: 'the reply has no entry for this record' }
      : came.failure;
  return { ...base, value: null, error: { ...failure, index: base.index, batchId, attempts: 1 } };
}

/** As `parseIndexed` gives it: with the prompt that asked for the record. */
export function parsed(came: Came, prompts: readonly BatchPrompt<string>[], options: Options): Outcome<string, string> {
  const letter = typeof came === 'string' ? came.toLowerCase() : came.of;
  const prompt = prompts.find(({ records }) => records.includes(letter));
  const outcome = outcomeOf(came, options, prompt?.id ?? 'none');
  if (prompt === undefined || options.copies === true) return outcome;
  return attachPrompt(outcome, prompt);
}

/** `a` for a value, `A` for `record_missing`, else `a!code`. */
export function seeRecovered({ record, error }: Outcome<string, string>): string {
  if (error === null) return record;
  return error.code === 'record_missing' ? record.toUpperCase() : `${record}!${error.code}`;
}

/** `a@0 of b1.1#2`; for errors with their message. */
export function seeWhole({ record, index, batchId, attempts, error }: Outcome<string, string>): string {
  return `${record}@${index} of ${batchId}#${attempts}${error === null ? '' : `: ${error.message}`}`;
}
