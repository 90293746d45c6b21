import type { Readable, Writable } from 'node:stream';
import type { Environment } from '../model/read-options.js';
import type { Progress } from './progress.js';

/** What a command touches besides its files. */
export interface Surroundings {
  readonly env: Environment;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly progress: Progress;
  /** Ends the command: requests are aborted, and what is finished is written. */
  readonly stop: AbortSignal;
}
