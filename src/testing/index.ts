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
  StandInRequest,
  StatusFault,
  StreamErrorFault,
  UnusableFault,
} from './fault.js';
export type { JsonObject } from './json.js';
export { latencyMs } from './latency.js';
export { lexiconSentiment, type Sentiment } from './lexicon.js';
export type { AnswerContext, AnswerRule, LimitRule, StandInOptions } from './options.js';
export type { LimitClaim, LimitState } from './rate-limit.js';
export type { SeenRequest, StandInStats } from './request-log.js';
export { createStandInServer, type StandInServer } from './stand-in-server.js';
export { unusableAnswers, type UnusableOptions } from './unusable.js';
