import type { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';
import type { CliError } from './failure.js';
import type { ProgressMode } from './input-arguments.js';

const BAR_EVERY_MS = 100;
const LINE_EVERY_MS = 1000;

/** Where a command stands, whenever it is asked. */
export interface Report {
  /** What a terminal shows. */
  text(): string;
  /** The fields of a line of `--progress json`. */
  fields(): object;
}

/** What a command came to. */
export interface Closing {
  /** Lines for people. */
  readonly text: string;
  /** The last line of `--progress json`. */
  readonly line: object;
}

/** Says on stderr how a command goes. */
export interface Progress {
  start(report: Report): void;
  /** Something to know while it goes on. */
  note(text: string): void;
  /** The command is over: what it came to, if it had begun, and why it failed, if it has. */
  finish(closing: Closing | undefined, failure: CliError | undefined): void;
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

  start(report: Report): void {
    const write = (): void => this.#write({ type: 'progress', ...report.fields() });
    write();
    const timer = setInterval(write, LINE_EVERY_MS);
    this.#stop = () => {
      clearInterval(timer);
      write();
    };
  }

  note(text: string): void {
    this.#write({ type: 'note', message: text });
  }

  finish(closing: Closing | undefined, failure: CliError | undefined): void {
    this.#stop();
    if (failure !== undefined) this.#write({ type: 'error', status: failure.status, message: failure.message });
    if (closing !== undefined) this.#write(closing.line);
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

  start(report: Report): void {
    const bar = this.#bar;
    if (bar === undefined) return;
    const draw = (): void => bar(report.text());
    draw();
    this.#timer = setInterval(draw, BAR_EVERY_MS);
  }

  note(text: string): void {
    this.#bar?.clear();
    this.#stderr.write(`rxjs-llm: ${text}\n`);
  }

  finish(closing: Closing | undefined, failure: CliError | undefined): void {
    clearInterval(this.#timer);
    this.#bar?.clear();
    if (closing !== undefined) this.#stderr.write(closing.text);
    if (failure !== undefined) this.#stderr.write(`rxjs-llm: ${failure.message}\n`);
  }
}
