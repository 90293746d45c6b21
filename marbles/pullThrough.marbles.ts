import { concatMap, from, map, mergeMap, type Observable, take, tap, timer } from 'rxjs';
import { bufferTimeOrCount } from '../operators/bufferTimeOrCount.js';
import { pullThrough, type PullThroughOptions } from '../operators/pullThrough.js';
import { scriptedSource } from './scripted-source.js';
import type { MarbleSpec, MarbleSuite } from './spec.js';

/** What becomes of the records: capitals. */
interface Pipeline {
  /** @defaultValue each record by itself */
  readonly batch?: { readonly maxCount: number; readonly maxWaitMs: number };
  /** How long each batch takes; 0 answers synchronously. @defaultValue 0 */
  readonly takesMs?: number;
  /** One batch after the other. @defaultValue all at once */
  readonly slow?: boolean;
}

interface Options extends PullThroughOptions {
  readonly pipeline?: Pipeline;
  /** In place of `pipeline`. */
  readonly build?: (records: Observable<string>) => Observable<string>;
}

type Spec = MarbleSpec<Options, string, string>;

function built({ batch, takesMs = 0, slow = false }: Pipeline): (records: Observable<string>) => Observable<string> {
  const capitals = (records: readonly string[]) => records.map((record) => record.toUpperCase());
  const answer = (records: readonly string[]) =>
    takesMs === 0 ? from(capitals(records)) : timer(takesMs).pipe(mergeMap(() => capitals(records)));
  return (records) =>
    records.pipe(
      batch === undefined ? map((record) => [record]) : bufferTimeOrCount(batch),
      slow ? concatMap(answer) : mergeMap(answer),
    );
}

/** Lets the stream fail that has more records in flight than it may have. */
function bounded(
  maxInFlight: number,
  pipeline: (records: Observable<string>) => Observable<string>,
): (records: Observable<string>) => Observable<string> {
  return (records) => {
    let inFlight = 0;
    const entering = tap<string>(() => {
      if (++inFlight > maxInFlight) throw new Error(`${inFlight} records are in flight`);
    });
    const leaving = tap<string>(() => {
      inFlight--;
    });
    return pipeline(records.pipe(entering)).pipe(leaving);
  };
}

function brokenPipeline(): never {
  throw new Error('no pipeline');
}

function firstTwo(records: Observable<string>): Observable<string> {
  return records.pipe(take(2));
}

/** Throws for the record `b`. */
function failingOnB(records: Observable<string>): Observable<string> {
  return records.pipe(
    map((record) => {
      if (record === 'b') throw new Error('b broke it');
      return record.toUpperCase();
    }),
  );
}

const required: readonly Spec[] = [
  {
    title: 'gives nothing while the source does not answer',
    covers: 'never',
    inputs: { source: '-' },
    options: { maxInFlight: 2 },
    expected: '        -',
    subs: {
      source: '        ^',
      pulls: '         ^',
    },
  },
  {
    title: 'completes when the source is empty',
    covers: 'empty',
    inputs: { source: '--|' },
    options: { maxInFlight: 2 },
    expected: '        --|',
    subs: {
      source: '        ^-!',
      pulls: '         ^-!',
    },
  },
  {
    title: 'gives what becomes of a single record, and asks on before it has left',
    covers: 'one',
    inputs: { source: '-a-|' },
    options: { maxInFlight: 2, pipeline: { takesMs: 5 } },
    expected: '        ------(A|)',
    subs: {
      source: '        ^--!',
      pulls: ['        ^!', '-^-!'],
    },
  },
  {
    title: 'asks for records in runs, once there is room for a whole run, so that batches stay full',
    covers: 'many',
    docs: true,
    inputs: { source: '-ab--cdef|' },
    options: {
      maxInFlight: 4,
      quantum: 2,
      pipeline: { batch: { maxCount: 2, maxWaitMs: 9 }, takesMs: 7 },
    },
    expected: '        ---------(AB)(CD)-(EF|)',
    subs: {
      source: '        ^-------------!',
      pulls: ['        ^!^--!---^!--^!', '-^!--^!---^!'],
    },
    note: 'Each marble of the source takes as long, from its pull, as stands between it and the one before.',
  },
  {
    title: 'gives an error of the source to the pipeline, after all that came before it',
    covers: 'source error',
    inputs: { source: '-a-b-#' },
    options: { maxInFlight: 4, pipeline: { batch: { maxCount: 9, maxWaitMs: 9 } } },
    expected: '        -----(AB#)',
    subs: { source: '  ^----!' },
  },
  {
    title: 'cancels the source on unsubscribe, and a pull that is under way',
    covers: 'early unsubscribe',
    docs: true,
    inputs: { source: '-a---b-|' },
    options: { maxInFlight: 4, pipeline: { takesMs: 1 } },
    unsub: '           ---!',
    expected: '        --A-',
    subs: {
      source: '        ^--!',
      pulls: ['        ^!', '-^-!'],
    },
  },
  {
    title: 'errors with what the pipeline throws for a record, and cancels the source',
    covers: 'callback throws',
    inputs: { source: '-a-b-c-|' },
    options: { maxInFlight: 4, build: failingOnB },
    expected: '        -A-#',
    values: { '#': 'b broke it' },
    subs: { source: '  ^--!' },
  },
  {
    title: 'errors with what building the pipeline throws, and cancels the source without a pull',
    inputs: { source: '-a-b-|' },
    options: { maxInFlight: 4, build: brokenPipeline },
    expected: '        #',
    values: { '#': 'no pipeline' },
    subs: {
      source: '        (^!)',
      pulls: [],
    },
  },
  {
    title: 'cancels a source that answers synchronously as soon as it is unsubscribed',
    covers: 'synchronous source',
    inputs: { source: '(abcdef|)' },
    options: { maxInFlight: 4 },
    take: 2,
    expected: '        (AB|)',
    subs: {
      source: '        (^!)',
      pulls: ['        (^!)', '(^!)'],
    },
  },
  {
    title: 'asks on when an outcome leaves while its record is still on its way in, without asking twice at once',
    covers: 're-entrancy',
    inputs: { source: '(abcd)-e|' },
    options: { maxInFlight: 1 },
    expected: '        (ABCD)-E|',
    subs: {
      source: '        ^-------!',
      pulls: ['        (^!)---^!', '(^!)', '(^!)', '(^!)', '^------!'],
    },
  },
  {
    title: 'keeps one state a subscription',
    inputs: { source: '-a-b|' },
    options: { maxInFlight: 1, pipeline: { takesMs: 2 } },
    expected: '        ---A---B|',
    second: {
      subscribed: '    ----^',
      expected: '      -------A---B|',
    },
  },
];

const demand: readonly Spec[] = [
  {
    title: 'never has more than maxInFlight records between the source and their outcomes',
    docs: true,
    inputs: { source: '(abcd|)' },
    options: { maxInFlight: 2, pipeline: { takesMs: 5 } },
    expected: '        -----(AB)-(CD|)',
    subs: {
      source: '        ^---------!',
      pulls: ['        (^!)-(^!)-(^!)', '(^!)-(^!)'],
    },
  },
  {
    title: 'asks for the next record as soon as one place is free, without a quantum',
    inputs: { source: '-a--b--c-|' },
    options: { maxInFlight: 2, pipeline: { takesMs: 6 } },
    expected: '        -------A--B-----(C|)',
  },
  {
    title: 'asks only once it has been answered',
    inputs: { source: '---a---b---|' },
    options: { maxInFlight: 9 },
    expected: '        ---A---B---|',
    subs: {
      source: '        ^----------!',
      pulls: ['        ^--!---^---!', '---^---!'],
    },
  },
  {
    title: 'holds only full batches in flight when the source is faster than the pipeline',
    inputs: { source: '(abcdefg|)' },
    options: {
      maxInFlight: 5,
      quantum: 2,
      pipeline: { batch: { maxCount: 2, maxWaitMs: 3 }, takesMs: 6 },
    },
    expected: '        ------(ABCD)(EFG|)',
  },
  {
    title: 'asks for nothing more while less than a quantum is free, so that a partial batch leaves by its timer',
    inputs: { source: '(abc|)' },
    options: {
      maxInFlight: 3,
      quantum: 3,
      pipeline: { batch: { maxCount: 2, maxWaitMs: 4 }, takesMs: 4 },
    },
    expected: '        ----(AB)(C|)',
    note: 'The end of the source is only seen when it is asked again: maxWaitMs has to be finite.',
  },
  {
    title: 'known bug of others: demand that comes back does not flush a young batch',
    docs: true,
    inputs: { source: '-abc----d|' },
    options: { maxInFlight: 3, pipeline: { batch: { maxCount: 2, maxWaitMs: 6 }, takesMs: 4 } },
    expected: '        ------(AB)---C--(D|)',
    subs: { pulls: ['  ^!', '-^!', '--^!--^----!', '-----------^!'] },
    note: 'c waits alone from 3 on; at 6 there is room again, and still its batch leaves at 9, when it has waited long enough.',
  },
  {
    title: 'loses no record that comes just after the timer of a batch, in the same instant',
    covers: 'tie',
    inputs: { source: '-abc--d|' },
    options: { maxInFlight: 3, pipeline: { batch: { maxCount: 2, maxWaitMs: 6 }, takesMs: 4 } },
    expected: '        ------(AB)---C(D|)',
    subs: { pulls: ['  ^!', '-^!', '--^!--^--!', '---------^!'] },
  },
  {
    title: 'known bug of others: a slow consumer makes nothing overflow, and loses nothing',
    inputs: { source: '(abcdefgh|)' },
    options: {
      maxInFlight: 4,
      quantum: 2,
      pipeline: { batch: { maxCount: 2, maxWaitMs: 1 }, takesMs: 6, slow: true },
    },
    expected: '        ------(AB)--(CD)--(EF)--(GH|)',
  },
  {
    title: 'cancels the source when the pipeline completes before it',
    inputs: { source: '-a-b-c-d-|' },
    options: { maxInFlight: 4, build: firstTwo },
    expected: '        -a-(b|)',
    subs: { source: '  ^--!' },
  },
];

export const pullThroughMarbles: MarbleSuite<Options, string, string> = {
  operator: 'pullThrough',
  without: {},
  play: (stage, { pipeline = {}, build = built(pipeline), ...options }) =>
    pullThrough(scriptedSource(stage), bounded(options.maxInFlight, build), options),
  see: (outcome) => outcome,
  options: { maxInFlight: 1 },
  specs: [...required, ...demand],
  refused: [
    { options: { maxInFlight: 0 }, message: 'maxInFlight must be an integer from 1, or Infinity; got 0' },
    { options: { maxInFlight: 1, quantum: 0 }, message: 'quantum must be an integer from 1, or Infinity; got 0' },
    { options: { maxInFlight: 2, quantum: 3 }, message: 'quantum must be at most maxInFlight, 2; got 3' },
  ],
  diagram: {
    call: ({ pipeline, build, ...options }) => ({
      args: ['source', 'pipeline'],
      options,
      setting: { pipeline, build },
    }),
    pulls: 'pulls',
    key: 'The pipeline makes capitals. A pull lasts from the demand for a record until it comes.',
  },
};
