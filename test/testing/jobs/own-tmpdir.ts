import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder for the temporary files of this test alone. */
export async function ownTmpdir(): Promise<string> {
  const { TMPDIR } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'rxjs-llm-test-'));
  process.env.TMPDIR = folder;
  onTestFinished(async () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    // A server may still be writing there for a client that has left.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  });
  return folder;
}
