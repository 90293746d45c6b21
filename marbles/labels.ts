import type { LlmEvent } from '../src/types/events.js';
import { outcomeLabel } from '../src/testing/index.js';
import { LlmError } from '../src/types/outcome.js';

/** `a=positive`, `a={"stars":5}` or `b!record_missing`. */
export const seeOutcome = outcomeLabel<string>();

/** `fatal_answer: unauthorized`, the message of any other error, or the error itself if it is a string. */
export function seeError(error: unknown): string {
  if (error instanceof LlmError) return `${error.type}: ${error.failure.code}`;
  return error instanceof Error ? error.message : String(error);
}

/** `p#1 ok 3ms`, `p#1 rate_limited 3ms`, `retry p after #1 in 250ms`, `hold 10ms`, `concurrency 4`, `circuit open for
 * 9ms`, `p: unknown_index`, `p.1 asks 2 of p again: record_missing`, `job-1 ended: completed`, `job-1 answers p: ok`. */
export function seeEvent(event: LlmEvent): string {
  switch (event.type) {
    case 'attempt':
      return `${event.batchId}#${event.attempt} ${event.error ?? 'ok'} ${event.latencyMs}ms`;
    case 'retry':
      return `retry ${event.batchId} after #${event.attempt} in ${event.delayMs}ms`;
    case 'hold':
      return `hold ${event.holdMs}ms`;
    case 'concurrency':
      return `concurrency ${event.limit}`;
    case 'circuit':
      return event.state === 'open' ? `circuit open for ${event.waitMs}ms` : `circuit ${event.state}`;
    case 'recovery':
      return `${event.batchId} asks ${event.records} of ${event.first} again: ${event.errors.join()}`;
    case 'job':
      return `${event.jobId} ${event.state}${event.detail && `: ${event.detail}`}`;
    case 'result':
      return `${event.jobId} answers ${event.batchId}: ${event.error ?? 'ok'}`;
    case 'warning':
      return `${event.batchId}: ${event.code}`;
  }
}
