import { bufferTimeOrCount } from '../operators/bufferTimeOrCount.js';
import { knownBugs } from './bufferTimeOrCount/known-bugs.js';
import { limits } from './bufferTimeOrCount/limits.js';
import { type Options, required } from './bufferTimeOrCount/required.js';
import type { MarbleSuite } from './spec.js';

export const bufferTimeOrCountMarbles: MarbleSuite<Options, string, string[]> = {
  operator: 'bufferTimeOrCount',
  without: {},
  play: ({ source }, options) => source.pipe(bufferTimeOrCount(options)),
  see: (batch) => batch.join(' '),
  options: {},
  specs: [...required, ...knownBugs, ...limits],
  refused: [
    { options: { maxCount: 0 }, message: 'maxCount must be an integer from 1, or Infinity; got 0' },
    { options: { maxCount: 1.5 }, message: 'maxCount must be an integer from 1, or Infinity; got 1.5' },
    { options: { maxWaitMs: -1 }, message: 'maxWaitMs must be a number from 0; got -1' },
    {
      options: { maxWaitMs: 2 ** 31 },
      message: 'maxWaitMs must be at most 2147483647 (ms), or Infinity; got 2147483648',
    },
    { options: { maxWeight: NaN }, message: 'maxWeight must be a number from 0; got NaN' },
    {
      options: { onSourceError: 'drop' as 'discard' },
      message: 'onSourceError must be one of emit, discard; got drop',
    },
  ],
};
