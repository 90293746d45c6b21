import { EMPTY, NEVER, Observable, of, throwError, timer } from 'rxjs';
import type { PullSource } from '../src/flow/pull-source.js';
import type { ScriptedStep, Stage } from './spec.js';

/**
 * A source that is asked for each of its marbles, and takes as long over one as stands between it and the one before; at the same
 * frame it answers synchronously. Its log `source` is alive from its opening to its end or its cancelling, and `pulls` is
 * alive while it is being asked.
 */
export function scriptedSource(stage: Stage<string>): () => PullSource<string> {
  return () => {
    const life = stage.logged('source', NEVER).subscribe();
    const steps = stage.script.values();
    let before = 0;

    const answer = ({ frame, kind, value }: ScriptedStep<string>): Observable<string> => {
      const takes = frame - before;
      before = frame;
      const said = kind === 'next' ? of(value) : kind === 'error' ? throwError(() => value) : EMPTY;
      const ending = new Observable<string>((subscriber) => {
        if (kind !== 'next') life.unsubscribe();
        return said.subscribe(subscriber);
      });
      return takes === 0 ? ending : after(takes, ending);
    };
    return {
      pull: () => {
        const { value: step } = steps.next();
        return stage.logged('pulls', step === undefined ? NEVER : answer(step));
      },
      cancel: () => {
        if (life.closed) throw new Error('the source was cancelled after its end');
        life.unsubscribe();
      },
    };
  };
}

function after<T>(ms: number, then: Observable<T>): Observable<T> {
  return new Observable((subscriber) => {
    subscriber.add(
      timer(ms).subscribe(() => {
        subscriber.add(then.subscribe(subscriber));
      }),
    );
  });
}
