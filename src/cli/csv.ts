import { type CsvRow, CsvRows } from './csv-rows.js';
import { CliError, EXIT } from './failure.js';
import type { Line } from './lines.js';
import { malformed, type ReadRecord } from './record.js';

/**
 * Reads CSV with a header row and commas (RFC 4180): an object of strings a row. Blank lines are passed over.
 *
 * @throws CliError if the header cannot be read, or names two columns alike
 */
export async function* csvRecords(lines: AsyncIterable<Line>, file: string): AsyncGenerator<ReadRecord> {
  const rows = new CsvRows();
  let header: readonly string[] | undefined;
  const read = function* (closed: Iterable<CsvRow>): Generator<ReadRecord> {
    for (const row of closed) {
      if (header === undefined) header = headerOf(row, file);
      else yield recordOf(row, header);
    }
  };
  for await (const line of lines) yield* read(rows.push(line));
  yield* read(rows.end());
}

function headerOf({ line, fields, problem }: CsvRow, file: string): readonly string[] {
  const twice = fields.find((name, position) => fields.indexOf(name) < position);
  const fault = problem ?? (twice === undefined ? null : `two columns are named ${JSON.stringify(twice)}`);
  if (fault !== null) throw new CliError(EXIT.misuse, `${file}:${line}: the header cannot be used: ${fault}`);
  return fields;
}

function recordOf(row: CsvRow, header: readonly string[]): ReadRecord {
  const { line, bytes, text, fields, problem } = row;
  if (problem !== null) return malformed(row, text, problem);
  if (fields.length !== header.length)
    return malformed(row, text, `the row has ${count(fields.length)}, the header ${count(header.length)}`);
  const record = Object.fromEntries(header.map((name, position) => [name, fields[position]]));
  return { line, bytes, record, json: JSON.stringify(record), problem: null };
}

function count(fields: number): string {
  return fields === 1 ? '1 field' : `${fields} fields`;
}
