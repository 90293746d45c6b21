import { createHash } from 'node:crypto';
import type { JobEntry, JobHandle, JobInfo, JobSpool } from '../types/job.js';
import { lineDigest } from './digest.js';
import { type ManifestLine, manifestLine } from './journal.js';

/** A job that is collected, with all its requests. */
export interface CollectedJob<T> extends Pick<JobInfo, 'first' | 'prompts' | 'records' | 'digest'> {
  /** Its requests; `null` if the job was submitted before. */
  readonly spool: JobSpool | null;
  readonly found: JobHandle | null;
  /** Its prompts, where they are to be kept. */
  readonly entries: readonly JobEntry<T>[];
  /** What a store keeps of them, where there is one. */
  readonly manifest: readonly ManifestLine[];
}

/** What is held of a job's prompts until it is submitted. */
export interface Kept {
  /** The prompts, with their records. */
  readonly prompts: boolean;
  /** Names, places and keys. */
  readonly manifest: boolean;
}

/** A prompt in a job, with the keys of its records, and the digest of what it asks. */
export interface DraftEntry<T> extends JobEntry<T> {
  readonly keys: readonly string[] | undefined;
  readonly content: string;
}

/** A job while it is collected. */
export class JobDraft<T> {
  readonly taken = new Set<string>();
  bytes = 0;
  readonly #first: number;
  readonly #spool: JobSpool | null;
  readonly #found: JobHandle | null;
  readonly #keep: Kept;
  readonly #entries: JobEntry<T>[] = [];
  readonly #manifest: ManifestLine[] = [];
  readonly #hash = createHash('sha256');
  #records = 0;

  /** @param found - the job that was submitted with these prompts before: then nothing is written */
  constructor(first: number, target: { readonly spool: JobSpool } | { readonly found: JobHandle }, keep: Kept) {
    this.#first = first;
    this.#spool = 'spool' in target ? target.spool : null;
    this.#found = 'found' in target ? target.found : null;
    this.#keep = keep;
  }

  get prompts(): number {
    return this.taken.size;
  }

  get found(): JobHandle | null {
    return this.#found;
  }

  add(entry: DraftEntry<T>, line: { readonly text: string; readonly bytes: number }): void {
    const { customId, prompt } = entry;
    this.#spool?.add(line.text);
    this.bytes += line.bytes;
    this.taken.add(customId);
    this.#records += prompt.records.length;
    this.#hash.update(lineDigest(entry));
    if (this.#keep.prompts) this.#entries.push({ customId, prompt });
    if (this.#keep.manifest) this.#manifest.push(manifestLine(entry));
  }

  close(): CollectedJob<T> {
    this.#spool?.close();
    return {
      spool: this.#spool,
      found: this.#found,
      first: this.#first,
      prompts: this.prompts,
      records: this.#records,
      digest: this.#hash.digest('hex'),
      entries: this.#entries,
      manifest: this.#manifest,
    };
  }

  discard(): void {
    this.#spool?.remove();
  }
}
