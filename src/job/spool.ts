import { closeSync, mkdtempSync, openAsBlob, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobSpool } from '../types/job.js';
import { reasonOf } from '../types/outcome.js';

/** What stands around the lines of a spool. */
export interface SpoolFrame {
  readonly before: string;
  readonly between: string;
  readonly after: string;
}

/** Bytes that are held before they are written. */
const BUFFER_BYTES = 64 * 1024;

const ENCODER = new TextEncoder();

const PREFIX = 'rxjs-llm-job-';

/** Whether a folder's name is that of a spool: the prefix, and the six characters that mkdtemp adds. */
export function isSpool(name: string): boolean {
  return name.startsWith(PREFIX) && /^[a-zA-Z0-9]{6}$/.test(name.slice(PREFIX.length));
}

/**
 * A file that requests are written to as they come, in a private folder (0700) of its own (0600). It is written synchronously: the
 * source of prompts cannot be asked to wait, so that anything else would hold what the disk has not taken yet.
 */
export class SpoolFile implements JobSpool {
  readonly #frame: SpoolFrame;
  readonly #folder: string;
  readonly #path: string;
  #file: number | undefined;
  /** Is used again and again: buffers of their own would wait for a collection that a busy source leaves no time for. */
  readonly #bytes = new Uint8Array(BUFFER_BYTES);
  /** How many of them wait to be written. */
  #waiting = 0;
  #isEmpty = true;

  /** @param parent - @defaultValue the system's folder for temporary files */
  constructor(frame: SpoolFrame, parent: string = tmpdir()) {
    this.#frame = frame;
    // mkdtemp makes folders that only their owner can enter.
    this.#folder = privateFolder(parent);
    this.#path = join(this.#folder, 'requests.jsonl');
    this.#file = openSync(this.#path, 'wx', 0o600);
    this.#append(frame.before);
  }

  add(line: string): void {
    if (!this.#isEmpty) this.#append(this.#frame.between);
    this.#isEmpty = false;
    this.#append(line);
  }

  close(): void {
    this.#append(this.#frame.after);
    this.#flush();
    this.#closeFile();
  }

  /** The whole file, read as it is sent: each call opens it anew. */
  async blob(): Promise<Blob & { readonly name: string }> {
    return Object.assign(await openAsBlob(this.#path), { name: 'requests.jsonl' });
  }

  remove(): void {
    this.#closeFile();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #append(text: string): void {
    for (let rest = text; rest !== '';) {
      const { read, written } = ENCODER.encodeInto(rest, this.#bytes.subarray(this.#waiting));
      this.#waiting += written;
      rest = rest.slice(read);
      if (rest !== '') this.#flush();
    }
  }

  #flush(): void {
    if (this.#file !== undefined)
      for (let at = 0; at < this.#waiting;) at += writeSync(this.#file, this.#bytes, at, this.#waiting - at);
    this.#waiting = 0;
  }

  #closeFile(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** @throws Error naming the folder that the spool cannot be in */
function privateFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, PREFIX));
  } catch (cause) {
    throw new Error(`folder ${parent} cannot hold requests: ${reasonOf(cause)}`, { cause });
  }
}
