import type { Snapshot } from './meter.js';
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

/** The last line of `--progress json`. */
export function summaryLine({ snapshot, errors, warnings, singleCalls, budget, finished }: Summary): object {
  const { share: _, secondsLeft: __, circuit: ___, heldSeconds: ____, ...totals } = snapshot;
  const byCode = Object.fromEntries([...errors].map(([code, { count: times }]) => [code, times]));
  const estimate = { isEstimate: true, ...singleCalls, cost: singleCalls.cost ?? null };
  return { type: 'summary', finished, ...totals, errors: byCode, warnings, budget, oneCallARecord: estimate };
}

/** The closing lines for people. */
export function summaryText(summary: Summary): string {
  const { snapshot, errors, warnings, singleCalls, finished, output } = summary;
  const { records, values, failures, skipped, calls, retries, recoveries, tokens, cost, seconds } = snapshot;
  const lines = [
    `${finished ? 'done' : 'stopped early'} in ${seconds.toFixed(1)} s: ${counted(records, 'record')} to ${output}, ${counted(values, 'value')}, ${counted(failures, 'error')}` +
      (skipped === 0 ? '' : `; ${count(skipped)} skipped, they have a value`),
    ...[...errors].map(([code, error]) => `  ${count(error.count)} ${code}, the first: ${error.example}`),
    `  calls   ${count(calls)} (${count(retries)} to try again${recoveries === 0 ? '' : `, ${count(recoveries)} for what failed`})` +
      (warnings === 0 ? '' : `; ${counted(warnings, 'warning')} about replies`),
    `  tokens  ${count(tokens.input)} in (${count(tokens.cachedInput)} cached), ${count(tokens.output)} out`,
    ...(cost === null ? [] : [`  cost    ${money(cost)}`]),
    ...budgetLines(summary),
    `  one call a record: about ${counted(singleCalls.calls, 'call')}, ${tokensAndCost(singleCalls)}`,
    '    (an estimate: prompts of one record, by their characters, at the characters per token of this run; output as it was)',
  ];
  return `${lines.join('\n')}\n`;
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
