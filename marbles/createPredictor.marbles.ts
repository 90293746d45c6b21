import { identity, map, mergeMap, takeUntil, timer } from 'rxjs';
import { z } from 'zod';
import { createPredictor } from '../operators/createPredictor.js';
import { defineModel, type ModelOverrides } from '../src/model/define-model.js';
import type { Outcome } from '../src/types/outcome.js';
import { answer, fakeProvider, type FakeProviderOptions, LETTERS, type Said } from './fake-provider.js';
import { seeOutcome } from './labels.js';
import { list, recordsIn } from './mlPredict/model.js';
import { entry } from './prompts.js';
import type { MarbleSpec, MarbleSuite } from './spec.js';

interface Options {
  readonly model?: ModelOverrides<string>;
  readonly provider?: FakeProviderOptions;
  /** How long a caller waits before it leaves, in milliseconds, by its record. @defaultValue for its outcome */
  readonly leaves?: Readonly<Record<string, number>>;
  /** When the predictor is closed. @defaultValue never */
  readonly closesAt?: number;
}

/** How records wait for others in all specs. */
const WAITS = { batchSize: 2, batchTimeoutMs: 100 } as const;

type Spec = MarbleSpec<Options, Said, Outcome<string, unknown>>;

const unauthorized = answer('fatal', 'unauthorized');

/** Throws for the record `b`. */
function contentOfAllButB(record: string): string {
  if (record === 'b') throw new Error('nobody reads b');
  return record;
}

const required: readonly Spec[] = [
  {
    title: 'answers a caller alone when its record has waited for others',
    covers: 'one',
    inputs: {
      source: '-a------',
      a: '        --(A.)',
    },
    given: { A: entry(null, 'good') },
    options: { model: { batchTimeoutMs: 3 } },
    expected: '------a',
    values: { a: 'a=good' },
    subs: { a: '----^-!' },
  },
  {
    title: 'lets callers share a request, and gives each its own outcome',
    covers: 'many',
    docs: true,
    inputs: {
      source: '-a-b-c--------',
      ab: '       --(A.)',
      c: '               -(C.)',
    },
    given: { A: list('good', 'bad'), C: entry(null, 'fine') },
    options: { model: { batchTimeoutMs: 6 } },
    expected: '-----(ab)---c-',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine' },
  },
  {
    title: 'leaves no request and no timer behind when all callers have left',
    covers: 'early unsubscribe',
    inputs: {
      source: '-a-b-c--',
      ab: '       -----(A.)',
    },
    unsub: '   -------!',
    expected: '-------',
    subs: { ab: '---^---!' },
    timers: ['  -^-!', '---(^!)', '---^---!', '-----^-!'],
    note: 'The timer from 3 to 7 is that of the request; the one at 3 is of its batch.',
  },
  {
    title: 'gives a caller whose content cannot be read its error, and asks for the others',
    covers: 'callback throws',
    inputs: {
      source: '-(abc)--------',
      ac: '     --(A.)',
    },
    given: { A: list('good', 'fine') },
    options: { model: { batchSize: 3, recordContent: contentOfAllButB } },
    expected: '-b-(ac)',
    values: { a: 'a=good', b: 'b!content_error', c: 'c=fine' },
  },
  {
    title: 'answers at once who needs no request, while more come',
    covers: 'synchronous source',
    inputs: { source: '(abcd)' },
    options: { model: { batchSize: 2, recordContent: () => '' } },
    take: 2,
    synchronous: 2,
    expected: '        (ab|)',
    values: { a: 'a!content_error', b: 'b!content_error' },
  },
  {
    title: 'asks once for each record when a batch fills up as its timer is due',
    covers: 'tie',
    inputs: {
      source: '-a--b-------',
      ab: '        -(A.)',
    },
    given: { A: list('good', 'bad') },
    options: { model: { batchTimeoutMs: 3 } },
    expected: '-----(ab)-',
    values: { a: 'a=good', b: 'b=bad' },
  },
  {
    title: 'takes a caller that comes while an outcome is delivered',
    covers: 're-entrancy',
    inputs: {
      source: '-ab-------',
      ab: '      -(A.)',
      c: '           -(C.)',
    },
    given: { A: list('good', 'bad'), C: entry(null, 'fine') },
    options: { model: { batchTimeoutMs: 3 } },
    reenter: { a: 'c' },
    expected: '---(ab)c--',
    values: { a: 'a=good', b: 'b=bad', c: 'c=fine' },
  },
];

const leaving: readonly Spec[] = [
  {
    title: 'takes the record of a caller that leaves before its batch out of it, and gives the place back',
    docs: true,
    inputs: {
      source: '-a-b-c------',
      bc: '         -(B.)',
    },
    given: { B: list('bad', 'fine') },
    options: { leaves: { a: 1 } },
    expected: '------(bc)--',
    values: { b: 'b=bad', c: 'c=fine' },
    subs: { bc: '-----^!' },
  },
  {
    title: 'starts no timer again, and sends nothing, when all who waited have left',
    inputs: { source: '-a-------' },
    options: { leaves: { a: 2 }, model: { batchTimeoutMs: 5 } },
    expected: '---------',
    timers: ['  -^-!', '-^-!'],
  },
  {
    title: 'goes on with a request that one caller has left',
    docs: true,
    inputs: {
      source: '-a-b--------',
      ab: '       -----(A.)',
    },
    given: { A: list('good', 'bad') },
    options: { leaves: { a: 4 } },
    expected: '--------b---',
    values: { b: 'b=bad' },
    subs: { ab: '---^----!' },
  },
  {
    title: 'aborts a request that all its callers have left, and no other',
    docs: true,
    inputs: {
      source: '-a-b-c-d-----',
      ab: '       --------(A.)',
      cd: '           ---(C.)',
    },
    given: { C: list('fine', 'poor') },
    options: { leaves: { a: 4, b: 3 } },
    expected: '----------(cd)',
    values: { c: 'c=fine', d: 'd=poor' },
    subs: { ab: '---^--!', cd: '-------^--!' },
  },
  {
    title: 'does not send a request that all its callers have left while it waited for its turn',
    inputs: {
      source: '-abcd--------',
      ab: '      -----(A.)',
      cd: '     -',
    },
    given: { A: list('good', 'bad') },
    options: { leaves: { c: 2, d: 1 }, provider: { concurrency: 1 } },
    expected: '-------(ab)--',
    values: { a: 'a=good', b: 'b=bad' },
    subs: { cd: [] },
  },
  {
    title: 'completes callers while the reply arrives, and waits for its end, where entries may leave early',
    inputs: {
      source: '-a-b-----------',
      ab: '       -o-A-B---.',
    },
    given: { A: `{"results":[${entry(1, 'good')},`, B: `${entry(2, 'bad')}]}` },
    options: { model: { responseSchema: z.string() }, provider: { enforcesSchema: true } },
    events: '  ------------e',
    seeEvent: ({ type }) => type,
    expected: '------a-b------',
    values: { a: 'a=good', b: 'b=bad', e: 'attempt' },
    subs: { ab: '---^--------!' },
    note: 'What the request has used comes with its end.',
  },
];

const ending: readonly Spec[] = [
  {
    title: 'asks at once for what waits when it is closed, and refuses who comes later',
    docs: true,
    inputs: {
      source: '-a---b---',
      a: '        -(A.)',
    },
    given: { A: entry(null, 'good') },
    options: { closesAt: 3 },
    expected: '----a#',
    values: { a: 'a=good', '#': 'the predictor is closed' },
    subs: { a: '---^!' },
  },
  {
    title: 'gives a fatal answer to all who wait and to who comes later, and sends nothing more',
    docs: true,
    inputs: {
      source: '-abcd----e-----',
      ab: '      ---X',
      cd: '     -',
      e: '      -',
    },
    given: { X: unauthorized },
    options: { model: { batchTimeoutMs: 2 }, provider: { concurrency: 1 } },
    expected: '-----(cdab)e--',
    values: {
      a: 'a!unauthorized',
      b: 'b!unauthorized',
      c: 'c!unauthorized',
      d: 'd!unauthorized',
      e: 'e!unauthorized',
    },
    subs: { cd: [], e: [] },
  },
];

export const createPredictorMarbles: MarbleSuite<Options, Said, Outcome<string, unknown>> = {
  operator: 'createPredictor',
  without: { never: 'it has no source', empty: 'it has no source', 'source error': 'it has no source' },
  play: ({ source, input, events, random }, { model, provider, leaves = {}, closesAt }) => {
    const options = { ...WAITS, requestTimeoutMs: 999, requestTotalTimeoutMs: 999 };
    const defined = defineModel<string>({ provider: fakeProvider(input, recordsIn, provider), ...options });
    const predictor = createPredictor(defined, { ...model, events, random });
    if (closesAt !== undefined) timer(closesAt).subscribe(() => void predictor.close());
    return source.pipe(
      map((letter) => (typeof letter === 'string' ? letter : '')),
      mergeMap((record) => {
        const after = leaves[record];
        return predictor.predict(record).pipe(after === undefined ? identity : takeUntil(timer(after)));
      }),
    );
  },
  see: seeOutcome,
  options: {},
  specs: [...required, ...leaving, ...ending],
  refused: [{ options: { model: { batchSize: 0 } }, message: 'batchSize must be an integer from 1; got 0' }],
  diagram: {
    call: ({ model = {}, provider, leaves, closesAt }) => ({
      args: ['model'],
      options: { ...WAITS, ...model },
      setting: { provider, 'callers leave after, in ms': leaves, 'it is closed at, in ms': closesAt },
    }),
    nameOf: (records) => `reply to ${records}`,
    key: 'Each marble of the source is a caller with a record.',
    letters: LETTERS,
  },
};
