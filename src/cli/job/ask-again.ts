import { concat, defer, EMPTY, type MonoTypeOperatorFunction, type Observable, of, pipe, throwError } from 'rxjs';
import { callLLM } from '../../../operators/callLLM.js';
import { parseIndexed } from '../../../operators/parseIndexed.js';
import { recoverFailed } from '../../../operators/recoverFailed.js';
import type { Model } from '../../model/define-model.js';
import { endOnFatal } from '../../provider/fatal.js';
import type { EventsObserver } from '../../types/events.js';
import { type Failure, LlmError, type Outcome } from '../../types/outcome.js';
import type { BatchPrompt } from '../../types/prompt.js';
import type { SpendingLimit } from '../../types/sending.js';
import type { JobRecord } from './job-record.js';

/**
 * Asks by live calls for what jobs have no usable answer to, as the model's `failure.strategy` says. Jobs are paid: a fatal answer
 * to a live call ends the calls, and errors the stream after the outcomes of all jobs.
 *
 * @param budget - what may be spent; results have spent some of it
 * @param done - slots of records that have their line already: they are not asked for
 */
export function askAgain(
  model: Model,
  done: ReadonlySet<number>,
  budget: SpendingLimit,
  events: EventsObserver,
): MonoTypeOperatorFunction<Outcome<JobRecord, unknown>> {
  const { provider, format, price, strategy, call } = model.operatorOptions();
  return (outcomes) => {
    let fatal: Failure | undefined;
    const recovered = endOnFatal('outcome', (latch) => {
      latch.tripped.subscribe((failure) => {
        fatal = failure;
      });
      const live = pipe(
        callLLM<JobRecord>(provider, { ...call, run: { latch, budget }, priority: 'recovery', events }),
        parseIndexed<JobRecord>({ format, events }),
      );
      const attempt = (prompt: BatchPrompt<JobRecord>): Observable<Outcome<JobRecord, unknown>> => {
        const open = prompt.records.flatMap(({ slot }, position) => (done.has(slot) ? [] : [position]));
        return open.length === 0 ? EMPTY : of(prompt.subset(open)).pipe(live);
      };
      return recoverFailed({ strategy, attempt, price, events });
    });
    return concat(
      outcomes.pipe(recovered),
      defer(() => {
        const failure = fatal;
        return failure === undefined ? EMPTY : throwError(() => new LlmError(failure));
      }),
    );
  };
}
