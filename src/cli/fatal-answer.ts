import type { ErrorCode, LlmError } from '../types/outcome.js';
import { CliError, EXIT } from './failure.js';

/** What to do about a fatal answer of the provider. */
const ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  unauthorized: 'check api.key',
  forbidden: 'check that api.key may use this model',
  not_found: 'check model and base.url',
  schema_rejected: 'check response.schema, or set response.structured to off',
  quota_exhausted: 'check the quota and the billing of the account',
};

export function fatalAnswer({ failure, message }: LlmError): CliError {
  const advice = ADVICE[failure.code] ?? 'check the model file';
  return new CliError(EXIT.misuse, `${message.replace(/[.\s]+$/, '')}: ${advice} (${failure.code})`);
}
