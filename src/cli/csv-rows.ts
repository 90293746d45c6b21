import { parse } from 'csv-parse/sync';
import { type Line, MAX_LINE_BYTES } from './lines.js';

/** A row of a CSV file: its fields, or why it cannot be read. */
export interface CsvRow {
  /** Where it starts, from 1. */
  readonly line: number;
  readonly bytes: number;
  /** As it stands in the file; `null` if a line of it is too long. */
  readonly text: string | null;
  /** None if its quotes are wrong. */
  readonly fields: readonly string[];
  readonly problem: string | null;
}

/**
 * Joins lines to rows: a row goes on as long as a quoted field is open. csv-parse reads each row alone, since on its own it loses
 * the rest of a file to one bad quote. Where quotes are wrong, the row is its first line, and the next line starts a new row.
 */
export class CsvRows {
  /** The lines of a row with an open quote. */
  #open: Line[] = [];
  #openBytes = 0;
  readonly #maxBytes: number;

  constructor(maxBytes = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next line and gives the rows that it closes. */
  *push(line: Line): Generator<CsvRow> {
    /** What is to be read, the next one last. */
    const lines = [line];
    for (let next = lines.pop(); next !== undefined; next = lines.pop()) {
      if (this.#continues(next)) continue;
      const read = this.#open;
      this.#forget();
      const row = readRow(read);
      yield row;
      lines.push(...read.slice(row.lines).reverse());
    }
  }

  /** The file is over. */
  *end(): Generator<CsvRow> {
    while (this.#open.length > 0) {
      const read = this.#open;
      this.#forget();
      const row = readRow(read);
      yield row;
      for (const line of read.slice(row.lines)) yield* this.push(line);
    }
  }

  /** Adds a line to the open row; true if more has to come. */
  #continues(line: Line): boolean {
    const wasOpen = this.#open.length > 0;
    if (!wasOpen && line.text?.trim() === '') return true;
    this.#open.push(line);
    this.#openBytes += line.bytes;
    return line.text !== null && this.#openBytes <= this.#maxBytes && endsQuoted(line.text, wasOpen);
  }

  #forget(): void {
    this.#open = [];
    this.#openBytes = 0;
  }
}

/** A row, and of how many of the lines it is made. */
function readRow(lines: readonly Line[]): CsvRow & { readonly lines: number } {
  const whole = rowOf(lines);
  return whole.fields.length > 0 || lines.length === 1
    ? { ...whole, lines: lines.length }
    : { ...rowOf(lines.slice(0, 1)), lines: 1 };
}

function rowOf(lines: readonly Line[]): CsvRow {
  const line = lines[0]?.number ?? 0;
  const bytes = lines.reduce((sum, part) => sum + part.bytes, 0);
  const damaged = lines.find(({ problem }) => problem !== null);
  if (damaged?.text === null) return { line, bytes, text: null, fields: [], problem: damaged.problem };
  const text = lines
    .map((part) => part.text)
    .join('\n')
    .replace(/\r$/, '');
  try {
    // Rows may have any number of fields here, and a carriage return within one is part of it.
    const rows = parse(text, { record_delimiter: '\n', relax_column_count: true });
    return { line, bytes, text, fields: rows[0] ?? [], problem: damaged?.problem ?? null };
  } catch (error) {
    return { line, bytes, text, fields: [], problem: problemOf(error) };
  }
}

/** csv-parse's reasons, without the numbers of lines within the row that it counts. */
function problemOf(error: unknown): string {
  switch ((error as { readonly code?: unknown }).code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and not closed';
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'a closing quote is not followed by a comma (a quote inside quotes is written twice)';
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands inside a field that is not quoted';
    default:
      return String(error);
  }
}

/** Whether a quoted field is open at the end of a line. A quote opens a field only as its first character. */
function endsQuoted(text: string, startsQuoted: boolean): boolean {
  let state: 'start' | 'plain' | 'quoted' | 'quoteInQuoted' = startsQuoted ? 'quoted' : 'start';
  for (const char of text) {
    if (state === 'quoted') {
      if (char === '"') state = 'quoteInQuoted';
    } else if (char === '"' && state !== 'plain') state = 'quoted';
    else state = char === ',' ? 'start' : 'plain';
  }
  return state === 'quoted';
}
