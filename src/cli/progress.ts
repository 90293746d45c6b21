import type { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';
import { barText } from './bar.js';
import type { CliError } from './failure.js';
import type { Meter } from './meter.js';
import type { ProgressMode } from './run-arguments.js';
import { type Summary, summaryLine, summaryText } from './summary.js';

const BAR_EVERY_MS = 100;
const LINE_EVERY_MS = 1000;

/** Says on stderr how a run goes. */
export interface Progress {
  start(meter: Meter): void;
  /** Something to know while it goes on. */
  note(text: string): void;
  /** The run is over: the summary, if it had begun, and why it failed, if it has. */
  finish(summary: Summary | undefined, failure: CliError | undefined): void;
}

export interface Terminal extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** @param isShared - outcomes go to the same terminal, where a bar would get in between */
export function createProgress(mode: ProgressMode, stderr: Terminal, isShared: boolean): Progress {
  if (mode === 'json') return new JsonProgress(stderr);
  return new TextProgress(stderr, mode === 'auto' && stderr.isTTY === true && !isShared);
}

/** JSON Lines: `progress` once a second and at the end, `note`, `error`, and last `summary`. */
class JsonProgress implements Progress {
  readonly #stderr: Writable;
  #stop: () => void = () => undefined;

  constructor(stderr: Writable) {
    this.#stderr = stderr;
  }

  start(meter: Meter): void {
    const report = (): void => this.#write({ type: 'progress', ...meter.read() });
    report();
    const timer = setInterval(report, LINE_EVERY_MS);
    this.#stop = () => {
      clearInterval(timer);
      report();
    };
  }

  note(text: string): void {
    this.#write({ type: 'note', message: text });
  }

  finish(summary: Summary | undefined, failure: CliError | undefined): void {
    this.#stop();
    if (failure !== undefined) this.#write({ type: 'error', status: failure.status, message: failure.message });
    if (summary !== undefined) this.#write(summaryLine(summary));
  }

  #write(line: object): void {
    this.#stderr.write(`${JSON.stringify(line)}\n`);
  }
}

/** Text for people, with a bar on a terminal. */
class TextProgress implements Progress {
  readonly #stderr: Terminal;
  readonly #bar: ReturnType<typeof createLogUpdate> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(stderr: Terminal, hasBar: boolean) {
    this.#stderr = stderr;
    this.#bar = hasBar ? createLogUpdate(stderr, { showCursor: true }) : undefined;
  }

  start(meter: Meter): void {
    const bar = this.#bar;
    if (bar === undefined) return;
    const draw = (): void => bar(barText(meter.read()));
    draw();
    this.#timer = setInterval(draw, BAR_EVERY_MS);
  }

  note(text: string): void {
    this.#bar?.clear();
    this.#stderr.write(`rxjs-llm: ${text}\n`);
  }

  finish(summary: Summary | undefined, failure: CliError | undefined): void {
    clearInterval(this.#timer);
    this.#bar?.clear();
    if (summary !== undefined) this.#stderr.write(summaryText(summary));
    if (failure !== undefined) this.#stderr.write(`rxjs-llm: ${failure.message}\n`);
  }
}
