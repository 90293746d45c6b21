import { type MonoTypeOperatorFunction, Observable, type OperatorFunction, Subject, tap } from 'rxjs';
import { follow } from './follow.js';
import { takeTurns } from './turns.js';

/** Room for so many: values wait at its door, and leave it when an operator in it has given the last of what becomes of them. */
export class Room {
  #free: number;
  readonly #left = new Subject<void>();

  /** @param places - `Infinity` lets everybody in */
  constructor(places: number) {
    this.#free = places;
  }

  /** Lets values through while there is room, in the order of their arrival. */
  door<T>(): MonoTypeOperatorFunction<T> {
    return (source) =>
      new Observable((subscriber) => {
        const waiting: T[] = [];
        let ended = false;
        const inTurn = takeTurns();
        const enter = (): void => {
          while (this.#free > 0 && waiting.length > 0) subscriber.next(waiting.shift() as T);
          if (ended && waiting.length === 0) subscriber.complete();
        };

        subscriber.add(
          this.#left.subscribe(() => {
            inTurn(enter);
          }),
        );
        follow(
          source,
          subscriber,
          {
            next: (value) => {
              waiting.push(value);
              enter();
            },
            complete: () => {
              ended = true;
              enter();
            },
          },
          inTurn,
        );
      });
  }

  /** Applies an operator: each value takes a place, and leaves it when the result that `isLast` was taken. */
  inside<T, R>(operator: OperatorFunction<T, R>, isLast: (result: R) => boolean): OperatorFunction<T, R> {
    return (source) =>
      new Observable((subscriber) => {
        follow(
          source.pipe(
            tap(() => this.#free--),
            operator,
          ),
          subscriber,
          {
            next: (result) => {
              subscriber.next(result);
              if (!isLast(result)) return;
              this.#free++;
              this.#left.next();
            },
          },
        );
      });
  }
}
