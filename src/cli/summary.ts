import type { Snapshot } from './meter.js';
import type { Closing } from './progress.js';
import type { SingleCalls } from './single-calls.js';
import { count, counted, money } from './text.js';
import type { ErrorCount } from './totals.js';

/** What a run might spend, and who had to go without. */
export interface Budget {
  readonly maxCost: number;
  /** Records without an answer because it was used up. */
  readonly unanswered: number;
}

/** What a run came to. */
export interface Summary {
  readonly snapshot: Snapshot;
  readonly errors: ReadonlyMap<string, ErrorCount>;
  readonly warnings: number;
  readonly singleCalls: SingleCalls;
  /** `null` for a run without one. */
  readonly budget: Budget | null;
  /** True if the whole input was gone through. */
  readonly finished: boolean;
  readonly output: string;
}

/** What a run came to, for people and for programs. */
export function closingOf(summary: Summary): Closing {
  return { text: summaryText(summary), line: summaryLine(summary) };
}

function summaryLine({ snapshot, errors, warnings, singleCalls, budget, finished }: Summary): object {
  const { share: _, secondsLeft: __, circuit: ___, heldSeconds: ____, ...totals } = snapshot;
  const byCode = Object.fromEntries([...errors].map(([code, { count: times }]) => [code, times]));
  const estimate = { isEstimate: true, ...singleCalls, cost: singleCalls.cost ?? null };
  return { type: 'summary', finished, ...totals, errors: byCode, warnings, budget, oneCallARecord: estimate };
}

function summaryText(summary: Summary): string {
  const { snapshot, errors, warnings, singleCalls } = summary;
  const lines = [
    writtenLine(summary),
    ...errorLines(errors),
    ...spentLines(snapshot, warnings),
    ...budgetLines(summary),
    `  one call a record: about ${counted(singleCalls.calls, 'call')}, ${tokensAndCost(singleCalls)}`,
    '    (an estimate: prompts of one record, by their characters, at the characters per token of this run; output as it was)',
  ];
  return `${lines.join('\n')}\n`;
}

/** What was written, and how long it took. */
export function writtenLine({ snapshot, finished, output }: Written): string {
  const { records, values, failures, skipped, seconds } = snapshot;
  const line = `${finished ? 'done' : 'stopped early'} in ${seconds.toFixed(1)} s: ${counted(records, 'record')} to ${output}, ${counted(values, 'value')}, ${counted(failures, 'error')}`;
  return line + (skipped === 0 ? '' : `; ${count(skipped)} skipped, they have a value`);
}

interface Written extends Pick<Summary, 'finished' | 'output'> {
  readonly snapshot: Pick<Snapshot, 'records' | 'values' | 'failures' | 'skipped' | 'seconds'>;
}

/** A line for each error code, with the message of the first. */
export function errorLines(errors: ReadonlyMap<string, ErrorCount>): readonly string[] {
  return [...errors].map(([code, error]) => `  ${count(error.count)} ${code}, the first: ${error.example}`);
}

/** Calls, tokens and money. */
export function spentLines(
  { calls, retries, recoveries, tokens, cost }: Pick<Snapshot, 'calls' | 'retries' | 'recoveries' | 'tokens' | 'cost'>,
  warnings: number,
): readonly string[] {
  return [
    `  calls   ${count(calls)} (${count(retries)} to try again${recoveries === 0 ? '' : `, ${count(recoveries)} for what failed`})` +
      (warnings === 0 ? '' : `; ${counted(warnings, 'warning')} about replies`),
    `  tokens  ${count(tokens.input)} in (${count(tokens.cachedInput)} cached), ${count(tokens.output)} out`,
    ...(cost === null ? [] : [`  cost    ${money(cost)}`]),
  ];
}

function tokensAndCost({ tokens, cost }: SingleCalls): string {
  const inAndOut = `${count(tokens.input)} tokens in, ${count(tokens.output)} out`;
  return cost === undefined ? inAndOut : `${inAndOut}, cost ${money(cost)}`;
}

function budgetLines({ budget, snapshot }: Summary): string[] {
  if (budget === null || budget.unanswered === 0) return [];
  const spent = `${money(snapshot.cost ?? 0)} of ${money(budget.maxCost)}`;
  return [
    `  budget  used up (${spent}): ${counted(budget.unanswered, 'record')} without an answer;`,
    '    --resume asks them, and may spend budget.max.cost anew: give it a larger one if this was too small',
  ];
}
