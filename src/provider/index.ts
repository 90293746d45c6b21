/** For those who write a provider of their own: `rxjs-llm/provider`. */
export type { GateOptions } from '../flow/gate.js';
export { ProviderError, type ProviderErrorOptions } from '../types/provider.js';
export { abortable } from './abortable.js';
export { createProvider, type CreateProviderOptions } from './create-provider.js';
export { answerError, connectionError, type ErrorAnswer } from './answer-error.js';
export { readRetryAfter } from './retry-after.js';
