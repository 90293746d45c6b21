import type { Line } from './lines.js';
import { malformed, type ReadRecord } from './record.js';

/** Reads JSON Lines: an object a line, or a string, which is its own content. Blank lines are passed over. */
export async function* jsonlRecords(lines: AsyncIterable<Line>): AsyncGenerator<ReadRecord> {
  for await (const { number: line, text, problem, bytes } of lines) {
    if (problem !== null) yield malformed({ line, bytes }, text, problem);
    else if (text !== null && text.trim() !== '') yield readLine(text.trim(), line, bytes);
  }
}

function readLine(text: string, line: number, bytes: number): ReadRecord {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    return malformed({ line, bytes }, text, `the line is not JSON: ${(error as SyntaxError).message}`);
  }
  if (typeof record !== 'string' && !isObject(record))
    return malformed({ line, bytes }, text, `a record is an object or a text; got ${kindOf(record)}`);
  // A lone carriage return is a blank to JSON, and the end of a line to some who will read the output.
  return { line, bytes, record, json: text.includes('\r') ? JSON.stringify(record) : text, problem: null };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
}
