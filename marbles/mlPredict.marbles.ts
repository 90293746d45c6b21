import { map } from 'rxjs';
import { mlPredict } from '../operators/mlPredict.js';
import { defineModel } from '../src/model/define-model.js';
import type { Outcome } from '../src/types/outcome.js';
import { fakeProvider, LETTERS, type Said } from './fake-provider.js';
import { seeOutcome } from './labels.js';
import { type Options, recordsIn } from './mlPredict/model.js';
import { fatal, together } from './mlPredict/pipe.js';
import { recovery } from './mlPredict/recovery.js';
import { required } from './mlPredict/required.js';
import type { MarbleSuite } from './spec.js';

function recordOf(letter: Said): string {
  if (typeof letter !== 'string') throw new TypeError('a record is a letter');
  return letter;
}

export const mlPredictMarbles: MarbleSuite<Options, Said, Outcome<string, unknown>> = {
  operator: 'mlPredict',
  without: {},
  play: ({ source, input, events, random }, { provider, ...options }) => {
    const model = defineModel<string>({ provider: fakeProvider(input, recordsIn, provider) });
    return source.pipe(map(recordOf), mlPredict(model, { events, random, ...options }));
  },
  see: seeOutcome,
  options: {},
  specs: [...required, ...together, ...recovery, ...fatal],
  refused: [
    { options: { batchSize: 0 }, message: 'batchSize must be an integer from 1' },
    { options: { order: 'random' as 'input' }, message: 'order must be one of input, arrival' },
  ],
  diagram: {
    call: ({ provider, ...options }) => ({ args: ['model'], options, setting: { provider } }),
    nameOf: (records) => `reply to ${records}`,
    letters: LETTERS,
  },
};
