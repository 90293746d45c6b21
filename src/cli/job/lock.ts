import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { CliError, codeOf, EXIT } from '../failure.js';

/**
 * Keeps other processes off while this one works. The lock of a process that was killed is taken over.
 *
 * @returns gives it free
 * @throws CliError naming the process that has it
 */
export async function lock(file: string, what: string): Promise<() => Promise<void>> {
  if (!(await claimed(file))) {
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (isAlive(owner))
      throw new CliError(
        EXIT.misuse,
        `${what} is being written by process ${owner}: wait for its end (if that is no rxjs-llm, remove ${file})`,
      );
    await rm(file, { force: true });
    if (!(await claimed(file))) throw new CliError(EXIT.misuse, `${what} is being written by another process`);
  }
  return () => rm(file, { force: true });
}

/** The file gets its name when it says whose it is: an empty one would look like that of nobody. */
async function claimed(file: string): Promise<boolean> {
  const beside = `${file}.${randomUUID()}`;
  try {
    await writeFile(beside, String(process.pid), { flag: 'wx', mode: 0o600 });
    await link(beside, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

function isAlive(owner: number): boolean {
  if (!Number.isSafeInteger(owner) || owner <= 0) return false;
  // A container counts its processes from 1 each time: it was another one that had our number.
  if (owner === process.pid) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
