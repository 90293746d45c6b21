import { mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeSpools } from '../../src/job/lost-spools.js';
import { SpoolFile } from '../../src/job/spool.js';
import { ownTmpdir } from '../testing/jobs/own-tmpdir.js';

const FRAME = { before: '', between: '\n', after: '\n' };

/** A spool that is neither closed nor removed, as a killed process leaves it. */
function leave(folder: string): void {
  new SpoolFile(FRAME, folder).add('{"secret":"text"}');
}

async function ownFolder(): Promise<string> {
  return mkdtemp(join(await ownTmpdir(), 'spools-'));
}

describe('removeSpools', () => {
  it('removes all spools in the folder', async () => {
    const folder = await ownFolder();
    leave(folder);
    leave(folder);
    expect(removeSpools(folder)).toBe(2);
    expect(await readdir(folder)).toEqual([]);
    expect(removeSpools(folder)).toBe(0);
  });

  it('leaves what is no spool', async () => {
    const folder = await ownFolder();
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    await writeFile(join(elsewhere, 'kept'), '');
    await writeFile(join(folder, 'rxjs-llm-job-abcdef'), 'a file');
    await symlink(elsewhere, join(folder, 'rxjs-llm-job-ghijkl'));
    await mkdir(join(folder, 'rxjs-llm-job-mine'));
    await mkdir(join(folder, 'other'));
    leave(join(folder, 'other'));
    const before = await readdir(folder, { recursive: true });
    expect(removeSpools(folder)).toBe(0);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
    expect(await readdir(elsewhere)).toEqual(['kept']);
  });

  it('finds none in a folder that does not exist', async () => {
    expect(removeSpools(join(await ownFolder(), 'none'))).toBe(0);
  });

  it('refuses the folder that others have their spools in, by whatever name', async () => {
    const folder = await ownFolder();
    const link = join(folder, 'link');
    await symlink(tmpdir(), link);
    leave(tmpdir());
    expect(() => removeSpools(tmpdir())).toThrow(RangeError);
    expect(() => removeSpools(link)).toThrow(`folder must be one that no other process has its spools in; got ${link}`);
    expect((await readdir(tmpdir())).some((name) => name.startsWith('rxjs-llm-job-'))).toBe(true);
  });
});
