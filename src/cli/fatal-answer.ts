import type { LlmError } from '../types/outcome.js';
import { withAdvice } from './advice.js';
import { CliError, EXIT } from './failure.js';

/** A fatal answer of the provider, and what to do about it. */
export function fatalAnswer({ failure, message }: LlmError): CliError {
  return new CliError(EXIT.misuse, withAdvice(message, failure.code));
}
