import { createReadStream, createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Answered } from './answered.js';
import { CliError, EXIT } from './failure.js';
import { type Line, splitLines } from './lines.js';
import type { Key } from './record.js';

/**
 * Makes an earlier output ready to be carried on: only lines with a value stay. It is written anew beside the old one, which it
 * then replaces at once, so that a crash in between leaves one of the two whole.
 *
 * @throws CliError if a line is none that a run has written: it would be lost
 */
export async function keepAnswered(output: string): Promise<Answered> {
  // A link stays a link.
  const file = await realpath(output);
  const { mode } = await stat(file);
  const answered = new Answered();
  const draft = join(dirname(file), `.${basename(file)}.resume`);
  try {
    const kept = Readable.from(keptLines(createReadStream(file), output, answered));
    await pipeline(kept, createWriteStream(draft, { mode, flush: true }));
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return answered;
}

async function* keptLines(chunks: AsyncIterable<Buffer>, output: string, answered: Answered): AsyncGenerator<string> {
  for await (const line of splitLines(chunks, Infinity)) {
    if (line.text?.trim() === '') continue;
    const written = readLine(line);
    if (written === undefined) {
      // A crash tears the last line only.
      if (!line.isTerminated) return;
      const where = `${output}:${line.number}`;
      throw new CliError(
        EXIT.misuse,
        `${where}: not a line of rxjs-llm, and --resume would lose it: name another --output`,
      );
    }
    const hasValue = written.error === null;
    answered.add(written.key, written.record, hasValue);
    if (hasValue) yield `${line.text ?? ''}\n`;
  }
}

interface WrittenLine {
  readonly key: Key;
  readonly record: unknown;
  readonly error: unknown;
}

function readLine({ text, problem }: Line): WrittenLine | undefined {
  if (text === null || problem !== null) return undefined;
  try {
    const line: unknown = JSON.parse(text);
    return isWritten(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function isWritten(line: unknown): line is WrittenLine {
  if (typeof line !== 'object' || line === null || !('value' in line) || !('error' in line)) return false;
  return 'key' in line && (typeof line.key === 'string' || typeof line.key === 'number');
}
