import type { Observable } from 'rxjs';
import type { EventsObserver, LlmEvent } from '../src/types/events.js';

/** Cases that every operator has a spec for, unless its suite says why it cannot arise (`without`). */
export const REQUIRED_CASES = [
  'never',
  'empty',
  'one',
  'many',
  'source error',
  'early unsubscribe',
  'callback throws',
  'synchronous source',
  'tie',
  're-entrancy',
] as const;

export type RequiredCase = (typeof REQUIRED_CASES)[number];

/**
 * One behaviour of an operator as data: a test runs it, and a diagram is drawn from it. Marbles are those of rxjs's
 * `TestScheduler.run`: a character is a millisecond, blanks are nothing.
 */
export interface MarbleSpec<Options, Given = string, Out = unknown> {
  /** The behaviour, as the end of "it …". */
  readonly title: string;
  readonly covers?: RequiredCase;
  /** Marbles by name; `source` is what the operator is applied to. With a `^` in it an input is hot, else it is cold. */
  readonly inputs: { readonly source: string } & Readonly<Record<string, string>>;
  /** What the inputs' letters stand for. @defaultValue the letter itself; for `#`: 'error' */
  readonly given?: Readonly<Record<string, Given>>;
  /** On top of the suite's own options. */
  readonly options?: Options;
  /** Marbles of what comes out. */
  readonly expected: string;
  /**
   * What the letters of `expected` and `events` look like, as the suite's `see` shows it. @defaultValue the letter itself;
   * for `#`: 'error'
   */
  readonly values?: Readonly<Record<string, string>>;
  /** Looks at another side of what comes out than the suite's `see`. */
  readonly see?: (value: Out) => string;
  /** Marbles of the events that are reported meanwhile. @defaultValue not looked at */
  readonly events?: string;
  /** An event as a short label. @defaultValue that of labels.ts */
  readonly seeEvent?: (event: LlmEvent) => string;
  /**
   * Subscription marbles: of inputs, and of what else the suite keeps a log of. A row may hold several subscriptions, one after
   * the other: `^--!-^-!`; several rows hold those that overlap.
   */
  readonly subs?: Readonly<Record<string, string | readonly string[]>>;
  /** Subscription marbles of all timers, from their start to the moment they fire or are stopped. */
  readonly timers?: string | readonly string[];
  /** Where the result is unsubscribed: `---!`. */
  readonly unsub?: string;
  /** A second subscription to the same result, and what comes out there. */
  readonly second?: { readonly subscribed: string; readonly expected: string };
  /** Takes this many values of what comes out, and then unsubscribes. */
  readonly take?: number;
  /**
   * The source emits all its marbles synchronously, within `subscribe`, as far as it is not unsubscribed: it gets through
   * this many.
   */
  readonly synchronous?: number;
  /** The source comes after all else that is due in the same instant. @defaultValue before it, as marbles do */
  readonly late?: boolean;
  /** While this letter of `expected` is being delivered, the source emits these letters (or `|`, `#`) from within. */
  readonly reenter?: Readonly<Record<string, string>>;
  /** What random numbers come, one after the other and from the start again. @defaultValue 0.5 */
  readonly random?: readonly number[];
  /** What the picture alone does not tell. */
  readonly note?: string;
  /** It is drawn in docs/diagrams. @defaultValue false */
  readonly docs?: boolean;
}

/** What a stream under test is built from. */
export interface Stage<Given> {
  readonly source: Observable<Given>;
  /** The marbles of `source`, for what is no Observable. */
  readonly script: readonly ScriptedStep<Given>[];
  /** Another input; `undefined` if there is none of this name. */
  input(name: string): Observable<Given> | undefined;
  /** Wraps an Observable so that its subscriptions are kept under this name in `subs`. */
  logged<T>(name: string, observable: Observable<T>): Observable<T>;
  readonly events: EventsObserver;
  readonly random: () => number;
}

/** One marble of an input. */
export interface ScriptedStep<Given> {
  readonly frame: number;
  readonly kind: 'next' | 'error' | 'complete';
  /** What is emitted; or the error. */
  readonly value: Given;
}

/** A call as it is drawn: `mlPredict(model, { batchSize: 2 })`. */
export interface DrawnCall {
  /** Arguments before the options, by their names. */
  readonly args?: readonly string[];
  /** Options that every call must have, by their names. */
  readonly names?: readonly string[];
  readonly options: object;
  /** What else a spec sets, which is no option of the operator: what it is called, and its value. */
  readonly setting?: Readonly<Record<string, unknown>>;
}

/** How a suite's diagrams show what specs do not say by themselves. */
export interface DiagramHints<Options, Given> {
  /** @defaultValue the operator with all options */
  readonly call?: (options: Options) => DrawnCall;
  /** A value of an input, as a short label. @defaultValue a string as it is, an error by its code */
  readonly see?: (value: Given) => string;
  /** What an input other than `source` is. @defaultValue its name */
  readonly nameOf?: (input: string) => string;
  /** The source is asked for each of its marbles: their times are the ends of what is kept under this name. */
  readonly pulls?: string;
  /** What stands below each diagram. */
  readonly key?: string;
  /** What letters of inputs other than `source` are; said below the diagrams that have them. */
  readonly letters?: Readonly<Record<string, string>>;
}

/** All specs of one operator. */
export interface MarbleSuite<Options, Given, Out> {
  readonly operator: string;
  /** Required cases that cannot arise, and why. */
  readonly without: Readonly<Partial<Record<RequiredCase, string>>>;
  /** Applies the operator. */
  readonly play: (stage: Stage<Given>, options: Options) => Observable<Out>;
  /** A value that comes out, as a short label. */
  readonly see: (value: Out) => string;
  /** Options of all its specs. */
  readonly options: Options;
  readonly specs: readonly MarbleSpec<Options, Given, Out>[];
  /** Options that are refused when the operator is built, and with what message. */
  readonly refused: readonly { readonly options: Options; readonly message: string }[];
  readonly diagram?: DiagramHints<Options, Given>;
}
