import { asyncScheduler, map, Observable, type SchedulerAction, type Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { seeEvent } from './labels.js';
import { type Life, livesOf } from './lives.js';
import { playSpec } from './play.js';
import type { MarbleSpec, MarbleSuite } from './spec.js';
import { lettersIn, type StageSet } from './stage.js';

/** Throws if the two, lists of texts or numbers, are not the same. `what` says what they are. */
export type RequireEqual = (actual: unknown, expected: unknown, what?: string) => void;

/**
 * Runs one spec in virtual time, wherever there is a `TestScheduler`.
 *
 * @param requireEqual - throws what is to be shown where anything differs from the spec
 */
export function runSpec<Options, Given, Out>(
  suite: MarbleSuite<Options, Given, Out>,
  spec: MarbleSpec<Options, Given, Out>,
  requireEqual: RequireEqual,
): void {
  requireEqual(unusedLetters(spec), [], 'letters that stand in no marbles');
  const scheduler = new TestScheduler((actual: readonly unknown[], expected: readonly unknown[]) => {
    requireEqual(actual.map(readable), expected.map(readable));
  });
  const timers = watchTimers(() => scheduler.frame);
  try {
    const { set, ended, lives } = scheduler.run(({ expectObservable }) => {
      const { expected, second, values = {} } = spec;
      const { set, played } = playSpec(suite, spec, scheduler);
      const { result, ended } = watchEnd(played, () => scheduler.frame);

      const letters = lettersIn(expected + (spec.events ?? '') + (second?.expected ?? ''));
      const labels = { ...Object.fromEntries(letters.map((letter) => [letter, letter])), ...values };
      if (spec.events !== undefined)
        expectObservable(set.events.pipe(map(spec.seeEvent ?? seeEvent))).toBe(spec.events, labels);
      expectObservable(result, spec.unsub).toBe(expected, labels, values['#']);
      if (second !== undefined) expectObservable(result, second.subscribed).toBe(second.expected, labels, values['#']);
      const lives = Object.entries(spec.subs ?? {}).map(
        ([name, marbles]) => [name, set.logOf(name), livesOf(marbles)] as const,
      );
      if (spec.timers !== undefined) lives.push(['timers', timers.log, livesOf(spec.timers)]);
      return { set, ended, lives };
    });
    for (const [name, actual, expected] of lives) {
      const [seen, wanted] = [actual, expected].map((list) => list.toSorted(byFrame).map(readable));
      requireEqual(seen, wanted, `lives of ${name}`);
    }
    if (spec.synchronous !== undefined)
      requireEqual(set.emitted(), spec.synchronous, 'marbles that the source got through');
    requireEqual(unusedInputs(spec, set), [], 'inputs that nobody subscribed');
    const outliving = outlivingOf(ended(), [...set.logs(), ['a timer', timers.log]]);
    requireEqual(outliving, [], 'what was alive after the end of the result');
  } finally {
    timers.stop();
  }
}

/** Tells when the last subscription to the result was over: `Infinity` if it never was. */
function watchEnd<T>(
  source: Observable<T>,
  frame: () => number,
): { readonly result: Observable<T>; readonly ended: () => number } {
  let alive = 0;
  let ended = Infinity;
  const result = new Observable<T>((subscriber) => {
    alive++;
    ended = Infinity;
    subscriber.add(source.subscribe(subscriber));
    subscriber.add(() => {
      if (--alive === 0) ended = frame();
    });
  });
  return { result, ended: () => ended };
}

/** Keeps a log of all that runs on `asyncScheduler`, the default of every operator. */
function watchTimers(frame: () => number): { readonly log: Life[]; stop(): void } {
  const log: Life[] = [];
  const schedule = asyncScheduler.schedule.bind(asyncScheduler);
  // Its own, in front of what its class has.
  asyncScheduler.schedule = <T>(
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay?: number,
    state?: T,
  ): Subscription => {
    const life: Life = { subscribedFrame: frame(), unsubscribedFrame: Infinity };
    log.push(life);
    const end = (): void => {
      life.unsubscribedFrame = Math.min(life.unsubscribedFrame, frame());
    };
    const action = schedule<T>(
      function (now) {
        end();
        work.call(this, now);
      },
      delay,
      state,
    );
    action.add(end);
    return action;
  };
  return {
    log,
    stop: () => {
      Reflect.deleteProperty(asyncScheduler, 'schedule');
    },
  };
}

function byFrame(one: Life, other: Life): number {
  return one.subscribedFrame - other.subscribedFrame || one.unsubscribedFrame - other.unsubscribedFrame;
}

/** A message, or a life, as one line. */
function readable(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  if ('subscribedFrame' in item) {
    const { subscribedFrame, unsubscribedFrame } = item as Life;
    return `alive from ${subscribedFrame} to ${unsubscribedFrame}`;
  }
  const { frame, notification } = item as ReturnType<typeof TestScheduler.parseMarbles>[number];
  if (notification.kind === 'N') return `at ${frame}: ${String(notification.value)}`;
  return notification.kind === 'E' ? `at ${frame}: # ${String(notification.error)}` : `at ${frame}: |`;
}

/** Letters that are explained, and stand in no marbles. */
function unusedLetters(spec: MarbleSpec<unknown, unknown, never>): string[] {
  const { inputs, given = {}, expected, values = {}, events = '', second, reenter: feeds = {} } = spec;
  const going = Object.values(inputs).join('') + Object.values(feeds).join('');
  const coming = expected + events + (second?.expected ?? '');
  return [
    ...Object.keys(given).filter((letter) => !going.includes(letter)),
    ...Object.keys({ ...values, ...feeds }).filter((letter) => !coming.includes(letter)),
  ];
}

/** Inputs that were not subscribed, although `subs` does not say so. */
function unusedInputs(
  { inputs, subs = {} }: MarbleSpec<unknown, unknown, never>,
  { logOf }: Pick<StageSet<unknown>, 'logOf'>,
): string[] {
  return Object.keys(inputs).filter((name) => subs[name] === undefined && logOf(name).length === 0);
}

/** What outlives the result. */
function outlivingOf(ended: number, logs: readonly (readonly [string, readonly Life[]])[]): string[] {
  return logs.filter(([, log]) => log.some(({ unsubscribedFrame }) => unsubscribedFrame > ended)).map(([name]) => name);
}
