import { catchError, map, type Observable, type OperatorFunction, take, tap, throwError } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import { seeError } from './labels.js';
import type { MarbleSpec, MarbleSuite } from './spec.js';
import { setStage, type StageSet } from './stage.js';

/** Applies the operator as a spec says; what comes out is labels. It is played once it is subscribed. */
export function playSpec<Options, Given, Out>(
  suite: MarbleSuite<Options, Given, Out>,
  spec: MarbleSpec<Options, Given, Out>,
  scheduler: TestScheduler,
): { readonly set: StageSet<Given>; readonly played: Observable<string> } {
  const { see = suite.see, values = {} } = spec;
  const set = setStage(spec, scheduler);
  const played = suite.play(set.stage, { ...suite.options, ...spec.options }).pipe(
    catchError((error: unknown) => throwError(() => seeError(error))),
    map(see),
    reenter(spec.reenter ?? {}, values, set.feed),
    take(spec.take ?? Infinity),
  );
  return { set, played };
}

/** Feeds the source, once each, while a letter of the result is on its way to whoever comes after. */
function reenter(
  feeds: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
  feed: (letters: string) => void,
): OperatorFunction<string, string> {
  const waiting = new Map(Object.entries(feeds).map(([letter, letters]) => [values[letter] ?? letter, letters]));
  return tap((label) => {
    const letters = waiting.get(label);
    waiting.delete(label);
    if (letters !== undefined) feed(letters);
  });
}
