import { take, tap, lastValueFrom } from 'rxjs';
import { mlPredict, pullThrough } from 'rxjs-llm';
import { modelAt } from './run.js';

const BATCH = 20;

/** How a file was read. Bytes of records are those of their lines. */
export interface FileRead {
  readonly outcomes: number;
  /** Pieces of the file that were read, and their bytes. */
  readonly pieces: number;
  readonly largestPiece: number;
  readonly bytesRead: number;
  readonly bytesOfFile: number;
  /** Most bytes that had been read while their records had no outcome. */
  readonly maxAhead: number;
  readonly cancelled: boolean;
}

/** Reads a file of long lines as fast as a model answers, `wanted` outcomes of it. The model reads the beginnings of lines. */
export async function readFile(options: {
  readonly records: number;
  readonly charactersEach: number;
  readonly maxInFlight: number;
  readonly wanted: number;
}): Promise<FileRead> {
  const { records, charactersEach, maxInFlight, wanted } = options;
  const model = modelAt(location.origin, { batchSize: BATCH, recordContent: (text) => text.slice(0, 20) });
  const line = `${'good '.repeat(charactersEach / 5 - 1)}good\n`;
  const file = new File(
    Array.from({ length: records }, () => line),
    'reviews.txt',
  );
  const read = { outcomes: 0, pieces: 0, largestPiece: 0, bytesRead: 0, maxAhead: 0 };
  const counted = watched(file.stream(), (bytes) => {
    read.pieces++;
    read.largestPiece = Math.max(read.largestPiece, bytes);
    read.bytesRead += bytes;
    read.maxAhead = Math.max(read.maxAhead, read.bytesRead - read.outcomes * line.length);
  });
  const lines = counted.stream.pipeThrough(new TextDecoderStream()).pipeThrough(splitLines());

  await lastValueFrom(
    pullThrough(lines, (lines$) => lines$.pipe(mlPredict(model)), { maxInFlight, quantum: BATCH }).pipe(
      tap(() => read.outcomes++),
      take(wanted),
    ),
  );
  const cancelled = wanted < records && (await counted.cancelled);
  return { ...read, bytesOfFile: file.size, cancelled };
}

/** The same stream; each piece is told of when it is asked for and has come. */
function watched(source: ReadableStream<Uint8Array<ArrayBuffer>>, told: (bytes: number) => void) {
  const reader = source.getReader();
  const cancelled = Promise.withResolvers<true>();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          return;
        }
        told(value.byteLength);
        controller.enqueue(value);
      },
      cancel: async (reason) => {
        await reader.cancel(reason);
        cancelled.resolve(true);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, cancelled: cancelled.promise };
}

/** Text in pieces as whole lines. */
function splitLines(): TransformStream<string, string> {
  let rest = '';
  return new TransformStream({
    transform: (text, controller) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) controller.enqueue(line);
    },
    flush: (controller) => {
      if (rest !== '') controller.enqueue(rest);
    },
  });
}
