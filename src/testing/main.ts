/**
 * The stand-in server as a process of its own, for tests and benchmarks whose clients are killed, or whose memory is measured.
 *
 * Started by hand (`node dist/src/testing/main.js '{"port": 8080}'`), it takes its options as JSON, prints its URLs as a line
 * of JSON, and runs until it is interrupted. Forked (`fork(…, { serialization: 'advanced' })`), it takes its options as the
 * first message, says its URLs as its first, tells of each request as it comes ({@link Told}), answers {@link Command}s, and ends
 * with its parent: it never outlives a test.
 */
import { once } from 'node:events';
import type { DelayFault } from './fault.js';
import type { JobOperation } from './job/call-fault.js';
import type { JobFault } from './job/job-fault.js';
import type { JobOptions } from './job/job-options.js';
import type { StandInOptions } from './options.js';
import { createStandInServer, type StandInServer } from './stand-in-server.js';

/** What a parent can ask; the answer comes as `{ id, value }`, or as `{ id, error }`. */
export interface Command {
  readonly id: number;
  readonly name: keyof typeof COMMANDS;
  /** The job that it is about. */
  readonly job?: string;
}

/** A request as it comes: a call about files and jobs, or one to a model by itself. */
export interface Told {
  readonly called: JobOperation | 'ask';
}

/** A request that came. */
export interface SeenCall {
  readonly operation: JobOperation | 'ask';
  /** `null` as long as there is no response. */
  readonly status: number | null;
}

const COMMANDS = {
  stats: (server: StandInServer) => server.stats(),
  submissions: (server: StandInServer) => server.jobs.submissions(),
  jobs: (server: StandInServer) => server.jobs.all.map(({ id, api, status }) => ({ id, api, status })),
  /** Those about files and jobs, in their order, and then those to a model. */
  calls: ({ jobs, requests }: StandInServer): readonly SeenCall[] => [
    ...jobs.calls.map(({ operation, status }) => ({ operation, status })),
    ...requests.map(({ status }) => ({ operation: 'ask' as const, status })),
  ],
  /** Takes a job to its end, and says how it ended. */
  finish: async (server: StandInServer, job: string) => (await server.jobs.finish(job)).status,
  /** Bytes of memory that the process has of the machine. */
  memory: () => process.memoryUsage.rss(),
};

/** Options without functions, which no message carries. */
export type SentOptions = Omit<StandInOptions, 'answer' | 'fault' | 'jobs' | 'latency' | 'rateLimit'> & {
  /** The answer to every record. @defaultValue that of the lexicon */
  readonly answer?: unknown;
  /** Answers each record with its own text, so that an answer on the wrong record is seen. @defaultValue false */
  readonly echo?: boolean;
  /** Milliseconds that every request waits before it is looked at. `timeScale` does not apply. @defaultValue 0 */
  readonly callDelayMs?: number;
  readonly jobs?: Omit<JobOptions, 'fault' | 'callFault'> & {
    /** What goes wrong with every job. @defaultValue nothing */
    readonly fault?: JobFault | undefined;
  };
};

function standInOptions({ answer, echo = false, callDelayMs = 0, jobs, ...options }: SentOptions): StandInOptions {
  const slow: DelayFault | undefined = callDelayMs === 0 ? undefined : { kind: 'delay', ms: callDelayMs };
  const told = (called: Told['called']): DelayFault | undefined => {
    process.send?.({ called } satisfies Told);
    return slow;
  };
  return {
    ...options,
    answer: echo ? (text) => text : answer === undefined ? undefined : () => answer,
    fault: ({ job }) => (job === null ? told('ask') : undefined),
    jobs: { ...jobs, fault: () => jobs?.fault, callFault: ({ operation }) => told(operation) },
  };
}

async function receiveOptions(): Promise<SentOptions> {
  if (process.send === undefined) return JSON.parse(process.argv[2] ?? '{}') as SentOptions;
  const [options] = (await once(process, 'message')) as [SentOptions];
  return options;
}

async function start(): Promise<void> {
  const server = await createStandInServer(standInOptions(await receiveOptions()));
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
