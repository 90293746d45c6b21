import { EMPTY, Observable, observeOn, type Observer, Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { LlmEvent } from '../src/types/events.js';
import type { Life } from './lives.js';
import type { MarbleSpec, ScriptedStep, Stage } from './spec.js';

/** A {@link Stage}, seen by who runs the spec. */
export interface StageSet<Given> {
  readonly stage: Stage<Given>;
  readonly events: Subject<LlmEvent>;
  /** Lets the source emit these letters now. */
  feed(letters: string): void;
  /** The lives of the inputs, and of what else was `logged`. */
  logOf(name: string): Life[];
  logs(): readonly (readonly [string, readonly Life[]])[];
  /** Marbles that a synchronous source got through. */
  emitted(): number;
}

/** Builds what a spec is played on. */
export function setStage<Given>(spec: MarbleSpec<unknown, Given, never>, scheduler: TestScheduler): StageSet<Given> {
  const { inputs, given = {}, synchronous, late = false, random = [0.5] } = spec;
  const valueOf = (letter: string): Given => given[letter] ?? (letter as Given);
  const stepsOf = (marbles: string): ScriptedStep<Given>[] => steps(marbles, valueOf, given['#']);

  const logs = new Map<string, Life[]>();
  const logOf = (name: string): Life[] => {
    const log = logs.get(name) ?? [];
    logs.set(name, log);
    return log;
  };
  const logged = <T>(name: string, observable: Observable<T>): Observable<T> =>
    new Observable((subscriber) => {
      const life = { subscribedFrame: scheduler.frame, unsubscribedFrame: Infinity };
      logOf(name).push(life);
      subscriber.add(() => {
        life.unsubscribedFrame = scheduler.frame;
      });
      subscriber.add(observable.subscribe(subscriber));
    });

  const played = (marbles: string): Observable<Given> => {
    const values = Object.fromEntries(lettersIn(marbles).map((letter) => [letter, valueOf(letter)]));
    return marbles.includes('^')
      ? scheduler.createHotObservable(marbles, values, given['#'])
      : scheduler.createColdObservable(marbles, values, given['#']);
  };

  let emitted = 0;
  const synchronously = new Observable<Given>((subscriber) => {
    for (const step of stepsOf(inputs.source)) {
      if (subscriber.closed) return;
      emitted++;
      notify(subscriber, step);
    }
  });
  const fed = new Subject<Given>();
  const main = synchronous === undefined ? played(inputs.source) : synchronously;
  const source = new Observable<Given>((subscriber) => {
    subscriber.add(fed.subscribe(subscriber));
    subscriber.add((late ? main.pipe(observeOn(scheduler)) : main).subscribe(subscriber));
  });
  const { source: _, ...rest } = inputs;
  const others = new Map(Object.entries(rest).map(([name, marbles]) => [name, logged(name, played(marbles))]));

  let draws = 0;
  const events = new Subject<LlmEvent>();
  return {
    stage: {
      source: logged('source', source),
      script: stepsOf(inputs.source),
      input: (name) => others.get(name),
      logged,
      events,
      random: () => random[draws++ % random.length] ?? NaN,
    },
    events,
    feed: (letters) => {
      for (const step of stepsOf(letters)) notify(fed, step);
    },
    logOf,
    logs: () => [...logs],
    emitted: () => emitted,
  };
}

/** A stage on which nothing happens, for options that are refused. */
export function idleStage(): Stage<never> {
  return {
    source: EMPTY,
    script: [],
    input: () => undefined,
    logged: (_, observable) => observable,
    events: { next: () => undefined },
    random: () => 0,
  };
}

/** The letters that stand in some marbles. */
export function lettersIn(marbles: string): string[] {
  return steps(marbles.replaceAll('^', ' '), String, undefined).flatMap(({ kind, value }) =>
    kind === 'next' ? [value] : [],
  );
}

/** The marbles of an input, or of what comes out, one after the other. */
export function steps<Given>(
  marbles: string,
  valueOf: (letter: string) => Given,
  error: Given | undefined,
): ScriptedStep<Given>[] {
  return TestScheduler.parseMarbles(marbles, undefined, error, false, true).map(({ frame, notification }) => {
    if (notification.kind === 'N') return { frame, kind: 'next', value: valueOf(String(notification.value)) };
    if (notification.kind === 'E') return { frame, kind: 'error', value: notification.error as Given };
    return { frame, kind: 'complete', value: valueOf('|') };
  });
}

function notify<Given>(observer: Observer<Given>, { kind, value }: ScriptedStep<Given>): void {
  if (kind === 'next') observer.next(value);
  else if (kind === 'error') observer.error(value);
  else observer.complete();
}
