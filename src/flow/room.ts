import {
  concatMap,
  first,
  map,
  type MonoTypeOperatorFunction,
  type Observable,
  observeOn,
  of,
  type OperatorFunction,
  pipe,
  queueScheduler,
  Subject,
  tap,
} from 'rxjs';

/** Room for so many: values wait at its door, and have left it when an operator in it has given the last of what becomes of them. */
export class Room {
  #free: number;
  readonly #left = new Subject<void>();

  /** @param places - `Infinity` lets everybody in */
  constructor(places: number) {
    this.#free = places;
  }

  /** Lets values through while there is room, in the order of their arrival. */
  door<T>(): MonoTypeOperatorFunction<T> {
    const isFree = (): boolean => this.#free > 0;
    return concatMap((value) => {
      const entry: Observable<unknown> = isFree() ? of(value) : this.#left.pipe(first(isFree));
      // One after the other, however many could enter at once.
      return entry.pipe(
        map(() => value),
        observeOn(queueScheduler),
      );
    });
  }

  /** Applies an operator: each value takes a place, and leaves it with the result that `isLast`. */
  inside<T, R>(operator: OperatorFunction<T, R>, isLast: (result: R) => boolean): OperatorFunction<T, R> {
    return pipe(
      tap(() => this.#free--),
      operator,
      tap((result) => {
        if (!isLast(result)) return;
        this.#free++;
        this.#left.next();
      }),
    );
  }
}
