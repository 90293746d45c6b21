import { inspect } from 'node:util';
import { lastValueFrom } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { createStorage } from 'unstorage';
import { describe, expect, it } from 'vitest';
import { type UnstorageLike, unstorageStore } from '../../../src/job/store/unstorage.js';
import { JobError } from '../../../src/types/job.js';
import { ownTmpdir } from '../../testing/jobs/own-tmpdir.js';
import { redisServer } from './redis.js';
import { diskStorage, memoryStorage, redisStorage } from './storages.js';

/** A storage that does as it is told here, and else has nothing and takes everything. */
function storageThat(does: Partial<UnstorageLike>): UnstorageLike {
  return {
    getItem: async () => null,
    setItem: async () => undefined,
    hasItem: async () => true,
    getKeys: async () => [],
    ...does,
  };
}

const never = () => new Promise<never>(() => {});

const virtual = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected));

async function failure(work: Promise<unknown>): Promise<JobError> {
  const error: unknown = await work.then(
    () => 'it did not fail',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(JobError);
  expect(error).toMatchObject({ type: 'store' });
  return error as JobError;
}

describe('unstorageStore', () => {
  it('keeps a text under its key, readable for people', async () => {
    const storage = memoryStorage();
    await lastValueFrom(unstorageStore(storage).write('runs/r/journal/1', '{"a":1}'), { defaultValue: null });
    expect(await storage.getKeys()).toEqual(['runs:r:journal:1']);
    expect(await storage.getItem('runs:r:journal:1')).toBe('text:{"a":1}');
  });

  it('lists a key once that the storage gives twice, and none of others, in whatever form they come', async () => {
    const getKeys = async () => ['r:a', 'r:b', 'r:a', 'r/c', 'rr:d', 'else', 'r:.hidden', 'r:with space'];
    expect(await lastValueFrom(unstorageStore(storageThat({ getKeys })).list('r/'))).toEqual(['r/a', 'r/b', 'r/c']);
  });

  it.each([{ a: 1 }, 5, 'what somebody else wrote', ''])('refuses to read %j, which it never wrote', async (value) => {
    const store = unstorageStore(storageThat({ getItem: async () => value }));
    const { message } = await failure(lastValueFrom(store.read('runs/r/journal/1')));
    expect(message).toMatch(/^the store could not read runs\/r\/journal\/1: .* was not written by unstorageStore/);
  });

  it('takes an undefined value for none', async () => {
    const store = unstorageStore(storageThat({ getItem: async () => undefined }));
    expect(await lastValueFrom(store.read('key'))).toBeNull();
  });

  it('fails where what it wrote is not kept', async () => {
    const base = `${await ownTmpdir()}/store`;
    const { getKeys, getItem, hasItem } = memoryStorage();
    const noSetItem = { getKeys: () => [], getItem: () => null, hasItem: () => false };
    for (const storage of [
      diskStorage({ base, readOnly: true }),
      createStorage({ driver: noSetItem }),
      storageThat({ getKeys, getItem, hasItem }),
    ]) {
      const { message } = await failure(lastValueFrom(unstorageStore(storage).write('a/b', 'text')));
      expect(message).toBe('the store could not write a/b: it is not there after it was written');
    }
  });

  it('fails with what the driver for files gives as a value', async () => {
    const error = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    const store = unstorageStore(storageThat({ getItem: async () => error }));
    expect((await failure(lastValueFrom(store.read('a')))).message).toBe(
      'the store could not read a: EACCES: permission denied',
    );
  });

  it('shows of an error its message, without what looks like a secret, and nothing else', async () => {
    const error = Object.assign(new Error('no redis://user:hunter22@host'), { command: { args: ['hunter22'] } });
    const store = unstorageStore(storageThat({ setItem: () => Promise.reject(error) }));
    const { message, cause } = await failure(lastValueFrom(store.write('a', 'text')));
    expect(message).toBe('the store could not write a: no redis://[secret]@host');
    expect(Object.keys(cause as Error)).toEqual([]);
    expect((cause as Error).stack).not.toContain('hunter22');
  });

  it('tells of a wrong password, and not which one it was', async () => {
    const { url } = await redisServer(await ownTmpdir(), ['--requirepass', 'the-right-one-1']);
    const storage = redisStorage(url.replace('//', '//:the-wrong-one-1@'));
    const { message, cause } = await failure(lastValueFrom(unstorageStore(storage).read('a')));
    expect(message).toContain('WRONGPASS');
    expect(inspect(cause, { depth: 9 })).not.toContain('wrong-one');
  });

  it.each(['getItem', 'setItem', 'getKeys'] as const)('waits for %s as long as it may', (silent) => {
    virtual().run(({ expectObservable, time }) => {
      const store = unstorageStore(storageThat({ [silent]: never }), { timeoutMs: time('---|') });
      const work = { getItem: store.read('a'), setItem: store.write('a', ''), getKeys: store.list('a/') }[silent];
      const what = { getItem: 'read a', setItem: 'write a', getKeys: 'list a/' }[silent];
      const error = new JobError('store', `the store could not ${what}: it said nothing for 3 ms`);
      expectObservable(work).toBe('---#', undefined, error);
    });
  });

  it('waits for what comes late, without a limit', async () => {
    const getItem = () => new Promise((resolve) => setTimeout(() => resolve('text:late'), 20));
    const store = unstorageStore(storageThat({ getItem }), { timeoutMs: Infinity });
    expect(await lastValueFrom(store.read('a'))).toBe('late');
  });

  it('waits for a minute unless it is told otherwise, and for ever if it is', () => {
    virtual().run(({ expectObservable }) => {
      const storage = storageThat({ getItem: never });
      const error = new JobError('store', 'the store could not read a: it said nothing for 60000 ms');
      expectObservable(unstorageStore(storage).read('a')).toBe('60s #', undefined, error);
      expectObservable(unstorageStore(storage, { timeoutMs: Infinity }).read('a')).toBe('-');
    });
  });

  it('does nothing until it is subscribed', async () => {
    const storage = memoryStorage();
    const writing = unstorageStore(storage).write('a', 'text');
    await Promise.resolve();
    expect(await storage.getKeys()).toEqual([]);
    await lastValueFrom(writing, { defaultValue: null });
    expect(await storage.getKeys()).toEqual(['a']);
  });

  it('refuses a time limit that is none', () => {
    expect(() => unstorageStore(memoryStorage(), { timeoutMs: 0 })).toThrow(
      /^timeoutMs must be a number from 1; got 0$/,
    );
  });
});
