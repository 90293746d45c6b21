import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { defer, type Observable } from 'rxjs';
import type { JobStore } from '../../types/job.js';
import { tellStoreFailure } from './failure.js';
import { isKey, requireKey, requirePrefix } from './key.js';

/**
 * Keeps texts as files (0600) in a folder (0700), which is made when it is first written to. A file is written beside its place, brought to
 * the disk and then renamed, so that a crash leaves the old one or the new one.
 */
export function folderStore(folder: string): JobStore {
  const work = <T>(what: string, act: () => Promise<T>): Observable<T> => defer(act).pipe(tellStoreFailure(what));
  const pathOf = (key: string): string => join(folder, requireKey(key));
  return {
    read: (key) => work(`read ${key}`, async () => orNull(() => readFile(pathOf(key), 'utf8'))),
    write: (key, text) => work(`write ${key}`, async () => writeWhole(pathOf(key), text)),
    list: (prefix) => work(`list ${prefix}`, async () => keysBelow(folder, requirePrefix(prefix))),
  };
}

async function keysBelow(folder: string, prefix: string): Promise<readonly string[]> {
  const found = await orNull(() => readdir(join(folder, prefix), { recursive: true, withFileTypes: true }));
  return (found ?? [])
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'))
    .filter(isKey);
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
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** A new name survives the loss of power once its folder is on the disk. Windows opens no folder, and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const opened = await open(folder);
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

/** Nothing there, a folder in its place, or a file in the place of its folder. */
const ABSENT: ReadonlySet<unknown> = new Set(['ENOENT', 'EISDIR', 'ENOTDIR']);

async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  }
}
