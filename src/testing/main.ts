/**
 * The stand-in server as a process of its own, for tests and benchmarks whose clients are killed, or whose memory is measured.
 *
 * Started by hand (`node dist/src/testing/main.js '{"port": 8080}'`), it takes its options as JSON, prints its URLs as a line
 * of JSON, and runs until it is interrupted. Forked (`fork(…, { serialization: 'advanced' })`), it takes its options as the
 * first message, says its URLs as its first, answers {@link Command}s, and ends with its parent: it never outlives a test.
 */
import { once } from 'node:events';
import type { StandInOptions } from './options.js';
import { createStandInServer, type StandInServer } from './stand-in-server.js';

/** What a parent can ask; the answer comes as `{ id, value }`, or as `{ id, error }`. */
export interface Command {
  readonly id: number;
  readonly name: keyof typeof COMMANDS;
  /** The job that it is about. */
  readonly job?: string;
}

const COMMANDS = {
  stats: (server: StandInServer) => server.stats(),
  submissions: (server: StandInServer) => server.jobs.submissions(),
  jobs: (server: StandInServer) => server.jobs.all.map(({ id, api, status }) => ({ id, api, status })),
  /** Takes a job to its end, and says how it ended. */
  finish: async (server: StandInServer, job: string) => (await server.jobs.finish(job)).status,
  /** Bytes of memory that the process has of the machine. */
  memory: () => process.memoryUsage.rss(),
};

/** Options without functions, which no message carries. */
export type SentOptions = Omit<StandInOptions, 'answer'> & {
  /** The answer to every record. @defaultValue that of the lexicon */
  readonly answer?: unknown;
};

async function receiveOptions(): Promise<SentOptions> {
  if (process.send === undefined) return JSON.parse(process.argv[2] ?? '{}') as SentOptions;
  const [options] = (await once(process, 'message')) as [SentOptions];
  return options;
}

async function start(): Promise<void> {
  const { answer: value, ...options } = await receiveOptions();
  const server = await createStandInServer({ ...options, answer: value === undefined ? undefined : () => value });
  const { url, origin } = server;
  const close = (): void => void server.close();
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
  if (process.send === undefined) {
    process.stdout.write(`${JSON.stringify({ url, origin })}\n`);
    return;
  }
  process.on('message', (command: Command) => void answer(server, command));
  process.once('disconnect', close);
  process.send({ url, origin });
}

async function answer(server: StandInServer, { id, name, job = '' }: Command): Promise<void> {
  try {
    process.send?.({ id, value: await COMMANDS[name](server, job) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
}

await start();
