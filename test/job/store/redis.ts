import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** A Redis of this test alone. */
export interface RedisServer {
  readonly url: string;
  /** Ends it at once, as a crash would. */
  crash(): Promise<void>;
}

/** Starts Debian's `redis-server` on a free port, with what it has in `folder`; it keeps nothing there unless it is told to. */
export async function redisServer(folder: string, settings: readonly string[] = []): Promise<RedisServer> {
  for (let tries = 0; ; tries++) {
    const port = await freePort();
    const own = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings];
    const child = spawn('redis-server', own, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit').catch(() => undefined);
    const stop = async (signal: NodeJS.Signals) => {
      child.kill(signal);
      await ended;
    };
    onTestFinished(() => stop('SIGTERM'));
    if (await isReady(child)) return { url: `redis://127.0.0.1:${port}`, crash: () => stop('SIGKILL') };
    // Somebody may have taken the port since it was found free.
    if (tries === 3) throw new Error(`redis-server does not start on 127.0.0.1, the last time on port ${port}`);
  }
}

async function isReady(child: ReturnType<typeof spawn>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      const message = 'redis-server cannot be started: `npm run system-packages` installs it';
      reject(new Error(message, { cause }));
    });
    child.once('exit', () => resolve(false));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve(true);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
