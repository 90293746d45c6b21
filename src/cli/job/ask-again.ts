import { EMPTY, type MonoTypeOperatorFunction, type Observable, of, pipe } from 'rxjs';
import { callLLM } from '../../../operators/callLLM.js';
import { parseIndexed } from '../../../operators/parseIndexed.js';
import { recoverFailed } from '../../../operators/recoverFailed.js';
import type { Model } from '../../model/define-model.js';
import { operatorOptions } from '../../model/operator-options.js';
import { Budget } from '../../provider/budget.js';
import { endOnFatal } from '../../provider/fatal.js';
import type { EventsObserver } from '../../types/events.js';
import type { Outcome } from '../../types/outcome.js';
import type { BatchPrompt } from '../../types/prompt.js';
import type { JobRecord } from './job-record.js';

/**
 * Asks by live calls for what jobs have no usable answer to, as the model's `failure.strategy` says.
 *
 * @param done - slots of records that have their line already: they are not asked for
 */
export function askAgain(
  model: Model,
  done: ReadonlySet<number>,
  events: EventsObserver,
): MonoTypeOperatorFunction<Outcome<JobRecord, unknown>> {
  const { provider, format, price, strategy, call } = operatorOptions(model);
  return endOnFatal('error', (latch) => {
    const run = { latch, budget: new Budget(model.options.budgetMaxCost ?? Infinity) };
    const live = pipe(
      callLLM<JobRecord>(provider, { ...call, run, priority: 'recovery', events }),
      parseIndexed<JobRecord>({ format, events }),
    );
    const attempt = (prompt: BatchPrompt<JobRecord>): Observable<Outcome<JobRecord, unknown>> => {
      const open = prompt.records.flatMap(({ slot }, position) => (done.has(slot) ? [] : [position]));
      return open.length === 0 ? EMPTY : of(prompt.subset(open)).pipe(live);
    };
    return recoverFailed({ strategy, attempt, price, events });
  });
}
