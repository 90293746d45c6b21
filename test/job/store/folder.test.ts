import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { folderStore } from '../../../src/job/store/folder.js';
import { JobError } from '../../../src/types/job.js';
import { ownTmpdir } from '../../testing/jobs/own-tmpdir.js';

const written = (folder: string, key: string, text: string) =>
  lastValueFrom(folderStore(folder).write(key, text), { defaultValue: null });

describe('folderStore', () => {
  it('keeps whole files, private, under the keys that they were written with', async () => {
    const folder = `${await ownTmpdir()}/store`;
    await written(folder, 'runs/r/journal/1', 'one');
    await written(folder, 'runs/r/journal/1', 'two');
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual([
      'runs',
      'runs/r',
      'runs/r/journal',
      'runs/r/journal/1',
    ]);
    expect(readFileSync(`${folder}/runs/r/journal/1`, 'utf8')).toBe('two');
    expect(statSync(`${folder}/runs/r/journal/1`).mode & 0o777).toBe(0o600);
    expect(statSync(`${folder}/runs/r/journal`).mode & 0o777).toBe(0o700);
  });

  it('lists no file that it did not write, and no folder', async () => {
    const folder = `${await ownTmpdir()}/store`;
    await written(folder, 'runs/r/1', 'one');
    mkdirSync(`${folder}/runs/r/.left`);
    mkdirSync(`${folder}/runs/r/empty`);
    for (const name of ['.left/1', '.of-a-crash', 'a copy']) writeFileSync(`${folder}/runs/r/${name}`, '');
    expect(await lastValueFrom(folderStore(folder).list('runs/'))).toEqual(['runs/r/1']);
  });

  it('says what it could not do, and why', async () => {
    const file = `${await ownTmpdir()}/file`;
    writeFileSync(file, '');
    const error: unknown = await written(file, 'a/b', 'text').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JobError);
    expect(error).toMatchObject({
      type: 'store',
      message: expect.stringMatching(/^the store could not write a\/b: ENOTDIR/) as string,
      cause: { code: 'ENOTDIR' },
    });
  });
});
