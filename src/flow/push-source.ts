import { Observable, type Subscriber } from 'rxjs';
import type { PullSource } from './pull-source.js';

/** A {@link PullSource} of what is pushed into it; what nobody has asked for yet waits in it. */
export class PushSource<T> implements PullSource<T> {
  /** The oldest first. Who takes something out of here takes it back. */
  readonly waiting: T[] = [];
  /** Who has asked, and has no answer yet. */
  #asked: Subscriber<T> | undefined;
  #end: Observable<never> | undefined;

  push(record: T): void {
    this.waiting.push(record);
    this.#answer();
  }

  /** Ends as `end` does, after all that waits. Only the first end counts. */
  end(end: Observable<never>): void {
    this.#end ??= end;
    this.#answer();
  }

  pull(): Observable<T> {
    return new Observable((subscriber) => {
      this.#asked = subscriber;
      this.#answer();
    });
  }

  cancel(): void {
    // What is pushed from now on waits in vain.
  }

  #answer(): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    if (this.waiting.length > 0) {
      this.#asked = undefined;
      asked.next(this.waiting.shift() as T);
      asked.complete();
    } else this.#end?.subscribe(asked);
  }
}
