import type { EventsObserver, LlmEvent } from '../../types/events.js';
import type { JobHandle } from '../../types/job.js';
import { bar } from '../bar.js';
import type { InputRecord } from '../record.js';
import type { Closing, Report } from '../progress.js';
import { count, counted } from '../text.js';
import type { ErrorCount } from '../totals.js';
import { JobBoard } from './board.js';
import type { Refusal } from './refusals.js';

/** What a submission has done so far. */
export class Submission implements EventsObserver, Report {
  readonly #board = new JobBoard();
  readonly #inputBytes: number | undefined;
  readonly #startedAt = performance.now();
  #records = 0;
  #bytes = 0;
  #refused = 0;
  readonly #errors = new Map<string, ErrorCount>();
  /** Jobs of before, and those that were submitted now, with the records in them. */
  readonly #resumed = { jobs: 0, requests: 0, records: 0 };
  readonly #submitted = { jobs: 0, requests: 0, records: 0 };
  readonly #resumedIds = new Set<string>();

  /** @param inputBytes - size of the input; `undefined` if nobody knows */
  constructor(inputBytes: number | undefined) {
    this.#inputBytes = inputBytes;
  }

  /** Records that no job can have. */
  get refused(): number {
    return this.#refused;
  }

  next(event: LlmEvent): void {
    this.#board.next(event);
    if (event.type === 'job' && event.state === 'resumed') this.#resumedIds.add(event.jobId);
  }

  read({ bytes }: InputRecord): void {
    this.#records++;
    this.#bytes += bytes;
  }

  refuse({ code, message }: Refusal): void {
    this.#refused++;
    const { count: times, example } = this.#errors.get(code) ?? { count: 0, example: message };
    this.#errors.set(code, { count: times + 1, example });
  }

  written({ id, prompts, records }: JobHandle): void {
    const sum = this.#resumedIds.has(id) ? this.#resumed : this.#submitted;
    sum.jobs++;
    sum.requests += prompts;
    sum.records += records;
  }

  text(): string {
    const { share, records, refused, submitted } = this.#read();
    const line = [
      counted(records, 'record'),
      `${counted(submitted.jobs, 'job')} submitted`,
      ...(refused > 0 ? [`${count(refused)} refused`] : []),
    ].join(' · ');
    const jobs = this.#board.text();
    return `${share === null ? '' : `${bar(share)} `}${line}${jobs === '' ? '' : `\n${jobs}`}`;
  }

  fields(): object {
    return { ...this.#read(), jobs: this.#board.rows };
  }

  /** @param handles - where they are, for people */
  closing(finished: boolean, handles: string): Closing {
    const { share: _, ...fields } = this.#read();
    const errors = Object.fromEntries([...this.#errors].map(([code, { count: times }]) => [code, times]));
    return {
      line: { type: 'summary', finished, ...fields, errors, jobs: this.#board.rows },
      text: `${this.#lines(finished, handles).join('\n')}\n`,
    };
  }

  #read() {
    const seconds = Number(((performance.now() - this.#startedAt) / 1000).toFixed(3));
    const share = this.#inputBytes === undefined ? null : Math.min(1, this.#bytes / Math.max(1, this.#inputBytes));
    return {
      records: this.#records,
      refused: this.#refused,
      submitted: { ...this.#submitted },
      resumed: { ...this.#resumed },
      seconds,
      share: share === null ? null : Number(share.toFixed(4)),
    };
  }

  #lines(finished: boolean, handles: string): readonly string[] {
    const { seconds, submitted, resumed, records } = this.#read();
    const sumOf = ({ jobs, requests, records: inThem }: typeof submitted): string =>
      `${counted(jobs, 'job')}, ${counted(requests, 'request')}, ${counted(inThem, 'record')}`;
    return [
      `${finished ? 'done' : 'stopped early'} in ${seconds.toFixed(1)} s: ${counted(records, 'record')} read, handles to ${handles}`,
      `  submitted  ${sumOf(submitted)}`,
      ...(resumed.jobs === 0 ? [] : [`  of before  ${sumOf(resumed)}`]),
      ...(this.#refused === 0
        ? []
        : [`  refused    ${counted(this.#refused, 'record')}, which collect writes as errors`]),
      ...[...this.#errors].map(
        ([code, { count: times, example }]) => `    ${count(times)} ${code}, the first: ${example}`,
      ),
    ];
  }
}
