export { bufferTimeOrCount, type BufferTimeOrCountOptions } from '../operators/bufferTimeOrCount.js';
export { callLLM, type CallLLMOptions } from '../operators/callLLM.js';
export { inOrder } from '../operators/inOrder.js';
export { mlPredict, type RunOptions } from '../operators/mlPredict.js';
export { parseIndexed, type ParseIndexedOptions } from '../operators/parseIndexed.js';
export { pullThrough, type PullThroughOptions } from '../operators/pullThrough.js';
export { recoverFailed, type RecoverFailedOptions } from '../operators/recoverFailed.js';
export { toBatchPrompt, type ToBatchPromptOptions } from '../operators/toBatchPrompt.js';
export { pullFrom, type PullSource } from './flow/pull-source.js';
export type { RecordContent } from './prompt/content.js';
export type { EncodedRecord, RecordEncoding } from './prompt/encoding.js';
export type { CountTokens } from './prompt/fit.js';
export { type EntryFields, json, type JsonFormatOptions, type JsonPath, type JsonRepair } from './reply/json.js';
export type * from './types/events.js';
export type * from './types/gate.js';
export {
  type AnswerClass,
  type ErrorCode,
  type FailedOutcome,
  type Failure,
  isOk,
  LlmError,
  type OkOutcome,
  type Outcome,
  type OutcomeError,
} from './types/outcome.js';
export type * from './types/prompt.js';
export type * from './types/provider.js';
export type * from './types/sending.js';
export type * from './types/recovery.js';
export type * from './types/reply.js';
