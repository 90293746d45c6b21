import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command, SentOptions, Told } from '../../src/testing/main.js';

const main = fileURLToPath(new URL('../../dist/src/testing/main.js', import.meta.url));

/** A stand-in server in a process of its own. */
export interface ForkedStandIn {
  readonly url: string;
  readonly origin: string;
  readonly process: ChildProcess;
  /**
   * Hears of each request as it comes.
   *
   * @returns ends it
   */
  onCall(listen: (call: Told['called']) => void): () => void;
  ask<T>(name: Command['name'], job?: string): Promise<T>;
  /** Lets it go: it closes, and ends. */
  close(): Promise<void>;
}

/** Starts the built server (`npm run build`) in a process of its own. */
export async function forkStandIn(options: SentOptions = {}): Promise<ForkedStandIn> {
  const child = fork(main, { serialization: 'advanced' });
  child.send(options);
  const [{ url, origin }] = (await once(child, 'message')) as [{ url: string; origin: string }];
  let asked = 0;
  return {
    url,
    origin,
    process: child,
    onCall: (listen) => {
      const hear = (message: Partial<Told>): void => {
        if (message.called !== undefined) listen(message.called);
      };
      child.on('message', hear);
      return () => void child.off('message', hear);
    },
    ask: <T>(name: Command['name'], job?: string) =>
      new Promise<T>((resolve, reject) => {
        const id = ++asked;
        const listen = (reply: { id: number; value: T; error?: string }): void => {
          if (reply.id !== id) return;
          child.off('message', listen);
          if (reply.error === undefined) resolve(reply.value);
          else reject(new Error(reply.error));
        };
        child.on('message', listen);
        child.send({ id, name, job });
      }),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
