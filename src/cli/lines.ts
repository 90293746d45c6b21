/** A line of a text file. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Its text without the newline (a carriage return before it stays); `null` if it is too long. */
  readonly text: string | null;
  /** Why the text is not what was written. */
  readonly problem: string | null;
  /** Its length in the file, with its newline. */
  readonly bytes: number;
  /** False for a last line without a newline. */
  readonly isTerminated: boolean;
}

/** Longest line that is read; a longer one is passed over without being held. */
export const MAX_LINE_BYTES = 64 * 2 ** 20;

const NEWLINE = 0x0a;

/**
 * The lines of a UTF-8 text, a line at a time. They are cut before they are decoded (no byte of a character in UTF-8 is a newline),
 * so it does not matter where the chunks end. A byte-order mark is left out.
 *
 * @param maxBytes - a line of more bytes has a problem in place of its text
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, maxBytes = MAX_LINE_BYTES): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  /** The line that is not over yet; its pieces are dropped once it is too long. */
  let pieces: Buffer[] = [];
  let bytes = 0;
  let number = 0;

  const add = (piece: Buffer): void => {
    bytes += piece.length;
    if (bytes <= maxBytes) pieces.push(piece);
    else pieces = [];
  };
  const close = (isTerminated: boolean): Line => {
    const read =
      bytes > maxBytes
        ? { text: null, problem: `the line is longer than ${maxBytes} bytes` }
        : decode(decoder, pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces));
    const line = { number: ++number, ...read, bytes: bytes + (isTerminated ? 1 : 0), isTerminated };
    pieces = [];
    bytes = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield close(true);
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (bytes > 0) yield close(false);
}

function decode(decoder: TextDecoder, bytes: Buffer): Pick<Line, 'text' | 'problem'> {
  try {
    return { text: decoder.decode(bytes), problem: null };
  } catch {
    return { text: bytes.toString('utf8'), problem: 'the line is not UTF-8' };
  }
}
