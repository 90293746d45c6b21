import type { FailedOutcome, Outcome } from '../types/outcome.js';
import type { AskablePrompt } from '../types/prompt.js';
import type { Costs } from './costs.js';
import { faultOf } from './fault.js';

/** A request for some records of a prompt, while its outcomes come in. */
export class Ask<T> {
  readonly prompt: AskablePrompt<T>;
  /** The prompt that asked for the records first. */
  readonly first: AskablePrompt<T>;
  /** How often they were asked for before, and whether the last time each was alone. */
  readonly round: number;
  readonly wasAlone: boolean;
  /** How many outcomes are still to come. */
  missing: number;
  /** How the records failed before that are asked again and have no outcome yet, by index; `undefined` for the first time. */
  readonly waiting: Map<number, FailedOutcome<T>> | undefined;
  /** Outcomes that asking again may help. */
  readonly failed: FailedOutcome<T>[] = [];
  /** The size of the prompt was at fault. */
  tooLarge = false;
  /** Nothing but the reply was: how often that is so may depend on the size. */
  telling = true;

  readonly #costs: Costs;

  constructor(costs: Costs, prompt: AskablePrompt<T>, before?: Ask<T>, failed?: readonly FailedOutcome<T>[]) {
    this.#costs = costs;
    this.prompt = prompt;
    this.first = before?.first ?? prompt;
    this.round = (before?.round ?? -1) + 1;
    this.wasAlone = before?.prompt.records.length === 1;
    this.missing = prompt.records.length;
    this.waiting = failed && new Map(failed.map((outcome) => [outcome.index, outcome]));
  }

  /** Takes an outcome, and passes it with all requests that were sent for it; or keeps it, if asking again may help. */
  take<R>(outcome: Outcome<T, R>, pass: (outcome: Outcome<T, R>) => void): undefined {
    const before = this.waiting?.get(outcome.index);
    // It was not asked for, or has come already; or it is under an index of another record, whose answer it would be taken for.
    if (this.waiting !== undefined && (before === undefined || before.record !== outcome.record)) return;
    this.waiting?.delete(outcome.index);
    this.missing--;
    const next = before === undefined ? outcome : following(before, outcome);
    if (next.error !== null) {
      const fault = faultOf(next.error);
      this.telling &&= fault === 'reply';
      this.tooLarge ||= fault === 'size';
      if (fault !== undefined) {
        this.failed.push(next);
        return;
      }
    } else this.#costs.measure(next.value);
    pass(next);
  }
}

function following<T, R>({ index, attempts: before }: FailedOutcome<T>, next: Outcome<T, R>): Outcome<T, R> {
  const attempts = before + next.attempts;
  const same = { ...next, attempts };
  return same.error === null ? same : { ...same, error: { ...same.error, index, attempts } };
}

/** The records' last outcomes, which say why there are no others. */
export function unasked<T>(failed: readonly FailedOutcome<T>[], why: string): readonly FailedOutcome<T>[] {
  return failed.map(({ error, ...outcome }) => ({
    ...outcome,
    error: { ...error, message: `${error.message}; not asked again: ${why}` },
  }));
}
