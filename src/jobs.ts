/** Batch jobs of providers, in Node: `rxjs-llm/jobs`. */
export { jobResults, type JobResultsOptions } from '../operators/jobResults.js';
export { mlPredictJob, type MlPredictJobOptions } from '../operators/mlPredictJob.js';
export { pollUntilDone, type PollUntilDoneOptions } from '../operators/pollUntilDone.js';
export { submitBatchJob, type SubmitBatchJobOptions } from '../operators/submitBatchJob.js';
export type { JobCallOptions } from './job/calls.js';
export { readHandle } from './job/handle.js';
export { removeSpools } from './job/lost-spools.js';
export { promptsOfInput } from './job/prompts/input.js';
export type { KeyedRecord } from './job/prompts/keyed-prompt.js';
export { promptsOfKeys, type PromptsOfKeysOptions } from './job/prompts/keys.js';
export { jobMemory } from './job/prompts/memory.js';
export { folderStore } from './job/store/folder.js';
export { type UnstorageLike, unstorageStore, type UnstorageStoreOptions } from './job/store/unstorage.js';
export {
  type FinishedJob,
  type JobEnd,
  type JobEntry,
  JobError,
  type JobHandle,
  type JobInfo,
  type JobLimits,
  type JobMemory,
  type JobPrompts,
  type JobProvider,
  type JobResult,
  type JobSpool,
  type JobState,
  type JobStore,
  type JobWake,
  type OpenJob,
} from './types/job.js';
