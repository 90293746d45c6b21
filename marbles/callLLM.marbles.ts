import { map } from 'rxjs';
import { callLLM } from '../operators/callLLM.js';
import type { ReplyChunk } from '../src/types/reply.js';
import { bounds } from './callLLM/bounds.js';
import { answers, required } from './callLLM/calls.js';
import { circuits } from './callLLM/circuit.js';
import { fatal } from './callLLM/fatal.js';
import { permits } from './callLLM/permits.js';
import { type Asked, type Options, promptOf, seeChunk } from './callLLM/prompts.js';
import { seeGiven } from './draw/label.js';
import { fakeProvider, LETTERS, type Said } from './fake-provider.js';
import { retries } from './callLLM/retries.js';
import { timeouts } from './callLLM/timeouts.js';
import type { MarbleSuite } from './spec.js';

export const callLLMMarbles: MarbleSuite<Options, Asked | Said, ReplyChunk<string>> = {
  operator: 'callLLM',
  without: {},
  play: ({ source, input, events, random }, { provider, ...options }) =>
    source.pipe(
      map((asked) => promptOf(asked as Asked)),
      callLLM(
        fakeProvider(input, ({ system }) => system ?? '', provider),
        { events, random, ...options },
      ),
    ),
  see: seeChunk,
  options: {},
  specs: [...required, ...answers, ...permits, ...retries, ...timeouts, ...bounds, ...circuits, ...fatal],
  refused: [
    { options: { maxRetries: -1 }, message: 'maxRetries must be an integer from 0, or Infinity; got -1' },
    { options: { timeoutMs: 0 }, message: 'timeoutMs must be a number from 1; got 0' },
    { options: { totalTimeoutMs: 0 }, message: 'totalTimeoutMs must be a number from 1; got 0' },
    { options: { concurrency: 0 }, message: 'concurrency must be an integer from 1, or Infinity; got 0' },
    { options: { deadlineMs: 0 }, message: 'deadlineMs must be a number from 1; got 0' },
    { options: { maxCost: -1 }, message: 'maxCost must be a number from 0; got -1' },
    { options: { maxWaiting: 0 }, message: 'maxWaiting must be an integer from 1, or Infinity; got 0' },
    {
      options: { priority: 'late' as 'retry' },
      message: 'priority must be one of recovery, retry, fresh; got late',
    },
    { options: { whenOpen: 'stop' as 'wait' }, message: 'whenOpen must be one of wait, fail; got stop' },
    { options: { onFatal: 'stop' as 'error' }, message: 'onFatal must be one of error, outcome; got stop' },
  ],
  diagram: {
    call: ({ provider, ...options }) => ({ args: ['provider'], options, setting: { provider } }),
    see: (given) =>
      typeof given === 'object' && 'refused' in given ? `refused: ${given.refused.code}` : seeGiven(given),
    nameOf: (request) => `reply to ${request}`,
    letters: LETTERS,
  },
};
