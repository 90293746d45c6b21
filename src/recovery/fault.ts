import type { ErrorCode, Failure } from '../types/outcome.js';

/** What a reply can lack for one record, and the next reply may have. */
const OF_THE_REPLY: ReadonlySet<ErrorCode> = new Set([
  'reply_unreadable',
  'reply_unfinished',
  'record_missing',
  'value_missing',
  'ambiguous_index',
  'schema_mismatch',
]);

/** What a whole reply can suffer from because of one of its records, or of their number. */
const OF_THE_SIZE: ReadonlySet<ErrorCode> = new Set(['length_stop', 'content_filter', 'refusal']);

/**
 * What was at fault, where asking again may help: the reply; the size of the prompt, as smaller ones find the record that is at fault;
 * or the connection, which broke off within a reply. A request that failed before any text has had its retries, and gets no others
 * here: there is one layer of them.
 */
export function faultOf({ code, kind, interrupted }: Failure): 'reply' | 'size' | 'connection' | undefined {
  if (kind === 'splittable' || OF_THE_SIZE.has(code)) return 'size';
  if (kind === undefined && OF_THE_REPLY.has(code)) return 'reply';
  return kind === 'retryable' && interrupted === true ? 'connection' : undefined;
}
