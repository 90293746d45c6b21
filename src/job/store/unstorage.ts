import { asyncScheduler, defer, type Observable, type SchedulerLike, throwError, timeout } from 'rxjs';
import { requireDelay } from '../../flow/require.js';
import { redact } from '../../provider/redact.js';
import type { JobStore } from '../../types/job.js';
import { tellStoreFailure } from './failure.js';
import { isKey, requireKey, requirePrefix } from './key.js';

/** What is used of a `Storage` of `unstorage`: of one with any driver, with mounts, or of a part of one (`prefixStorage`). */
export interface UnstorageLike {
  getItem(key: string): Promise<unknown>;
  setItem(key: string, value: string): Promise<unknown>;
  hasItem(key: string): Promise<boolean>;
  getKeys(base: string): Promise<readonly string[]>;
}

/** Options of {@link unstorageStore}. */
export interface UnstorageStoreOptions {
  /** Longest time of a read, a write or a list, in milliseconds above 0; longer ones fail. @defaultValue 60000 */
  readonly timeoutMs?: number;
  /** What timers run on. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Stands before each text. `getItem` gives an object for what looks like JSON, `getItemRaw` bytes for what begins with `base64:`, and
 * some drivers nothing for an empty text; what begins so is none of these.
 */
const MARK = 'text:';

/**
 * Keeps texts in any storage that `unstorage` has a driver for. The storage stays the caller's, who closes it. How much of a crash a text
 * survives is up to what is behind the driver: `write` completes when the driver says that it is written, and the storage has the key.
 *
 * @example
 * ```ts
 * const storage = createStorage({ driver: redisDriver({ url: 'redis://localhost:6379', base: 'jobs' }) });
 * const store = unstorageStore(storage);
 * ```
 *
 * @throws RangeError if an option is out of its range
 * @see {@link folderStore}
 */
export function unstorageStore(storage: UnstorageLike, options: UnstorageStoreOptions = {}): JobStore {
  const { timeoutMs = 60_000, scheduler = asyncScheduler } = options;
  requireDelay('timeoutMs', timeoutMs, 1);
  const silent = (): Observable<never> => throwError(() => new Error(`it said nothing for ${timeoutMs} ms`));
  const work = <T>(what: string, act: () => Promise<T>): Observable<T> => {
    const acting = defer(act);
    const bounded =
      timeoutMs === Infinity ? acting : acting.pipe(timeout({ first: timeoutMs, scheduler, with: silent }));
    return bounded.pipe(tellStoreFailure(what, withoutSecrets));
  };
  return {
    read: (key) => work(`read ${key}`, async () => textOf(await storage.getItem(nameOf(key)))),
    write: (key, text) =>
      work(`write ${key}`, async () => {
        const name = nameOf(key);
        await storage.setItem(name, MARK + text);
        // A storage that is read-only, or has no driver, drops what it is given without a word.
        if (!(await storage.hasItem(name))) throw new Error('it is not there after it was written');
      }),
    list: (prefix) =>
      work(`list ${prefix}`, async () => {
        const begin = requirePrefix(prefix);
        const names = await storage.getKeys(nameOf(begin.slice(0, -1)));
        const keys = names.map((name) => name.replaceAll(':', '/'));
        // Some drivers list more than was asked for, and Redis lists a key twice while its table grows.
        return [...new Set(keys)].filter((key) => key.startsWith(begin) && isKey(key));
      }),
  };
}

/** A key as storages have it. */
function nameOf(key: string): string {
  return requireKey(key).replaceAll('/', ':');
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  // The driver for files gives what went wrong as a value.
  if (value instanceof Error) throw value;
  if (typeof value === 'string' && value.startsWith(MARK)) return value.slice(MARK.length);
  throw new TypeError(`what is there was not written by unstorageStore, which begins a text with ${MARK}`);
}

/** A client's error may carry the command that failed, a password among its arguments: only its message is shown. */
function withoutSecrets({ message }: Error): Error {
  return new Error(redact(message, []));
}
