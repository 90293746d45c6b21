import { readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSpool } from './spool.js';

/**
 * Removes the spools that killed processes have left in a folder: all that are there. Nothing tells safely whether the process of a spool is
 * still alive: in another container or on another host its number says nothing, and an upload may last. So the folder has to be the
 * caller's own (`folder` of the provider), and this is called before the first submission.
 *
 * @param folder - where the spools are; what else is in it stays. One that does not exist has none
 * @returns how many were removed
 * @throws RangeError for the system's folder for temporary files, which other processes have their spools in
 */
export function removeSpools(folder: string): number {
  if (isSame(folder, tmpdir()))
    throw new RangeError(`folder must be one that no other process has its spools in; got ${folder}`);
  const lost = entriesOf(folder).filter((entry) => entry.isDirectory() && isSpool(entry.name));
  for (const { name } of lost) rmSync(join(folder, name), { recursive: true, force: true });
  return lost.length;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether both are the same folder, by whatever names. */
function isSame(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
