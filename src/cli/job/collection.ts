import type { EventsObserver, LlmEvent } from '../../types/events.js';
import type { JobHandle } from '../../types/job.js';
import { barText } from '../bar.js';
import { Meter } from '../meter.js';
import type { Closing, Report } from '../progress.js';
import { errorLines, spentLines, writtenLine } from '../summary.js';
import { count, counted } from '../text.js';
import { Totals } from '../totals.js';
import { JobBoard } from './board.js';

/** How a collection ended. */
interface CollectionEnd {
  /** Whether all jobs were gone through. */
  readonly finished: boolean;
  readonly output: string;
  /** Records without a line. */
  readonly left: number;
}

/** What a collection has done so far. */
export class Collection implements EventsObserver, Report {
  readonly totals = new Totals();
  /** Slots of the records that have their line. */
  readonly done = new Set<number>();
  readonly #board = new JobBoard();
  readonly #meter: Meter;

  constructor(handles: readonly JobHandle[]) {
    for (const handle of handles) this.#board.expect(handle);
    const records = handles.reduce((sum, handle) => sum + handle.records, 0);
    this.#meter = new Meter(this.totals, { bytes: undefined, limit: Math.max(1, records) });
  }

  next(event: LlmEvent): void {
    this.totals.next(event);
    this.#board.next(event);
  }

  text(): string {
    return `${barText(this.#meter.read())}\n${this.#board.text()}`;
  }

  fields(): object {
    return { ...this.#meter.read(), results: this.totals.results, jobs: this.#board.rows };
  }

  closing({ finished, output, left }: CollectionEnd): Closing {
    const { share: _, secondsLeft: __, circuit: ___, heldSeconds: ____, ...fields } = this.#meter.read();
    const { errors, warnings, results } = this.totals;
    const byCode = Object.fromEntries([...errors].map(([code, { count: times }]) => [code, times]));
    const jobs = this.#board.rows;
    return {
      line: { type: 'summary', finished, ...fields, results, errors: byCode, warnings, left, jobs },
      text: [
        writtenLine({ snapshot: fields, finished, output }),
        ...errorLines(errors),
        `  jobs    ${count(jobs.length)}${jobs.length === 0 ? '' : ` (${this.#ends()})`}`,
        `  results ${count(results)}`,
        ...spentLines(fields, warnings),
        ...(left === 0
          ? []
          : [`  ${counted(left, 'record')} without a line: ${finished ? IN_NO_JOB : '--resume carries on'}`]),
        '',
      ].join('\n'),
    };
  }

  /** `2 completed, 1 expired` */
  #ends(): string {
    const states = Map.groupBy(this.#board.rows, ({ state }) => state.replace('_', ' '));
    return [...states].map(([state, rows]) => `${count(rows.length)} ${state}`).join(', ');
  }
}

const IN_NO_JOB = 'they are in none of these jobs, and submit --resume submits what is in none at all';
