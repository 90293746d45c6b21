import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The first message of a file beside this one, in a process of its own, which is told what to do by another message. */
export async function figuresOf<T>(file: string, order?: object, flags: readonly string[] = []): Promise<T> {
  const execArgv = [...process.execArgv, ...flags];
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv });
  if (order !== undefined) child.send(order);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with ${String(code)}`)));
  const [figures] = (await Promise.race([once(child, 'message'), ended])) as [T];
  ended.catch(() => undefined);
  return figures;
}
