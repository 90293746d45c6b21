import { map } from 'rxjs';
import { mlPredictJob } from '../operators/mlPredictJob.js';
import { defineModel } from '../src/model/define-model.js';
import type { Outcome } from '../src/types/outcome.js';
import { fakeJobs } from './fake-jobs.js';
import { fakeProvider, LETTERS, type Said } from './fake-provider.js';
import { seeOutcome } from './labels.js';
import { recordsIn } from './mlPredict/model.js';
import { again, unsubmitted } from './mlPredictJob/failures.js';
import { type Options, POLL, SUBMIT } from './mlPredictJob/options.js';
import { required } from './mlPredictJob/required.js';
import type { MarbleSuite } from './spec.js';

function textOf(said: Said): string {
  if (typeof said !== 'string') throw new TypeError('records, and what jobs say, are texts');
  return said;
}

export const mlPredictJobMarbles: MarbleSuite<Options, Said, Outcome<string, unknown>> = {
  operator: 'mlPredictJob',
  without: {},
  play: ({ source, input, events, random }, { fake, ...options }) => {
    const model = defineModel<string>({ provider: fakeProvider(input, recordsIn) });
    const jobs = fakeJobs((name) => input(name)?.pipe(map(textOf)), fake);
    return source.pipe(map(textOf), mlPredictJob(model, { jobs, events, random, ...options }));
  },
  see: seeOutcome,
  options: { batchSize: 1, submit: SUBMIT, poll: POLL },
  specs: [...required, ...again, ...unsubmitted],
  refused: [
    { options: { via: 'mail' as 'job' }, message: 'via must be one of live, job; got mail' },
    { options: { batchSize: 0 }, message: 'batchSize must be an integer from 1' },
    { options: { submit: { maxRequests: 0 } }, message: 'maxRequests must be an integer from 1, or Infinity; got 0' },
    { options: { poll: { intervalMs: 0 } }, message: 'intervalMs must be a number from 1; got 0' },
  ],
  diagram: {
    call: ({ fake, ...options }) => ({
      args: ['model'],
      names: ['jobs'],
      options,
      setting: { 'jobs end at, in ms': fake?.endsAt },
    }),
    nameOf: (input) => (/^[a-z]$/.test(input) ? `reply to ${input}` : input),
    key: 'A line of results names its prompt: o0-1 is that of the record 0.',
    letters: LETTERS,
  },
};
