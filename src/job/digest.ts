import { createHash } from 'node:crypto';
import type { CompletionRequest } from '../types/prompt.js';

/** A line of a job, as far as a digest tells. */
export interface DigestedLine {
  readonly customId: string;
  /** Of its records, if they have any. */
  readonly keys?: readonly string[] | undefined;
  /** {@link contentDigest} of what it asks. */
  readonly content: string;
}

/** The digest of the texts that a request sends: 128 bits of SHA-256, in hexadecimal. */
export function contentDigest({ system, messages }: CompletionRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([system, messages]))
    .digest('hex')
    .slice(0, 32);
}

export function lineDigest({ customId, keys = [], content }: DigestedLine): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([customId, keys, content]))
    .digest();
}

/** True if a list is the one that a job was submitted with. */
export function isListOf(digest: string, lines: readonly DigestedLine[]): boolean {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(lineDigest(line));
  return hash.digest('hex') === digest;
}
