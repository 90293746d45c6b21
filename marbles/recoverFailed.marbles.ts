import { map, type Observable } from 'rxjs';
import { recoverFailed } from '../operators/recoverFailed.js';
import type { Outcome } from '../src/types/outcome.js';
import { bounds, faults } from './recoverFailed/bounds.js';
import { type Came, type Options, outcomeOf, parsed, promptsFor, seeRecovered } from './recoverFailed/outcomes.js';
import { required } from './recoverFailed/required.js';
import { strategies } from './recoverFailed/strategies.js';
import type { MarbleSuite, Stage } from './spec.js';

/** Asks again by the inputs of a spec: that of the records' letters; the next time, of these and 2, 3 … It throws without one. */
function attemptBy(
  input: Stage<Came>['input'],
  options: Options,
): (prompt: { id: string; records: readonly string[] }) => Observable<Outcome<string, string>> {
  const times = new Map<string, number>();
  return ({ id, records }) => {
    const name = records.join('');
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    const scripted = time === 1 ? name : `${name}${time}`;
    const came = input(scripted);
    if (came === undefined) throw new Error(`nothing is scripted for ${scripted}`);
    return came.pipe(map((one) => outcomeOf(one, options, id)));
  };
}

export const recoverFailedMarbles: MarbleSuite<Options, Came, Outcome<string, string>> = {
  operator: 'recoverFailed',
  without: {},
  play: ({ source, input, events }, options) => {
    const prompts = promptsFor(options);
    return source.pipe(
      map((came) => parsed(came, prompts, options)),
      recoverFailed({ events, ...options, attempt: attemptBy(input, options) }),
    );
  },
  see: seeRecovered,
  options: {},
  specs: [...required, ...strategies, ...faults, ...bounds],
  refused: [
    {
      options: { strategy: 'again' as 'reask' },
      message: 'strategy must be one of reask, bisect, single, retry, fail; got again',
    },
    { options: { budget: -1 }, message: 'budget must be a number from 0; got -1' },
  ],
  diagram: {
    call: ({ asks, system, copies, ...options }) => ({
      names: ['attempt'],
      options,
      setting: { 'records of the prompts': asks, system, copies },
    }),
    see: (came) => (typeof came === 'string' ? came : `${came.of}!${came.failure.code}`),
    nameOf: (records) => `attempt ${records}`,
    key: 'A small letter is a value for its record; a capital is a failure of its record, record_missing.',
  },
};
