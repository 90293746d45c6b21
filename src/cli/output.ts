import { createWriteStream, type WriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { Answered } from './answered.js';
import { CliError, codeOf, EXIT, reasonOf } from './failure.js';
import { keepAnswered } from './resume.js';

export interface OutputOptions {
  /** A file, or `-` for stdout. */
  readonly output: string;
  readonly resume: boolean;
  readonly overwrite: boolean;
}

/** Where outcomes are written. */
export interface Output {
  /** For messages. */
  readonly name: string;
  /** What was answered in an earlier run that is carried on. */
  readonly answered: Answered;
  /** Resolves when the line has left the process, so that not even a kill can take it back. Lines keep their order. */
  write(line: string): Promise<void>;
  /** Ends the file; one that this run has made and written nothing to is removed, if `keepEmpty` is false. */
  close(options: { readonly keepEmpty: boolean }): Promise<void>;
}

/**
 * Opens the output, without a byte written unless an earlier one is carried on.
 *
 * @param sources - identify the files that are read, by what they are: to write to one would destroy it
 * @throws CliError if it exists and is neither to be carried on nor overwritten, or cannot be written
 */
export async function openOutput(
  options: OutputOptions,
  sources: Readonly<Record<string, string | undefined>>,
  stdout: Writable,
): Promise<Output> {
  const { output } = options;
  if (output === '-') return outputTo(stdout, 'stdout', new Answered(), () => Promise.resolve());
  const existing = await existingFile(output);
  if (existing !== undefined) requireReplaceable(options, existing, sources);
  try {
    const isCarriedOn = existing !== undefined && options.resume;
    const answered = isCarriedOn ? await keepAnswered(output) : new Answered();
    const stream = createWriteStream(output, { flags: isCarriedOn ? 'a' : existing === undefined ? 'wx' : 'w' });
    await once(stream, 'open');
    return outputTo(stream, output, answered, async (keepEmpty) => {
      await ended(stream);
      if (existing === undefined && !keepEmpty && stream.bytesWritten === 0) await rm(output, { force: true });
    });
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(EXIT.misuse, `--output ${output} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

/** Tells one file from another, whatever they are called; `undefined` if there is none. */
export async function fileId(file: string): Promise<string | undefined> {
  return (await existingFile(file))?.id;
}

interface ExistingFile {
  readonly id: string;
  readonly isFile: boolean;
}

async function existingFile(output: string): Promise<ExistingFile | undefined> {
  try {
    const found = await stat(output);
    return { id: `${found.dev}:${found.ino}`, isFile: found.isFile() };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new CliError(EXIT.misuse, `--output ${output} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

function requireReplaceable(
  options: OutputOptions,
  existing: ExistingFile,
  sources: Readonly<Record<string, string | undefined>>,
): void {
  const { output, resume, overwrite } = options;
  const [source] = Object.entries(sources).find(([, file]) => file === existing.id) ?? [];
  if (source !== undefined)
    throw new CliError(EXIT.misuse, `--output ${output} is the ${source} as well: name another file`);
  if (resume && !existing.isFile) throw new CliError(EXIT.misuse, `--resume needs a file: ${output} is none`);
  // A device or a pipe holds nothing that could be lost.
  if (!resume && !overwrite && existing.isFile)
    throw new CliError(
      EXIT.misuse,
      `--output ${output} exists: add --resume to carry it on, or --overwrite to replace it`,
    );
}

function outputTo(
  stream: Writable,
  name: string,
  answered: Answered,
  close: (keepEmpty: boolean) => Promise<void>,
): Output {
  // Each write says itself how it went; an error without a listener would end the process.
  stream.on('error', () => undefined);
  return {
    name,
    answered,
    write: (line) =>
      new Promise((resolve, reject) => {
        stream.write(`${line}\n`, (error) => {
          if (error) reject(writeError(name, error));
          else resolve();
        });
      }),
    close: ({ keepEmpty }) => close(keepEmpty),
  };
}

async function ended(stream: WriteStream): Promise<void> {
  if (stream.closed) return;
  await new Promise<void>((resolve) => {
    stream.once('close', resolve).end();
  });
}

/** Why a line could not be written. */
export function writeError(name: string, error: Error): CliError {
  const message =
    codeOf(error) === 'EPIPE'
      ? `${name} was closed by its reader: the run ends here`
      : `${name} cannot be written any further: ${reasonOf(error)}`;
  return new CliError(EXIT.unexpected, message, { cause: error });
}
