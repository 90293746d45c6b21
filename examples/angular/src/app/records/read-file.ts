import { csvLines } from './csv';
import { jsonLines } from './jsonl';
import type { ReadLine, Review } from './review';

const PIECE_BYTES = 64 * 1024;

/** The reviews of a file, which is read as they are taken: a few pieces ahead, and not all of it. */
export function readFile(file: File, pieceBytes = PIECE_BYTES): ReadableStream<Review> {
  const lines = file.name.toLowerCase().endsWith('.csv') ? csvLines() : jsonLines();
  return piecesOf(file, pieceBytes)
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(lines)
    .pipeThrough(places(file.size));
}

/** As `file.stream()`, which gives what the browser has read ahead in a piece: 2 MB in Chromium, and each stage holds one. */
function piecesOf(file: File, pieceBytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        if (at < file.size) {
          const piece = await file.slice(at, (at += pieceBytes)).arrayBuffer();
          controller.enqueue(new Uint8Array(piece));
        } else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

function places(size: number): TransformStream<ReadLine, Review> {
  let position = 0;
  return new TransformStream({
    transform: ({ text, problem, end }, controller) =>
      controller.enqueue({ position: position++, text, problem, share: Math.min(1, end / size) }),
  });
}
