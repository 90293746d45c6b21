import { TestScheduler } from 'rxjs/testing';
import { type Life, livesOf } from '../lives.js';
import { playSpec } from '../play.js';
import type { MarbleSpec, MarbleSuite, ScriptedStep } from '../spec.js';
import { steps } from '../stage.js';
import { type Mark, marksOf, pulledMarks } from './marks.js';
import { seeGiven } from './label.js';

/** A row of a diagram, by times. */
export interface Row {
  readonly name: string;
  readonly part: 'input' | 'output' | 'events' | 'lives';
  /** When something may come: a cold input has such a stretch for each of its subscriptions. */
  readonly stretches: readonly Life[];
  readonly marks: readonly Mark[];
  /** Labels that stand for no record. */
  readonly plain: readonly string[];
  /** Subscriptions to be shown; each list on a line of its own. */
  readonly lives: readonly (readonly Life[])[];
}

/** What is needed of a run to place what the marbles of a spec leave open. */
interface Played {
  logOf(name: string): readonly Life[];
  /** The marbles of an input or of what comes out, their values being letters. */
  read(marbles: string): readonly ScriptedStep<string>[];
  livesOf(rows: string | readonly string[]): readonly Life[];
}

const ALWAYS: Life = { subscribedFrame: 0, unsubscribedFrame: Infinity };

/**
 * The rows of a spec, from top to bottom. The spec is played for it, in virtual time: a cold input's marbles count from when it is
 * subscribed, and only the run knows when that is.
 */
export function rowsOf<Options, Given, Out>(
  suite: MarbleSuite<Options, Given, Out>,
  spec: MarbleSpec<Options, Given, Out>,
): readonly Row[] {
  const scheduler = new TestScheduler(() => {});
  return scheduler.run(({ expectObservable, flush }) => {
    const { set, played } = playSpec(suite, spec, scheduler);
    expectObservable(played, spec.unsub);
    if (spec.second !== undefined) expectObservable(played, spec.second.subscribed);
    flush();
    const run: Played = { logOf: set.logOf, read: (marbles) => steps(marbles, String, '#'), livesOf };
    const logged = Object.keys(spec.subs ?? {}).filter((name) => spec.inputs[name] === undefined);
    return [
      ...Object.keys(spec.inputs).map((name) => inputRow(name, suite, spec, run)),
      outputRow('output', spec.expected, ALWAYS, spec, run),
      ...(spec.second === undefined ? [] : [secondRow(spec.second, spec, run)]),
      ...(spec.events === undefined ? [] : [eventsRow(spec.events, spec, run)]),
      ...logged.map((name) => livesRow(name, spec.subs?.[name], run)),
      ...(spec.timers === undefined ? [] : [livesRow('timers', spec.timers, run)]),
    ];
  });
}

function inputRow<Options, Given, Out>(
  name: string,
  { diagram = {} }: MarbleSuite<Options, Given, Out>,
  { inputs, given = {}, subs = {}, reenter = {}, expected }: MarbleSpec<Options, Given, Out>,
  { logOf, read, livesOf }: Played,
): Row {
  const { see = seeGiven, nameOf = String, pulls, letters = {} } = diagram;
  const marbles = inputs[name] ?? '';
  const stretches = logOf(name);
  const labels = (letter: string): string => {
    const value = given[letter];
    return value === undefined ? (letter === '#' ? '' : letter) : see(value);
  };
  const isHot = marbles.includes('^');
  const marks =
    name === 'source' && pulls !== undefined
      ? pulledMarks(read(marbles), logOf(pulls), labels)
      : stretches.flatMap((life) => marksOf(read(marbles), life, labels, isHot ? 0 : life.subscribedFrame));
  const feeds = name === 'source' ? Object.entries(reenter) : [];
  const fed = feeds.flatMap(([letter, letters]) => {
    const at = read(expected).find(({ value }) => value === letter)?.frame ?? 0;
    return marksOf(read(`(${letters})`), ALWAYS, labels, at);
  });
  return {
    name: name === 'source' ? name : nameOf(name),
    part: 'input',
    stretches,
    marks: [...marks, ...fed].sort((one, other) => one.at - other.at),
    plain: name === 'source' ? [] : Object.keys(letters).filter((letter) => given[letter] === undefined),
    lives: linesOf(subs[name], livesOf),
  };
}

function outputRow<Options, Given, Out>(
  name: string,
  marbles: string,
  life: Life,
  { values = {}, unsub }: MarbleSpec<Options, Given, Out>,
  { read }: Played,
): Row {
  const labels = (letter: string): string => values[letter] ?? (letter === '#' ? '' : letter);
  const marks = [...marksOf(read(marbles), ALWAYS, labels, 0)];
  const end = TestScheduler.parseMarblesAsSubscriptions(unsub ?? '', true).unsubscribedFrame;
  if (end !== Infinity) marks.push({ at: end, kind: 'unsubscribe', label: '', ghost: false });
  const stretches = [{ ...life, unsubscribedFrame: Math.min(life.unsubscribedFrame, end) }];
  return { name, part: 'output', stretches, marks, plain: [], lives: [] };
}

function secondRow<Options, Given, Out>(
  { subscribed, expected }: { readonly subscribed: string; readonly expected: string },
  spec: MarbleSpec<Options, Given, Out>,
  run: Played,
): Row {
  const [life = ALWAYS] = run.livesOf(subscribed);
  return outputRow('second', expected, life, spec, run);
}

function eventsRow<Options, Given, Out>(
  marbles: string,
  { values = {}, expected }: MarbleSpec<Options, Given, Out>,
  { read }: Played,
): Row {
  const marks = marksOf(read(marbles), ALWAYS, (letter) => values[letter] ?? letter, 0);
  const end = read(expected).find(({ kind }) => kind !== 'next')?.frame ?? Infinity;
  const until = Math.max(end, ...marks.map(({ at }) => at));
  return {
    name: 'events',
    part: 'events',
    stretches: [{ ...ALWAYS, unsubscribedFrame: until }],
    marks,
    plain: [],
    lives: [],
  };
}

function livesRow(name: string, rows: string | readonly string[] | undefined, { livesOf }: Played): Row {
  return { name, part: 'lives', stretches: [], marks: [], plain: [], lives: linesOf(rows, livesOf) };
}

function linesOf(rows: string | readonly string[] = [], livesOf: Played['livesOf']): readonly (readonly Life[])[] {
  return (typeof rows === 'string' ? [rows] : rows).map((row) => livesOf(row));
}
