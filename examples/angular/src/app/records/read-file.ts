import { csvLines } from './csv';
import { jsonLines } from './jsonl';
import type { ReadLine, Review } from './review';

/** The reviews of a file. It is read as they are taken, and not before: besides what streams hold by themselves, a piece of the file. */
export function readFile(file: Pick<File, 'name' | 'size' | 'stream'>): ReadableStream<Review> {
  const lines = file.name.toLowerCase().endsWith('.csv') ? csvLines() : jsonLines();
  return file.stream().pipeThrough(new TextDecoderStream()).pipeThrough(lines).pipeThrough(places(file.size));
}

function places(size: number): TransformStream<ReadLine, Review> {
  let position = 0;
  return new TransformStream({
    transform: ({ text, problem, end }, controller) =>
      controller.enqueue({ position: position++, text, problem, share: Math.min(1, end / size) }),
  });
}
