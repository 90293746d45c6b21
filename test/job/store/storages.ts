import type { Redis, RedisOptions } from 'ioredis';
import { createStorage, type Driver, type Storage } from 'unstorage';
import fsDriver from 'unstorage/drivers/fs';
import memoryDriver from 'unstorage/drivers/memory';
import redisDriver from 'unstorage/drivers/redis';
import { onTestFinished } from 'vitest';

// The declarations of drivers refer to a module that TypeScript does not find from an ES module: their types come from here.

export function memoryStorage(): Storage {
  return createStorage({ driver: memoryDriver() as Driver });
}

export function diskStorage(options: { readonly base: string; readonly readOnly?: boolean }): Storage {
  return createStorage({ driver: fsDriver(options) as Driver });
}

/** A storage with a connection of its own. What is lost with Redis fails after one attempt to connect again. */
export function redisStorage(url: string, options: RedisOptions & { readonly base?: string } = {}): Storage {
  const driver = redisDriver({ url, maxRetriesPerRequest: 1, ...options }) as Driver<unknown, Redis>;
  // Without a listener the client prints what goes wrong with its connection.
  driver.getInstance?.().on('error', () => {});
  const storage = createStorage({ driver });
  onTestFinished(() => storage.dispose());
  return storage;
}
