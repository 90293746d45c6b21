import { EMPTY, mergeMap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pulledMarks } from '../../marbles/draw/marks.js';
import { rowsOf } from '../../marbles/draw/rows.js';
import type { DiagramHints, MarbleSpec, MarbleSuite } from '../../marbles/spec.js';

type Spec = MarbleSpec<object, unknown, string>;

/** Gives what the input of each letter of the source does. */
function suite(diagram: DiagramHints<object, unknown> = {}): MarbleSuite<object, unknown, string> {
  return {
    operator: 'merging',
    without: {},
    play: ({ source, input }) => source.pipe(mergeMap((name) => (input(String(name)) ?? EMPTY) as typeof EMPTY)),
    see: String,
    options: {},
    specs: [],
    refused: [],
    diagram,
  };
}

const one: Omit<Spec, 'inputs'> = { title: 'merges', expected: '---x-|' };

/** A row's marks as `3 x`, `5 |`; with `?` for those that never came. */
function rows(spec: Partial<Spec> & Pick<Spec, 'inputs'>, diagram?: DiagramHints<object, unknown>) {
  const signs = { complete: '|', error: '#', unsubscribe: '!', next: '' };
  return Object.fromEntries(
    rowsOf(suite(diagram), { ...one, ...spec }).map(({ name, marks }) => [
      name,
      marks.map(({ at, kind, label, ghost }) => `${at} ${signs[kind]}${label}${ghost ? '?' : ''}`),
    ]),
  );
}

describe('rowsOf', () => {
  it('counts the marbles of a cold input from when it is subscribed, and those of a hot one from the start', () => {
    expect(rows({ inputs: { source: '--ab-|', a: '-x|', b: '^---y-|' } })).toMatchObject({
      source: ['2 a', '3 b', '5 |'],
      a: ['3 x', '4 |'],
      b: ['4 y', '6 |'],
    });
  });

  it('reads times as marbles do', () => {
    expect(rows({ inputs: { source: '  2s a 3m |' }, expected: '60m (xy|)' })).toMatchObject({
      source: ['2000 a', '182001 |'],
      output: ['3600000 x', '3600000 y', '3600000 |'],
    });
  });

  it('shows what would have come to who has unsubscribed as such, and says when that was', () => {
    const inputs = { source: '-a---b-|', a: '-x--y-|' };
    expect(rows({ inputs, unsub: '  ---!', expected: '--x-' })).toMatchObject({
      source: ['1 a', '5 b?'],
      a: ['2 x', '5 y?'],
      output: ['2 x', '3 !'],
    });
  });

  it('shows an input that nobody subscribed without marbles', () => {
    const [, second] = rowsOf(suite(), { ...one, inputs: { source: '-|', a: '-x|' } });
    expect(second).toMatchObject({ name: 'a', stretches: [], marks: [] });
  });

  it('shows what the source emits within a delivery at that moment', () => {
    const spec = { inputs: { source: '-a---|', a: '-x-y|' }, expected: '--x-y|', reenter: { x: 'c|' } };
    expect(rows(spec).source).toEqual(['1 a', '2 c', '2 |']);
  });

  it('shows values by their labels, and errors by theirs', () => {
    const spec: Partial<Spec> & Pick<Spec, 'inputs'> = {
      inputs: { source: '-ab#' },
      given: { a: ['one', 2], '#': 'broken' },
      expected: '-x-(y#)',
      values: { x: 'a=good', '#': 'it ended' },
      events: '-e',
    };
    expect(rows(spec)).toEqual({
      source: ["1 ['one', 2]", '2 b', '3 #broken'],
      output: ['1 a=good', '3 y', '3 #it ended'],
      events: ['1 e'],
    });
  });

  it('has the lives that a spec names: below their input, or in a row of their own', () => {
    const subs = { a: ['-^-!', '---^!'], pool: '^--!-^!' };
    const lives = rowsOf(suite(), { ...one, inputs: { source: '-a', a: '-' }, subs, timers: '-^' });
    expect(lives.map(({ name, lives }) => [name, lives.map((line) => line.map(Object.values))])).toEqual([
      ['source', []],
      ['a', [[[1, 3]], [[3, 4]]]],
      ['output', []],
      [
        'pool',
        [
          [
            [0, 3],
            [5, 6],
          ],
        ],
      ],
      ['timers', [[[1, Infinity]]]],
    ]);
  });

  it('has a row for a second subscription, from when it is made', () => {
    const second = { subscribed: '--^', expected: '----y' };
    const row = rowsOf(suite(), { ...one, inputs: { source: '-a' }, second }).find(({ name }) => name === 'second');
    expect(row).toMatchObject({ stretches: [{ subscribedFrame: 2 }], marks: [{ at: 4, label: 'y' }] });
  });

  it('names inputs, and tells which labels are no records, as the suite says', () => {
    const hints = { nameOf: (name: string) => `reply to ${name}`, letters: { o: 'the headers' } };
    const drawn = rowsOf(suite(hints), { ...one, inputs: { source: '-a', a: '-o' } });
    expect(drawn.map(({ name, plain }) => [name, plain])).toEqual([
      ['source', []],
      ['reply to a', ['o']],
      ['output', []],
    ]);
  });
});

describe('pulledMarks', () => {
  const step = (frame: number, value: string) => ({ frame, kind: 'next', value }) as const;

  it('counts each marble from its pull, as long as it is from the one before', () => {
    const steps = [step(1, 'a'), step(2, 'b'), step(6, 'c')];
    const pulls = [
      { subscribedFrame: 0, unsubscribedFrame: 1 },
      { subscribedFrame: 5, unsubscribedFrame: 6 },
      { subscribedFrame: 6, unsubscribedFrame: 8 },
    ];
    expect(pulledMarks(steps, pulls, String).map(({ at, ghost }) => [at, ghost])).toEqual([
      [1, false],
      [6, false],
      [10, true],
    ]);
  });

  it('has what is never asked for come after, as far as it is from the one before, as what never came', () => {
    const marks = pulledMarks([step(1, 'a'), step(4, 'b')], [{ subscribedFrame: 7, unsubscribedFrame: 8 }], String);
    expect(marks.map(({ at, ghost }) => [at, ghost])).toEqual([
      [8, false],
      [11, true],
    ]);
  });
});
