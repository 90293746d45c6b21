const NEWLINE = 0x0a;

/** A line of a file, without its newline. */
export interface FileLine {
  readonly text: string;
  /** Where it stands in the file, in bytes. */
  readonly start: number;
  readonly bytes: number;
}

/**
 * The lines of a file, one after the other; what follows the last newline is a line unless it is empty. Only a newline ends a line:
 * a JSON text may well have U+2028 in it, which `node:readline` takes for an end.
 */
export async function* fileLines(pieces: AsyncIterable<Buffer>): AsyncGenerator<FileLine> {
  let open: Buffer[] = [];
  let start = 0;
  const close = (): FileLine => {
    const bytes = Buffer.concat(open);
    open = [];
    return { text: bytes.toString('utf8'), start, bytes: bytes.length };
  };
  for await (const piece of pieces) {
    let from = 0;
    for (let to = piece.indexOf(NEWLINE); to !== -1; to = piece.indexOf(NEWLINE, from)) {
      open.push(piece.subarray(from, to));
      from = to + 1;
      const line = close();
      yield line;
      start = line.start + line.bytes + 1;
    }
    if (from < piece.length) open.push(piece.subarray(from));
  }
  if (open.length > 0) yield close();
}
