import type { Parser } from 'csv-parse/browser/esm';
import { type ReadLine, textOf } from './review';

/** What csv-parse gives with `columns` and `info`. */
interface CsvRecord {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly bytes: number };
}

/** The rows of a CSV file with a header. The parser is loaded with the first file that needs it. */
export function csvLines(): TransformStream<string, ReadLine> {
  let parser: Parser;
  let broken: Error | undefined;
  /** Ends the wait for the piece that is being parsed. */
  let settle = (): void => undefined;

  return new TransformStream({
    async start(controller) {
      const { parse } = await import('csv-parse/browser/esm');
      parser = parse({ columns: true, info: true, bom: true, skip_empty_lines: true, relax_column_count: true });
      parser.on('data', ({ record, info }: CsvRecord) => controller.enqueue({ ...textOf(record), end: info.bytes }));
      parser.on('error', (error: Error) => {
        broken = error;
        settle();
      });
    },
    // A stream asks for the next piece of the file when this promise is fulfilled, and its rows have been taken.
    transform: (text) => written((done) => parser.write(text, done)),
    flush: () => written((done) => parser.once('end', done).end()),
  });

  async function written(write: (done: () => void) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      settle = resolve;
      write(resolve);
    });
    if (broken !== undefined) throw broken;
  }
}
