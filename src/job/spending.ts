import type { EventsObserver } from '../types/events.js';
import type { SpendingLimit } from '../types/sending.js';

/** Reports events, and counts what results have cost as spent: what is asked live has the rest of the budget. */
export function countingResults(budget: SpendingLimit, events: EventsObserver | undefined): EventsObserver {
  return {
    next: (event) => {
      if (event.type === 'result' && event.cost !== undefined) budget.settle(0, event.cost);
      events?.next(event);
    },
  };
}
