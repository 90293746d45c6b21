import { createReadStream } from 'node:fs';
import { open, truncate } from 'node:fs/promises';
import { addAbortSignal, type Readable, type Writable } from 'node:stream';
import { readHandle } from '../../job/handle.js';
import { JobError, type JobHandle } from '../../types/job.js';
import { CliError, codeOf, EXIT, reasonOf } from '../failure.js';
import { splitLines } from '../lines.js';
import { writeError } from '../output.js';

/** Handles as they are written: each has left the process when its promise resolves. */
export interface HandleWriter {
  /** Writes a handle, unless the file has it. */
  write(handle: JobHandle): Promise<void>;
  close(): Promise<void>;
}

/** The handles in a file or in a stream, each job once, and where the last whole line ends. */
interface ReadHandles {
  readonly handles: readonly JobHandle[];
  readonly end: number;
}

/**
 * Reads handles, one a line.
 *
 * @param file - `-` is stdin
 * @param stop - ends the wait for more of them
 * @throws CliError naming a line that is no handle, or if it was stopped
 */
export async function readHandles(file: string, stdin: Readable, stop: AbortSignal): Promise<readonly JobHandle[]> {
  const name = file === '-' ? 'stdin' : file;
  const chunks = addAbortSignal(stop, file === '-' ? stdin : createReadStream(file));
  try {
    const { handles } = await handlesIn(chunks, name, false);
    return handles;
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (stop.aborted) throw new CliError(EXIT.unexpected, 'stopped');
    throw new CliError(EXIT.misuse, `--handles ${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Opens a file for handles; one that is carried on loses what a crash has torn off its last line.
 *
 * @throws CliError if it cannot be written, or has other lines than handles
 */
export async function openHandles(file: string, stdout: Writable, isResumed: boolean): Promise<HandleWriter> {
  if (file === '-') return { write: (handle) => written(stdout, handle), close: () => Promise.resolve() };
  try {
    const known = isResumed ? await handlesOf(file) : { handles: [], end: 0 };
    if (isResumed) await truncate(file, known.end).catch(unlessMissing);
    const opened = await open(file, isResumed ? 'a' : 'wx');
    const ids = new Set(known.handles.map(({ id }) => id));
    return {
      write: async (handle) => {
        if (ids.has(handle.id)) return;
        ids.add(handle.id);
        await opened.appendFile(`${JSON.stringify(handle)}\n`);
        await opened.sync();
      },
      close: () => opened.close(),
    };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(EXIT.misuse, `--handles ${file} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

async function handlesOf(file: string): Promise<ReadHandles> {
  try {
    return await handlesIn(createReadStream(file), file, true);
  } catch (error) {
    unlessMissing(error);
    return { handles: [], end: 0 };
  }
}

/** @param mayBeTorn - whether a last line without its newline is passed over, instead of being read, if a handle begins so */
async function handlesIn(chunks: Readable, name: string, mayBeTorn: boolean): Promise<ReadHandles> {
  const handles = new Map<string, JobHandle>();
  let end = 0;
  for await (const { number, text, bytes, isTerminated } of splitLines(chunks as AsyncIterable<Buffer>)) {
    if (!isTerminated && mayBeTorn && isBeginning(text ?? '')) break;
    end += bytes;
    if (text?.trim() === '') continue;
    const handle = handleIn(text ?? '', `${name}:${number}`, isTerminated ? '' : TORN);
    handles.set(`${handle.provider} ${handle.id}`, handle);
  }
  return { handles: [...handles.values()], end };
}

const BEGINNING = '{"type":"rxjs-llm/job",';

function isBeginning(line: string): boolean {
  return BEGINNING.startsWith(line.slice(0, BEGINNING.length));
}

/** What to do about a last line without its end. */
const TORN = '; if a crash has torn it, submit --resume writes it again';

function handleIn(line: string, place: string, advice: string): JobHandle {
  try {
    return readHandle(line);
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    throw new CliError(EXIT.misuse, `${place}: ${error.message}${advice}`, { cause: error });
  }
}

function unlessMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function written(stdout: Writable, handle: JobHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(`${JSON.stringify(handle)}\n`, (error) => {
      if (error) reject(writeError('stdout', error));
      else resolve();
    });
  });
}
