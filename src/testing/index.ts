/** For tests of one's own pipelines, in Node and in browsers: `rxjs-llm/testing`. */
export { answering, type AnsweringOptions } from './kit/answering.js';
export { fakeError, type FakeErrorCode, type FakeErrorOptions } from './kit/fake-error.js';
export type { FakeJob, FakeJobRequest } from './kit/fake-job.js';
export { type FakeJobCall, fakeJobs, type FakeJobs, type FakeJobsOptions } from './kit/fake-jobs.js';
export { fakeProvider, type FakeProvider, type FakeProviderOptions, type FakeRequest } from './kit/fake-provider.js';
export type { FakeCall, FakeReply } from './kit/fake-reply.js';
export { cutAfter, failing, type FailingOptions, hanging } from './kit/faults.js';
export type { FakeJobFault } from './kit/job-fault.js';
export { type NameRecord, outcomeLabel, summary, valuesOf } from './kit/labels.js';
export type { ReplyValue, ReplyValues } from './kit/marbles.js';
export { outcomeMatchers, type OutcomeMatchers } from './kit/matchers.js';
export { oneOutcomeEach } from './kit/one-outcome-each.js';
export type { FakeAnswer } from './kit/write-reply.js';
