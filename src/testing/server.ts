export { decodeRecords } from '../prompt/decode.js';
export type { EncodedRecord, RecordEncoding } from '../prompt/encoding.js';
export type {
  BadSseFault,
  BytesFault,
  CutFault,
  DelayFault,
  Fault,
  FaultRule,
  FinishFault,
  HangFault,
  RefusalFault,
  ReplyFault,
  ResetFault,
  StallFault,
  JobLine,
  StandInRequest,
  StatusFault,
  StreamErrorFault,
  UnusableFault,
} from './fault.js';
export type {
  CallFault,
  CallFaultRule,
  CutBodyFault,
  JobCall,
  JobOperation,
  LostAnswerFault,
} from './job/call-fault.js';
export type { JobStats } from './job/job-book.js';
export type { StandInJobs } from './job/job-control.js';
export type {
  EmptyFileIdFault,
  EndFault,
  JobError,
  JobFault,
  JobFaultRule,
  LateCountsFault,
  LoseFault,
  NoResultsFault,
  RejectFault,
  RepeatFault,
  ResultsUrlFault,
  StrayFault,
  TruncateFault,
} from './job/job-fault.js';
export type { JobOptions } from './job/job-options.js';
export type { JobApi, JobStatus, JobTally, SeenJob } from './job/seen-job.js';
export type { JsonObject } from './json.js';
export { latencyMs } from './latency.js';
export { lexiconSentiment, type Sentiment } from './lexicon.js';
export type { AnswerContext, AnswerRule, LimitRule, StandInOptions } from './options.js';
export type { LimitClaim, LimitState } from './rate-limit.js';
export type { SeenRequest, StandInStats } from './request-log.js';
export { createStandInServer, type StandInServer } from './stand-in-server.js';
export { unusableAnswers, type UnusableOptions } from './unusable.js';
