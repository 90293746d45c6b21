import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { csvRecords } from './csv.js';
import { CliError, codeOf, EXIT, reasonOf } from './failure.js';
import { jsonlRecords } from './jsonl.js';
import { splitLines } from './lines.js';
import { type InputRecord, keyOf, type ReadRecord } from './record.js';

export interface InputOptions {
  /** A file, CSV if it is named so and JSON Lines otherwise; `-` reads JSON Lines from stdin. */
  readonly input: string;
  readonly key: string;
  /** Most records that are read; `Infinity` for all. */
  readonly limit: number;
  /** The first malformed line ends the run. */
  readonly strict: boolean;
}

/** What records are read from. */
export interface Input {
  /** For messages. */
  readonly name: string;
  /** Its size; `undefined` if nobody knows. */
  readonly bytes: number | undefined;
  /** Identifies the file, to tell whether it is the output as well; `undefined` for stdin. */
  readonly file: string | undefined;
  /** Reads on only when it is asked for the next record. */
  readonly records: AsyncIterable<InputRecord>;
  /** Lets go of the source, also while it is being waited for. */
  close(): void;
}

/** @throws CliError if there is no such file */
export async function openInput(options: InputOptions, stdin: Readable): Promise<Input> {
  const { input } = options;
  if (input === '-') return inputFrom(stdin, 'stdin', options, {});
  try {
    const handle = await open(input);
    const stat = await handle.stat();
    if (stat.isDirectory()) {
      await handle.close();
      throw new CliError(EXIT.misuse, `--input ${input} is a folder: name a file`);
    }
    const bytes = stat.isFile() ? stat.size : undefined;
    return inputFrom(handle.createReadStream(), input, options, { bytes, file: `${stat.dev}:${stat.ino}` });
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(EXIT.misuse, `--input ${input} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

function inputFrom(
  stream: Readable,
  name: string,
  options: InputOptions,
  facts: { readonly bytes?: number | undefined; readonly file?: string },
): Input {
  return {
    name,
    bytes: facts.bytes,
    file: facts.file,
    records: recordsOf(stream, name, options),
    close: () => {
      stream.destroy();
    },
  };
}

async function* recordsOf(
  stream: Readable,
  name: string,
  { input, key, limit, strict }: InputOptions,
): AsyncGenerator<InputRecord> {
  const lines = splitLines(readable(stream, name));
  const read: AsyncGenerator<ReadRecord> = /\.csv$/i.test(input) ? csvRecords(lines, name) : jsonlRecords(lines);
  let left = limit;
  for await (const record of read) {
    const problem = record.problem === null ? null : `${name}:${record.line}: ${record.problem}`;
    if (problem !== null && strict) throw new CliError(EXIT.misuse, `${problem} (--strict stops here)`);
    yield { ...record, problem, key: keyOf(record, key), contentCharacters: 0 };
    if (--left <= 0) return;
  }
}

/** @throws CliError if reading fails in the middle */
async function* readable(stream: Readable, name: string): AsyncGenerator<Buffer> {
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    if (codeOf(error) === 'ERR_STREAM_PREMATURE_CLOSE') return;
    throw new CliError(EXIT.unexpected, `${name} cannot be read any further: ${reasonOf(error)}`, { cause: error });
  }
}
