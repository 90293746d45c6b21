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
    await rm(folder, { recursive: true });
  });
  return folder;
}
