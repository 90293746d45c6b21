import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { lock } from '../../src/cli/job/lock.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';

/** No process has it: the highest that Linux gives is 4194304. */
const NOBODY = 2 ** 30;

test('a lock keeps others off until it is given free', async () => {
  const file = join(await ownTmpdir(), 'lock');
  const release = await lock(file, 'it');
  expect(await readFile(file, 'utf8')).toBe(String(process.pid));
  await release();
  await expect(stat(file)).rejects.toThrow('ENOENT');
});

test('a lock of a process that lives is respected', async () => {
  const file = join(await ownTmpdir(), 'lock');
  await writeFile(file, String(process.ppid));
  await expect(lock(file, 'it')).rejects.toThrow(`it is being written by process ${process.ppid}`);
  expect(await readFile(file, 'utf8')).toBe(String(process.ppid));
});

test.each([
  ['of a process that was killed', String(NOBODY)],
  ['that a crash has torn', ''],
  ['of a process that had our number, as in a container that was started again', String(process.pid)],
])('a lock %s is taken over', async (_, owner) => {
  const file = join(await ownTmpdir(), 'lock');
  await writeFile(file, owner);
  const release = await lock(file, 'it');
  expect(await readFile(file, 'utf8')).toBe(String(process.pid));
  await release();
});
