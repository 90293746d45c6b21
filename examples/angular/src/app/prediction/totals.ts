import { of } from 'rxjs';
import { toBatchPrompt } from 'rxjs-llm';
import type { Model } from 'rxjs-llm/model';
import type { Review } from '../records/review';
import { PRICES, type Sentiment } from './model';
import type { Change } from './run';

/** Sums over a run. */
export interface Totals {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** USD. */
  readonly cost: number;
  /** Characters of all prompts. */
  readonly sent: number;
  /** Reviews that were asked about; the characters of their texts, and of what was answered. */
  readonly asked: number;
  readonly textCharacters: number;
  readonly answerCharacters: number;
}

export type Spent = Pick<Totals, 'calls' | 'inputTokens' | 'outputTokens' | 'cost'>;

export const NO_TOTALS: Totals = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  sent: 0,
  asked: 0,
  textCharacters: 0,
  answerCharacters: 0,
};

/** Characters a token, as is usual for English, where nothing has been counted. */
const PER_TOKEN = 4;

export function added(totals: Totals, changes: readonly Change[]): Totals {
  const sums = { ...totals };
  for (const change of changes) {
    if (change.type === 'event' && change.event.type === 'attempt') {
      const { usage, cost = 0, inputCharacters } = change.event;
      sums.calls++;
      sums.inputTokens += usage.inputTokens;
      sums.outputTokens += usage.outputTokens;
      sums.cost += cost;
      sums.sent += inputCharacters;
    } else if (change.type === 'outcome' && change.outcome.attempts > 0) {
      sums.asked++;
      sums.textCharacters += change.outcome.record.text.length;
      sums.answerCharacters += JSON.stringify({ value: change.outcome.value }).length;
    }
  }
  return sums;
}

/**
 * What one call a review would have spent. An estimate: as many tokens a character as in the prompts that were sent.
 *
 * @param fixed - {@link fixedCharacters} of the model
 */
export function spentAlone(totals: Totals, fixed: number): Spent {
  const { asked, textCharacters, answerCharacters, sent } = totals;
  const perToken = totals.inputTokens === 0 ? PER_TOKEN : sent / totals.inputTokens;
  const inputTokens = Math.round((asked * fixed + textCharacters) / perToken);
  const outputTokens = Math.round(answerCharacters / PER_TOKEN);
  const cost = (inputTokens * PRICES.input + outputTokens * PRICES.output) / 1e6;
  return { calls: asked, inputTokens, outputTokens, cost };
}

/** Characters of the prompt for one review, without its text. */
export function fixedCharacters({ options, format }: Model<Review, Sentiment>): number {
  let characters = 0;
  of(['x'])
    .pipe(toBatchPrompt({ system: options.systemPrompt, format }))
    .subscribe((prompt) => (characters = prompt.charactersAlone() - 1));
  return characters;
}
