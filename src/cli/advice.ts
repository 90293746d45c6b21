import type { ErrorCode } from '../types/outcome.js';

/** What to do about an error of the model, in a few words. */
export const ADVICE: Readonly<Record<ErrorCode, string>> = {
  content_error: 'check record.content',
  dropped: 'let more records wait',
  bad_request: 'check request.* and the other options of the model file',
  rate_limited: 'try again later, or set rate.requests.per.minute and rate.tokens.per.minute',
  server_error: 'try again later, and check base.url',
  connection_error: 'check base.url, and that the server can be reached',
  request_timeout: 'try again later, check base.url, or raise request.timeout.ms',
  context_length: 'shorten the prompt, or set batch.max.tokens',
  input_filtered: 'check system.prompt and batch.prompt.template',
  unauthorized: 'check api.key',
  forbidden: 'check that api.key may use this model',
  not_found: 'check model and base.url',
  schema_rejected: 'check response.schema, or set response.structured to off',
  quota_exhausted: 'check the quota and the billing of the account',
  budget_exhausted: 'raise budget.max.cost',
  deadline_exceeded: 'raise record.deadline.ms',
  too_large: 'raise batch.max.tokens, or shorten the prompt',
  overloaded: 'try again later',
  circuit_open: 'try again later, or set failure.when.open to wait',
  abandoned: 'wait for the answer',
  reply_unreadable: 'check system.prompt and batch.prompt.template: they must not ask for another form than JSON',
  reply_unfinished: 'try again',
  length_stop: 'raise max.output.tokens',
  content_filter: 'check system.prompt and batch.prompt.template',
  refusal: 'check system.prompt and batch.prompt.template',
  record_missing: 'check system.prompt, batch.prompt.template and response.index.field',
  value_missing: 'check system.prompt and response.value.field',
  ambiguous_index: 'check system.prompt and batch.prompt.template',
  schema_mismatch: 'check that system.prompt asks for what response.schema takes',
  schema_async: 'give a response.schema that answers at once',
  job_expired: 'submit what is left again',
  job_cancelled: 'submit what is left again',
  job_failed: 'check model and request.*',
  job_lost: 'check api.key and base.url: jobs belong to one account',
  result_missing: 'submit what is left again',
};

/** A message with what to do about it. */
export function withAdvice(message: string, code: ErrorCode): string {
  return `${message.replace(/[.\s]+$/, '')}: ${ADVICE[code]} (${code})`;
}
