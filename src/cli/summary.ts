import type { Snapshot } from './meter.js';
import type { SingleCalls } from './single-calls.js';
import { count, counted, money } from './text.js';
import type { ErrorCount } from './totals.js';

/** What a run came to. */
export interface Summary {
  readonly snapshot: Snapshot;
  readonly errors: ReadonlyMap<string, ErrorCount>;
  readonly warnings: number;
  readonly singleCalls: SingleCalls;
  /** True if the whole input was gone through. */
  readonly finished: boolean;
  readonly output: string;
}

/** The last line of `--progress json`. */
export function summaryLine({ snapshot, errors, warnings, singleCalls, finished }: Summary): object {
  const { share: _, secondsLeft: __, ...totals } = snapshot;
  const byCode = Object.fromEntries([...errors].map(([code, { count: times }]) => [code, times]));
  const estimate = { isEstimate: true, ...singleCalls, cost: singleCalls.cost ?? null };
  return { type: 'summary', finished, ...totals, errors: byCode, warnings, oneCallARecord: estimate };
}

/** The closing lines for people. */
export function summaryText({ snapshot, errors, warnings, singleCalls, finished, output }: Summary): string {
  const { records, values, failures, skipped, calls, retries, tokens, cost, seconds } = snapshot;
  const lines = [
    `${finished ? 'done' : 'stopped early'} in ${seconds.toFixed(1)} s: ${counted(records, 'record')} to ${output}, ${counted(values, 'value')}, ${counted(failures, 'error')}` +
      (skipped === 0 ? '' : `; ${count(skipped)} skipped, they have a value`),
    ...[...errors].map(([code, error]) => `  ${count(error.count)} ${code}, the first: ${error.example}`),
    `  calls   ${count(calls)} (${count(retries)} to try again)` +
      (warnings === 0 ? '' : `; ${counted(warnings, 'warning')} about replies`),
    `  tokens  ${count(tokens.input)} in (${count(tokens.cachedInput)} cached), ${count(tokens.output)} out`,
    ...(cost === null ? [] : [`  cost    ${money(cost)}`]),
    `  one call a record: about ${counted(singleCalls.calls, 'call')}, ${tokensAndCost(singleCalls)}`,
    '    (an estimate: prompts of one record, by their characters, at the characters per token of this run; output as it was)',
  ];
  return `${lines.join('\n')}\n`;
}

function tokensAndCost({ tokens, cost }: SingleCalls): string {
  const inAndOut = `${count(tokens.input)} tokens in, ${count(tokens.output)} out`;
  return cost === undefined ? inAndOut : `${inAndOut}, cost ${money(cost)}`;
}
