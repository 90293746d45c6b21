import type { JsonObject } from '../json.js';
import type { FileFacts, FileStore, FileWriter, StoredFile } from './file-store.js';
import type { JobFault } from './job-fault.js';
import type { LineResult } from './job-format.js';

/** The result files of a job that has ended. */
export interface ResultFiles {
  readonly output: StoredFile | null;
  readonly error: StoredFile | null;
}

/** Writes the results of a job as they come, and lets its faults have their way with the output. */
export class JobResults {
  readonly #store: FileStore;
  readonly #faults: readonly JobFault[];
  readonly #files: { output?: FileWriter; error?: FileWriter } = {};
  /** Results that are still to be lost, and those that will be written again. */
  #toLose: number;
  #again: JsonObject[] = [];
  #last: JsonObject = {};

  constructor(store: FileStore, faults: readonly JobFault[]) {
    this.#store = store;
    this.#faults = faults;
    this.#toLose = faultOf(faults, 'loseResults')?.results ?? 0;
  }

  async add({ file, value }: LineResult): Promise<void> {
    if (file === 'output') {
      if (this.#toLose-- > 0) return;
      if (this.#again.length < (faultOf(this.#faults, 'repeatResults')?.results ?? 0)) this.#again.push(value);
      this.#last = value;
    }
    await this.#write(file, value);
  }

  async complete(factsOf: (file: LineResult['file']) => FileFacts): Promise<ResultFiles> {
    await this.#addFaulty();
    const { output, error } = this.#files;
    const missing = faultOf(this.#faults, 'truncateResults')?.bytes ?? 0;
    return {
      output: (await output?.complete(factsOf('output'), missing)) ?? null,
      error: (await error?.complete(factsOf('error'))) ?? null,
    };
  }

  /** Nothing of them is kept. */
  async discard(): Promise<void> {
    await this.#files.output?.discard();
    await this.#files.error?.discard();
  }

  async #addFaulty(): Promise<void> {
    const rewrite = faultOf(this.#faults, 'repeatResults')?.rewrite ?? ((value: JsonObject) => value);
    for (const value of this.#again) await this.#write('output', rewrite(value));
    const strays = faultOf(this.#faults, 'strayResults')?.results ?? 0;
    for (let n = 1; n <= strays; n++) await this.#write('output', { ...this.#last, custom_id: `stray-${n}` });
  }

  async #write(file: LineResult['file'], value: JsonObject): Promise<void> {
    this.#files[file] ??= await this.#store.create();
    await this.#files[file].write(`${JSON.stringify(value)}\n`);
  }
}

/** The first fault of a kind. */
export function faultOf<K extends JobFault['kind']>(
  faults: readonly JobFault[],
  kind: K,
): Extract<JobFault, { kind: K }> | undefined {
  return faults.find((fault): fault is Extract<JobFault, { kind: K }> => fault.kind === kind);
}
