import { map } from 'rxjs';
import { inOrder } from '../operators/inOrder.js';
import type { MarbleSpec, MarbleSuite } from './spec.js';

interface Indexed {
  readonly name: string;
  readonly index: number;
}

type Options = Readonly<Record<string, never>>;
type Spec = MarbleSpec<Options, string, Indexed>;

/** The place of a letter in the alphabet, from 0; a capital has the place of its small letter. */
function indexOf(letter: string): number {
  return letter.toLowerCase().charCodeAt(0) - 'a'.charCodeAt(0);
}

const required: readonly Spec[] = [
  {
    title: 'gives nothing while the source is silent',
    covers: 'never',
    inputs: { source: '-' },
    subs: { source: '  ^' },
    expected: '        -',
  },
  {
    title: 'completes when the source is empty',
    covers: 'empty',
    inputs: { source: '--|' },
    subs: { source: '  ^-!' },
    expected: '        --|',
  },
  {
    title: 'gives the first at once',
    covers: 'one',
    inputs: { source: '-a--|' },
    expected: '        -a--|',
  },
  {
    title: 'gives each outcome once all before it have left',
    covers: 'many',
    docs: true,
    inputs: { source: '--c--a--b---fe---d----|' },
    subs: { source: '  ^---------------------!' },
    expected: '        -----a--(bc)-----(def)|',
  },
  {
    title: 'gives what it holds, in order, before an error of the source',
    covers: 'source error',
    docs: true,
    inputs: { source: '-a-d-c-#' },
    subs: { source: '  ^------!' },
    expected: '        -a-----(cd#)',
  },
  {
    title: 'drops what it holds on unsubscribe',
    covers: 'early unsubscribe',
    inputs: { source: '-a-d-c-b-|' },
    subs: { source: '  ^-----!' },
    unsub: '           ------!',
    expected: '        -a----',
  },
  {
    title: 'stops a synchronous source as soon as it is unsubscribed',
    covers: 'synchronous source',
    inputs: { source: '(cbade|)' },
    subs: { source: '  (^!)' },
    take: 2,
    synchronous: 3,
    expected: '        (ab|)',
  },
  {
    title: 'keeps the order when an outcome comes while another is delivered',
    covers: 're-entrancy',
    inputs: { source: '-c-a----d|' },
    reenter: { a: 'b' },
    expected: '        ---(abc)d|',
  },
  {
    title: 'completes after the outcomes within whose delivery the source completes',
    inputs: { source: '-e-c-a----' },
    reenter: { a: 'b|' },
    expected: '        -----(abce|)',
  },
  {
    title: 'keeps one state a subscription',
    inputs: { source: '-b--a---|' },
    expected: '        ----(ab)|',
    second: {
      subscribed: '    --^',
      expected: '      ------(ab)|',
    },
  },
];

const gaps: readonly Spec[] = [
  {
    title: 'skips gaps that were never filled, at completion',
    docs: true,
    inputs: { source: '-a-d-c-f-|' },
    expected: '        -a-------(cdf|)',
  },
  {
    title: 'gives all that it holds at completion when the first never came',
    inputs: { source: '-c-b--|' },
    expected: '        ------(bc|)',
  },
  {
    title: 'gives a second outcome for an index that has passed at once',
    inputs: { source: '-a-A-b-|' },
    expected: '        -a-A-b-|',
  },
  {
    title: 'gives a second outcome for an index that it holds at once, and keeps the first',
    inputs: { source: '-b-B-a---|' },
    expected: '        ---B-(ab)|',
  },
];

export const inOrderMarbles: MarbleSuite<Options, string, Indexed> = {
  operator: 'inOrder',
  without: { 'callback throws': 'it calls nothing', tie: 'it has no timer' },
  play: ({ source }) =>
    source.pipe(
      map((name) => ({ name, index: indexOf(name) })),
      inOrder(),
    ),
  see: ({ name }) => name,
  options: {},
  specs: [...required, ...gaps],
  refused: [],
};
