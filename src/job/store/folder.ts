import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defer, type Observable } from 'rxjs';
import type { JobStore } from '../../types/job.js';

const KEY = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/**
 * Keeps texts as files (0600) in a folder (0700), which is made when it is first written to. A file is written beside its place, brought to
 * the disk and then renamed, so that a crash leaves the old one or the new one.
 */
export function folderStore(folder: string): JobStore {
  const pathOf = (key: string): string => {
    if (!KEY.test(key)) throw new RangeError(`a key must be names of \\w, . and -, with slashes between; got ${key}`);
    return join(folder, key);
  };
  const work = <T>(act: () => Promise<T>): Observable<T> => defer(act);
  return {
    read: (key) => work(async () => orNull(() => readFile(pathOf(key), 'utf8'))),
    write: (key, text) => work(() => writeWhole(pathOf(key), text)),
    list: (prefix) =>
      work(async () => {
        const inside = prefix.replace(/\/$/, '');
        const names = await orNull(() => readdir(pathOf(inside)));
        return (names ?? []).filter((name) => KEY.test(name)).map((name) => `${inside}/${name}`);
      }),
  };
}

async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // No key begins with a dot: what a crash leaves of it is never listed.
  const beside = join(dirname(path), `.${randomUUID()}`);
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
