import { createHash } from 'node:crypto';
import type { CompletionRequest } from '../types/prompt.js';

/** The digest of the texts that a request sends, in hexadecimal. */
export function contentDigest({ system, messages }: CompletionRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([system, messages]))
    .digest('hex');
}

/**
 * What a line asks for, as far as a job's digest tells.
 *
 * @param content - the keys of its records, or else the digest of its texts
 */
export function lineDigest(customId: string, content: readonly string[] | string | undefined): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([customId, content]))
    .digest();
}

/** The digest of a job of such lines, in hexadecimal. */
function jobDigest(lines: Iterable<Buffer>): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line);
  return hash.digest('hex');
}

/** True if a list is the one that a job was submitted with. One without keys cannot be told by it: only the texts could. */
export function isListOf(
  digest: string,
  lines: readonly { readonly customId: string; readonly keys?: readonly string[] }[],
): boolean {
  if (lines.some(({ keys }) => keys === undefined)) return true;
  return jobDigest(lines.map(({ customId, keys }) => lineDigest(customId, keys))) === digest;
}
