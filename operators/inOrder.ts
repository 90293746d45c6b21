import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { follow } from '../src/flow/follow.js';

/**
 * Emits outcomes in the order of their `index`, each once all before it have left.
 *
 * ```text
 * source   --c--a--b--d--|     indices: a 0, b 1, c 2, d 3
 *          inOrder()
 * result   -----a--(bc)d-|
 * ```
 *
 * - *emits* an outcome when every lower index has been emitted; the first awaited index is 0. An index that has
 *   already passed, or is held already, is emitted at once.
 * - *completes* with the source, after what it still holds, in order: a gap that was never filled is skipped.
 * - *errors* with the source, likewise after what it still holds.
 * - *on unsubscribe* what it holds is dropped.
 * - *holds at most* all outcomes that came before a missing one; bound it with the number of records in flight.
 *
 * @example
 * ```ts
 * outcomes$.pipe(inOrder())
 * ```
 *
 * @see {@link parseIndexed}
 */
export function inOrder<O extends { readonly index: number }>(): MonoTypeOperatorFunction<O> {
  return (source) =>
    new Observable((subscriber) => {
      /** What came before its turn, by index. No `Map`: see {@link Line}. */
      const held: Record<number, O> = {};
      /** The index whose turn it is. */
      let awaited = 0;

      follow(source, subscriber, {
        next: (outcome) => {
          if (outcome.index !== awaited) {
            if (outcome.index < awaited || held[outcome.index] !== undefined) subscriber.next(outcome);
            else held[outcome.index] = outcome;
            return;
          }
          for (let next: O | undefined = outcome; next !== undefined; next = held[awaited]) {
            Reflect.deleteProperty(held, awaited++);
            subscriber.next(next);
          }
        },
        last: () => {
          for (const outcome of Object.values(held).sort((a, b) => a.index - b.index)) subscriber.next(outcome);
        },
      });
    });
}
