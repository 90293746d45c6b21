import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { lock } from '../../../src/cli/job/lock.js';
import { ownTmpdir } from '../../testing/jobs/own-tmpdir.js';

describe('a lock', () => {
  it('says whose it is, and is gone once it is given free', async () => {
    const folder = await ownTmpdir();
    const release = await lock(join(folder, 'lock'), folder);
    expect(await readdir(folder)).toEqual(['lock']);
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
    await release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a process that lives keeps others off, and stays', async () => {
    const folder = await ownTmpdir();
    await writeFile(join(folder, 'lock'), String(process.ppid));
    await expect(lock(join(folder, 'lock'), 'the folder')).rejects.toThrow(
      `the folder is being written by process ${process.ppid}: wait for its end`,
    );
    expect(await readdir(folder)).toEqual(['lock']);
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(String(process.ppid));
  });

  it.each([
    ['names nobody', ''],
    ['is no number', 'somebody'],
    ['has the number of this process, in a container that numbers them anew', String(process.pid)],
    // Above the largest that Linux gives (2^22).
    ['is that of a process that has ended', '4194305'],
  ])('that %s is taken over', async (_, owner) => {
    const folder = await ownTmpdir();
    await writeFile(join(folder, 'lock'), owner);
    await lock(join(folder, 'lock'), folder);
    expect(await readdir(folder)).toEqual(['lock']);
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
  });
});
