/** For those who write a provider of their own: `rxjs-llm/provider`. */
export type { CircuitOptions, Ending } from '../flow/circuit.js';
export type { GateOptions } from '../flow/gate.js';
export { type CompletionEvent, type Provider, ProviderError, type ProviderErrorOptions } from '../types/provider.js';
export type { CompletionRequest } from '../types/prompt.js';
export { abortable } from './abortable.js';
export { createProvider, type CreateProviderOptions } from './create-provider.js';
export { answerError, connectionError, type ErrorAnswer, errorIn } from './answer-error.js';
export { fieldAt, type JsonPath, numberAt, textAt } from './json-body.js';
export { openEvent, type Piece, readAnswer, readError, type ReadPiece, responseError } from './read-answer.js';
export { redact, secretsIn } from './redact.js';
export { readRateHold } from './rate-headers.js';
export { readRetryAfter } from './retry-after.js';
export { usageOf } from './usage.js';
