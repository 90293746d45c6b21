import { concatMap, delay, map, mergeMap, type Observable, of, pipe, take } from 'rxjs';
import { bufferTimeOrCount } from '../operators/bufferTimeOrCount.js';
import { inOrder } from '../operators/inOrder.js';
import { pushThrough, type PushThroughOptions } from '../operators/pushThrough.js';
import { errorLast } from '../src/flow/errorLast.js';
import type { Outcome } from '../src/types/outcome.js';
import type { MarbleSpec, MarbleSuite } from './spec.js';

type Pipeline = (records: Observable<string>) => Observable<Outcome<string, string>>;

interface Options extends Partial<PushThroughOptions> {
  /** How long each batch takes, one after the other; 0 answers synchronously. @defaultValue 4 */
  readonly takesMs?: number;
  /** @defaultValue each record by itself */
  readonly batch?: { readonly maxCount: number; readonly maxWaitMs: number };
  /** In place of the pipeline that `takesMs` and `batch` make. */
  readonly build?: Pipeline;
  /** `inOrder()` comes after. */
  readonly ordered?: boolean;
}

type Spec = MarbleSpec<Options, string, Outcome<string, string>>;

/** Numbers the records as `toBatchPrompt` does, and answers with capitals. */
function capitals({ takesMs = 4, batch = { maxCount: 1, maxWaitMs: 1 } }: Options): Pipeline {
  return (records) => {
    const answers = (batched: readonly (readonly [string, number])[]) =>
      batched.map(([record, index]) => ok(record, index));
    const made = pipe(
      map((record: string, index) => [record, index] as const),
      bufferTimeOrCount(batch),
      concatMap((batched) => (takesMs === 0 ? of(answers(batched)) : of(answers(batched)).pipe(delay(takesMs)))),
      mergeMap((outcomes) => outcomes),
    );
    return records.pipe(errorLast(made));
  };
}

function ok(record: string, index: number): Outcome<string, string> {
  return { record, index, batchId: 'b1', attempts: 1, value: record.toUpperCase(), error: null };
}

function failing(records: Observable<string>): Observable<Outcome<string, string>> {
  const where = { index: 0, batchId: 'b1', attempts: 1 };
  return records.pipe(
    map((record, index) => {
      const at = { ...where, index };
      return { ...at, record, value: null, error: { ...at, code: 'refusal', message: 'no' } };
    }),
  );
}

/** `A0` for the answer to the first record, `b1!` if the second was dropped; whatever is told twice is the same. */
function seePlace({ record, index, value, error }: Outcome<string, string>): string {
  if (error === null) return `${value}${index}`;
  return error.index === index ? `${record}${index}!${error.code}` : 'two indices';
}

function brokenPipeline(): never {
  throw new Error('no pipeline');
}

const required: readonly Spec[] = [
  {
    title: 'gives nothing while the source is silent',
    covers: 'never',
    inputs: { source: '-' },
    subs: { source: '  ^' },
    expected: '        -',
    timers: [],
  },
  {
    title: 'completes when the source is empty',
    covers: 'empty',
    inputs: { source: '--|' },
    subs: { source: '  ^-!' },
    expected: '        --|',
  },
  {
    title: 'gives what becomes of a single record',
    covers: 'one',
    inputs: { source: '-a-|' },
    expected: '        -----(A|)',
    subs: { source: '  ^--!' },
  },
  {
    title: 'lets records wait until there is room, and drops none while they fit',
    covers: 'many',
    inputs: { source: '-abc---------|' },
    options: { maxInFlight: 1, maxWaiting: 2 },
    expected: '        -----A---B---(C|)',
    see: seePlace,
    values: { A: 'A0', B: 'B1', C: 'C2' },
  },
  {
    title: 'gives an error of the source after the outcomes of all that had come',
    covers: 'source error',
    docs: true,
    inputs: { source: '-ab#' },
    options: { maxInFlight: 1, maxWaiting: 2 },
    expected: '        -----A---(B#)',
    subs: { source: '  ^--!' },
  },
  {
    title: 'forgets what waits on unsubscribe',
    covers: 'early unsubscribe',
    inputs: { source: '-abc----|' },
    unsub: '           ------!',
    options: { maxInFlight: 1, maxWaiting: 2 },
    expected: '        -----A-',
    subs: { source: '  ^-----!' },
    timers: ['          -^---!', '-----^!'],
  },
  {
    title: 'errors with what building the pipeline throws, and does not subscribe to the source',
    covers: 'callback throws',
    inputs: { source: '-a-|' },
    options: { build: brokenPipeline },
    expected: '        #',
    values: { '#': 'no pipeline' },
    subs: { source: [] },
  },
  {
    title: 'stops a synchronous source as soon as it is unsubscribed',
    covers: 'synchronous source',
    inputs: { source: '(abcd|)' },
    options: { takesMs: 0 },
    take: 2,
    synchronous: 2,
    expected: '        (AB|)',
    subs: { source: '  (^!)' },
  },
  {
    title: 'lets a record in when it comes in the instant in which one leaves',
    covers: 'tie',
    inputs: { source: '-ab--c----|' },
    options: { maxInFlight: 1, maxWaiting: 1 },
    late: true,
    expected: '        -----A---B---(C|)',
  },
  {
    title: 'takes a record that comes while an outcome is delivered, before there is room for it',
    covers: 're-entrancy',
    inputs: { source: '-a-------|' },
    options: { maxInFlight: 1, maxWaiting: 1 },
    reenter: { A: 'b' },
    expected: '        -----A---(B|)',
  },
  {
    title: 'drops nothing that comes while an outcome is delivered, as long as there is room',
    inputs: { source: '-a-----|' },
    options: { maxInFlight: 2, maxWaiting: 0, takesMs: 0 },
    reenter: { A: 'b' },
    expected: '        -(AB)--|',
  },
  {
    title: 'keeps one state a subscription',
    inputs: { source: '-ab|' },
    options: { maxInFlight: 1, maxWaiting: 1 },
    expected: '        -----A---(B|)',
    second: {
      subscribed: '    ---^',
      expected: '      --------A---(B|)',
    },
    see: seePlace,
    values: { A: 'A0', B: 'B1' },
  },
];

const overflow: readonly Spec[] = [
  {
    title: 'drops what has waited longest with dropOldest, each as an outcome with its place in the source',
    docs: true,
    inputs: { source: '-abcde------|' },
    options: { maxInFlight: 1, maxWaiting: 2, overflow: 'dropOldest' },
    expected: '        ----b(cA)D---(E|)',
    see: seePlace,
    values: { b: 'b1!dropped', c: 'c2!dropped', A: 'A0', D: 'D3', E: 'E4' },
  },
  {
    title: 'drops what comes with dropNewest',
    docs: true,
    inputs: { source: '-abcdef-----|' },
    options: { maxInFlight: 1, maxWaiting: 2, overflow: 'dropNewest' },
    expected: '        ----d(eA)B---C---(F|)',
    see: seePlace,
    values: { d: 'd3!dropped', e: 'e4!dropped', A: 'A0', B: 'B1', C: 'C2', F: 'F5' },
  },
  {
    title: 'lets go of the source with error, and errors after the outcomes of all that had come',
    docs: true,
    inputs: { source: '-abcde------|' },
    options: { maxInFlight: 1, maxWaiting: 2, overflow: 'error' },
    expected: '        ----dA---B---(C#)',
    values: { d: 'd!dropped', '#': 'overflow: dropped' },
    subs: { source: '  ^---!' },
  },
  {
    title: 'drops what there is no room for, and lets nothing wait, with maxWaiting: 0',
    inputs: { source: '-ab---c------|' },
    options: { maxInFlight: 1, maxWaiting: 0 },
    expected: '        --b--A----C--|',
    values: { b: 'b!dropped' },
  },
  {
    title: 'lets records in by whole runs, so that batches stay full, with quantum',
    inputs: { source: '(abcdef|)' },
    options: { maxInFlight: 2, quantum: 2, maxWaiting: 4, batch: { maxCount: 2, maxWaitMs: 9 } },
    expected: '        ----(AB)(CD)(EF|)',
  },
  {
    title: 'drops what waits when the pipeline ends before the source',
    inputs: { source: '-abc----|' },
    options: { maxInFlight: 1, maxWaiting: 2, build: (records) => capitals({})(records).pipe(take(1)) },
    expected: '        -----(Ac|)',
    note: 'b had gone into the pipeline, which took no more.',
    subs: { source: '  ^----!' },
    values: { c: 'c!dropped' },
  },
  {
    title: 'has the place in the source in errors too',
    inputs: { source: '-ab-|' },
    options: { build: failing },
    expected: '        -AB-|',
    see: seePlace,
    values: { A: 'a0!refusal', B: 'b1!refusal' },
  },
  {
    title: 'has dropped records in their places with inOrder() after it',
    docs: true,
    inputs: { source: '-abcd---------|' },
    options: { maxInFlight: 1, maxWaiting: 1, overflow: 'dropNewest', ordered: true },
    expected: '        -----A---(Bcd)|',
    see: seePlace,
    values: { A: 'A0', B: 'B1', c: 'c2!dropped', d: 'd3!dropped' },
  },
];

export const pushThroughMarbles: MarbleSuite<Options, string, Outcome<string, string>> = {
  operator: 'pushThrough',
  without: {},
  play: ({ source }, { ordered = false, build, takesMs, batch, ...options }) => {
    const made =
      build ?? capitals({ ...(takesMs === undefined ? {} : { takesMs }), ...(batch === undefined ? {} : { batch }) });
    const demand = { maxInFlight: 9, maxWaiting: 9, overflow: 'dropOldest', ...options } as const;
    const outcomes = source.pipe(pushThrough(made, demand));
    return ordered ? outcomes.pipe(inOrder()) : outcomes;
  },
  see: ({ record, value, error }) => (error === null ? value : `${record}!${error.code}`),
  options: {},
  specs: [...required, ...overflow],
  refused: [
    { options: { maxInFlight: 0 }, message: 'maxInFlight must be an integer from 1, or Infinity; got 0' },
    { options: { maxInFlight: 2, quantum: 3 }, message: 'quantum must be at most maxInFlight, 2; got 3' },
    { options: { maxWaiting: -1 }, message: 'maxWaiting must be an integer from 0, or Infinity; got -1' },
    {
      options: { overflow: 'drop' as 'error' },
      message: 'overflow must be one of dropOldest, dropNewest, error; got drop',
    },
  ],
  diagram: {
    call: ({ takesMs = 4, batch, build, ordered, ...options }) => ({
      args: ['pipeline'],
      options,
      setting: { 'the pipeline takes, in ms': takesMs, batch, build, 'inOrder() comes after it': ordered },
    }),
    key: 'The pipeline makes capitals, one record after the other.',
  },
};
