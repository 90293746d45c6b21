import fc from 'fast-check';
import { forkJoin, lastValueFrom } from 'rxjs';
import { prefixStorage } from 'unstorage';
import { describe, expect, it } from 'vitest';
import { folderStore } from '../../../src/job/store/folder.js';
import { unstorageStore } from '../../../src/job/store/unstorage.js';
import type { JobStore } from '../../../src/types/job.js';
import { ownTmpdir } from '../../testing/jobs/own-tmpdir.js';
import { redisServer } from './redis.js';
import { diskStorage, memoryStorage, redisStorage } from './storages.js';

interface Subject {
  /** Gives a way to open the same empty store, again and again. */
  readonly make: () => Promise<() => JobStore>;
  /** Texts that are tried. */
  readonly numRuns: number;
}

const subjects: Readonly<Record<string, Subject>> = {
  'a folder': {
    make: async () => {
      const folder = `${await ownTmpdir()}/store`;
      return () => folderStore(folder);
    },
    numRuns: 200,
  },
  'unstorage in memory': {
    make: async () => {
      const storage = memoryStorage();
      return () => unstorageStore(storage);
    },
    numRuns: 10_000,
  },
  'a part of an unstorage in memory': {
    make: async () => {
      const storage = memoryStorage();
      await storage.setItem('runs:r:journal:9', 'of somebody else');
      return () => unstorageStore(prefixStorage(storage, 'jobs'));
    },
    numRuns: 1000,
  },
  'unstorage on the disk': {
    make: async () => {
      const base = `${await ownTmpdir()}/store`;
      return () => unstorageStore(diskStorage({ base }));
    },
    numRuns: 200,
  },
  'unstorage in Redis': {
    make: async () => {
      const { url } = await redisServer(await ownTmpdir());
      return () => unstorageStore(redisStorage(url));
    },
    numRuns: 2000,
  },
  'a part of an unstorage in Redis': {
    make: async () => {
      const { url } = await redisServer(await ownTmpdir());
      await redisStorage(url).setItem('runs:r:journal:9', 'of somebody else');
      return () => unstorageStore(redisStorage(url, { base: 'jobs' }));
    },
    numRuns: 1000,
  },
};

const read = (store: JobStore, key: string) => lastValueFrom(store.read(key));
const write = (store: JobStore, key: string, text: string) =>
  lastValueFrom(store.write(key, text), { defaultValue: null });
const list = async (store: JobStore, prefix: string) => (await lastValueFrom(store.list(prefix))).toSorted();

const special = [
  '',
  ' ',
  '\n',
  'null',
  'undefined',
  'true',
  'NaN',
  '123',
  '-1.5e3',
  '{"a":1}',
  ' [1, 2]\n',
  '"quoted"',
  '"broken',
  '{"__proto__":{"a":1}}',
  'base64:aGVsbG8=',
  'text:',
  'text:text:{"a":1}',
  'one\r\ntwo\u2028three\0',
  'ä 漢字 😀 e\u0301',
  '\uFEFFwith a mark of its bytes',
];

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom(...special));

const keys = ['runs/r/journal/1', 'runs/r/journal/2', 'runs/r/journal/12', 'runs/r/a_b-C.9/_/-', 'runs/r1/journal/1'];

const badKeys = ['', '/', 'a/', '/a', 'a//b', '../a', 'a/../b', '.a', 'a/.b', 'a:b', 'a b', 'a\\b', 'a?b', 'a$', 'a\n'];

describe.each(Object.entries(subjects))('%s as a store', (_, { make, numRuns }) => {
  it('gives each text back as it was written', { timeout: 600_000 }, async () => {
    const open = await make();
    const [writer, reader] = [open(), open()];
    for (const [at, text] of special.entries()) await write(writer, `special/${at}`, text);
    for (const [at, text] of special.entries()) expect(await read(reader, `special/${at}`)).toBe(text);
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        await write(writer, 'any', text);
        expect(await read(reader, 'any')).toBe(text);
      }),
      { numRuns },
    );
  });

  it('gives null, and an empty list, where there is nothing', async () => {
    const store = (await make())();
    expect(await read(store, 'runs/r/journal/1')).toBeNull();
    expect(await list(store, 'runs/r/journal/')).toEqual([]);
    await write(store, 'runs/r/journal/1', 'one');
    expect(await read(store, 'runs/r/journal/2')).toBeNull();
    expect(await read(store, 'runs/r/journal')).toBeNull();
    expect(await list(store, 'runs/r/manifests/')).toEqual([]);
  });

  it('has the last text of a key', async () => {
    const open = await make();
    await write(open(), 'runs/r/journal/1', '{"a": "a longer text"}');
    await write(open(), 'runs/r/journal/1', '2');
    expect(await read(open(), 'runs/r/journal/1')).toBe('2');
    expect(await list(open(), 'runs/r/journal/')).toEqual(['runs/r/journal/1']);
  });

  it('lists what is below a prefix, however deep, and nothing else', async () => {
    const open = await make();
    const writer = open();
    for (const key of keys) await write(writer, key, key);
    const store = open();
    expect(await list(store, 'runs/r/journal/')).toEqual(['runs/r/journal/1', 'runs/r/journal/12', 'runs/r/journal/2']);
    expect(await list(store, 'runs/r/')).toEqual(keys.slice(0, 4).toSorted());
    expect(await list(store, 'runs/')).toEqual(keys.toSorted());
    expect(await list(store, 'run/')).toEqual([]);
    expect(await list(store, 'runs/r/journal/1/')).toEqual([]);
  });

  it('keeps a long text, and many that are written at once', async () => {
    const open = await make();
    const store = open();
    const line = `${JSON.stringify({ customId: 'k-1', keys: ['äöü 😀'] })}\n`;
    const long = line.repeat(100_000);
    await lastValueFrom(
      forkJoin([
        store.write('m/long', long),
        ...Array.from({ length: 300 }, (_, at) => store.write(`m/${at}`, `text ${at}`)),
      ]),
    );
    const reader = open();
    expect(await list(reader, 'm/')).toHaveLength(301);
    expect((await read(reader, 'm/long')) === long).toBe(true);
    expect(await read(reader, 'm/299')).toBe('text 299');
  });

  it.each(badKeys)('refuses the key %j and touches nothing', async (key) => {
    const store = (await make())();
    const message = /^a key must be names of .*; got /;
    await expect(read(store, key)).rejects.toThrow(RangeError);
    await expect(read(store, key)).rejects.toThrow(message);
    await expect(write(store, key, 'text')).rejects.toThrow(RangeError);
    await expect(list(store, `${key}/`)).rejects.toThrow(RangeError);
    await expect(list(store, 'no-slash')).rejects.toThrow(
      'a prefix must be a key with a slash at its end; got no-slash',
    );
  });
});

describe.each(['a folder', 'unstorage in Redis'])('%s as a store', (name) => {
  it('shows the old text or the new one while a long one is written', async () => {
    const open = await subjects[name]!.make();
    const [writer, reader] = [open(), open()];
    const texts = ['a', 'b'].map((letter) => letter.repeat(4_000_000));
    await write(writer, 'key', texts[0]!);
    const seen = new Set<string | null>();
    for (let round = 1; round <= 10; round++) {
      const written = new AbortController();
      const writing = write(writer, 'key', texts[round % 2]!).finally(() => written.abort());
      while (!written.signal.aborted) seen.add(await read(reader, 'key'));
      await writing;
    }
    expect([...seen].every((text) => text !== null && texts.includes(text))).toBe(true);
    expect(seen.size).toBe(2);
  });
});
