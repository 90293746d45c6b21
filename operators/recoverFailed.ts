import { bufferCount, catchError, concat, defer, from, mergeMap, type Observable, type OperatorFunction } from 'rxjs';
import { branch } from '../src/flow/branch.js';
import { errorLast } from '../src/flow/errorLast.js';
import { createReporter } from '../src/flow/reporter.js';
import { requireAtLeast, requireOneOf } from '../src/flow/require.js';
import { Ask, unasked } from '../src/recovery/ask.js';
import { Costs } from '../src/recovery/costs.js';
import { nextSize } from '../src/recovery/next-size.js';
import { detachPrompt } from '../src/recovery/prompt-of.js';
import type { EventsObserver } from '../src/types/events.js';
import { type FailedOutcome, type Outcome, reasonOf } from '../src/types/outcome.js';
import type { AskablePrompt } from '../src/types/prompt.js';
import type { RecoveryStrategy } from '../src/types/recovery.js';
import type { Price } from '../src/types/sending.js';

/** Options of {@link recoverFailed}. */
export interface RecoverFailedOptions<T, R> {
  /**
   * Asks for some records of a prompt again: `callLLM` and `parseIndexed`, with `priority: 'recovery'`. Gives their outcomes, under
   * the indices of the prompt, and completes. What it throws, and what it leaves out, does not end the stream.
   */
  readonly attempt: (prompt: AskablePrompt<T>) => Observable<Outcome<T, R>>;
  /** Which records go into the next prompts: see {@link RecoveryStrategy}. @defaultValue 'reask' */
  readonly strategy?: RecoveryStrategy;
  /**
   * Most that the stream may cost, first asks and all, as a multiple of what it would cost to ask each of its records alone; a number
   * from 0. Asking again may always cost as much as 50 records alone. Records for which there is nothing left end with their last
   * error. @defaultValue 1
   */
  readonly budget?: number;
  /** What output costs in relation to input. @defaultValue four times as much */
  readonly price?: Price | undefined;
  /** Where it is reported what is asked again. @defaultValue nowhere */
  readonly events?: EventsObserver | undefined;
}

/**
 * Emits outcomes; the records that failed are asked again before they do.
 *
 * ```text
 * source   -a-B-C---------|     of one prompt; B and C failed
 *          recoverFailed({ attempt })
 * attempt       --b-C|
 *                   --c|
 * result   -a-----b----c--|
 * ```
 *
 * - *emits* each outcome once: values as they come, and errors when asking again has not helped, or cannot. A prompt's failed records
 *   are asked again when all its outcomes are in, whatever other prompts do. Records are told apart by their `index`.
 * - *completes* when the source has, and all that was asked again has its outcome.
 * - *errors* with the source, likewise.
 * - *on unsubscribe* what is being asked again is unsubscribed, and outcomes that wait are dropped.
 * - *holds at most* the failed outcomes of the prompts in flight.
 *
 * Outcomes have to come straight from `parseIndexed`: a copy of one belongs to no prompt, and passes.
 *
 * @example
 * ```ts
 * outcomes$.pipe(recoverFailed({ attempt: (prompt) => of(prompt).pipe(callLLM(provider, { priority: 'recovery' }), parseIndexed()) }))
 * ```
 *
 * @throws RangeError if `strategy` is none, or `budget` is not a number from 0
 * @see {@link parseIndexed}
 * @see [Recovery](../docs/recovery.md)
 */
export function recoverFailed<T, R>(
  options: RecoverFailedOptions<T, R>,
): OperatorFunction<Outcome<T, R>, Outcome<T, R>> {
  const { attempt, strategy = 'reask', budget = 1, price, events } = options;
  requireOneOf('strategy', strategy, ['reask', 'bisect', 'single', 'retry', 'fail']);
  requireAtLeast('budget', budget, 0);
  const report = createReporter(events);

  return (source) =>
    defer(() => {
      const costs = new Costs(budget, price);
      /** Asks of which outcomes are missing: some, as many as are in flight. No `Map`: see {@link Line}. */
      const open: Ask<T>[] = [];

      const recover = branch<Outcome<T, R>, Outcome<T, R>>((outcome, pass) => {
        const prompt = detachPrompt<T>(outcome);
        if (prompt === undefined || prompt.request === null || strategy === 'fail') {
          pass(outcome);
          return;
        }
        let ask = open.findLast((one) => one.prompt === prompt);
        if (ask === undefined) open.push((ask = new Ask(costs, prompt)));
        ask.take(outcome, pass);
        if (ask.missing > 0) return;
        open.splice(open.indexOf(ask), 1);
        costs.enter(prompt);
        return goOn(ask);
      });

      /** What becomes of an ask's failed records, once all its outcomes are in; `undefined` if there are none. */
      const goOn = (ask: Ask<T>): Observable<Outcome<T, R>> | undefined => {
        costs.settle(ask);
        const { first, failed } = ask;
        if (failed.length === 0) return undefined;
        const size = nextSize(strategy, ask, (most) => costs.cheapest(first, failed.length, most));
        if (size === 0) return from(failed);
        return from(failed).pipe(
          bufferCount(size),
          mergeMap((part) => askAgain(ask, part)),
        );
      };

      const askAgain = (before: Ask<T>, part: readonly FailedOutcome<T>[]): Observable<Outcome<T, R>> => {
        const { first } = before;
        const prompt = first.subset(part.map(({ index }) => first.indices.indexOf(index)));
        if (prompt.request === null || !costs.reserve(prompt))
          return from(unasked(part, 'the budget for it is used up'));
        const errors = [...new Set(part.map(({ error }) => error.code))];
        report({ type: 'recovery', batchId: prompt.id, first: first.id, records: part.length, errors });
        const ask = new Ask(costs, prompt, before, part);
        let why = 'no outcome came';
        return concat(
          defer(() => attempt(prompt)).pipe(
            catchError((cause: unknown) => {
              why = reasonOf(cause);
              return [];
            }),
            branch<Outcome<T, R>, Outcome<T, R>>((outcome, pass) => ask.take(outcome, pass)),
          ),
          defer(() => concat(unasked([...(ask.waiting?.values() ?? [])], why), goOn(ask) ?? [])),
        );
      };

      return source.pipe(
        errorLast((outcomes) =>
          concat(
            outcomes.pipe(recover),
            defer(() => open.flatMap(({ failed }) => failed)),
          ),
        ),
      );
    });
}
