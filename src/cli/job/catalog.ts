import { closeSync, createReadStream, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { CliError, codeOf, EXIT, reasonOf } from '../failure.js';
import { splitLines } from '../lines.js';
import type { InputRecord, Key } from '../record.js';
import { checksumOf, type JobRecord, nameOf, slotOf } from './job-record.js';

/** Bytes that are held before they are written. */
const BUFFER_BYTES = 64 * 1024;

/**
 * The records of some jobs, a file with one line each, so that whoever reads the results has them whole. Records are added at the end
 * and read at any place; of each one only its place is held in memory. It is written synchronously, as a spool is.
 */
export class Catalog {
  readonly #path: string;
  readonly #file: number;
  /** Where each line begins. */
  readonly #starts: number[] = [];
  /** Where the next one will. */
  #end = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** By checksum, the slots of records of an earlier run that have not come again. */
  readonly #known = new Map<string, number[]>();

  private constructor(path: string, isWritten: boolean) {
    this.#path = path;
    this.#file = openSync(path, isWritten ? 'a+' : 'r', 0o600);
  }

  /**
   * Opens a file. What a crash has torn off its last line is left out.
   *
   * @param isWritten - whether records are to be added: the file is made then, if there is none, and its records are known again
   * @throws CliError if it cannot be opened, or naming a line that is no record
   */
  static async open(path: string, isWritten: boolean): Promise<Catalog> {
    const catalog = Catalog.#openAt(path, isWritten);
    try {
      for await (const { number, text, bytes, isTerminated } of splitLines(createReadStream(path), Infinity)) {
        if (!isTerminated) break;
        const slot = catalog.#starts.push(catalog.#end) - 1;
        catalog.#end += bytes;
        if (isWritten) catalog.#note(readEntry(text ?? '', `${path}:${number}`), slot);
      }
      if (isWritten) ftruncateSync(catalog.#file, catalog.#end);
    } catch (error) {
      catalog.close();
      throw error;
    }
    return catalog;
  }

  static #openAt(path: string, isWritten: boolean): Catalog {
    try {
      return new Catalog(path, isWritten);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      throw new CliError(EXIT.misuse, `${path} cannot be opened: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** How many records there are. */
  get size(): number {
    return this.#starts.length;
  }

  /** Takes a record that was read; one that an earlier run had read as well keeps its slot. */
  add(record: InputRecord): JobRecord {
    const checksum = checksumOf(record);
    const slot = this.#known.get(checksum)?.shift() ?? this.#append(record);
    return { ...record, slot, name: nameOf(slot, checksum) };
  }

  /** @throws CliError if the catalog has no such record */
  read(name: string): JobRecord {
    const slot = slotOf(name);
    const record = this.at(slot);
    if (record?.name === name) return record;
    throw new CliError(EXIT.misuse, `${this.#path} has not the record ${name}: it is not that of these handles`);
  }

  /** The record in a slot; `undefined` if there is none. */
  at(slot: number): JobRecord | undefined {
    const start = this.#starts[slot];
    if (start === undefined) return undefined;
    if (this.#waitingBytes > 0) this.#write();
    const bytes = Buffer.alloc((this.#starts[slot + 1] ?? this.#end) - start - 1);
    readSync(this.#file, bytes, 0, bytes.length, start);
    const record = readEntry(bytes.toString(), `${this.#path}:${slot + 1}`);
    return { ...record, slot, name: nameOf(slot, checksumOf(record)) };
  }

  /** Brings all records to the disk: a job must not be submitted before its records would survive a crash. */
  sync(): void {
    this.#write();
    fsyncSync(this.#file);
  }

  close(): void {
    try {
      this.#write();
    } finally {
      closeSync(this.#file);
    }
  }

  #note(record: InputRecord, slot: number): void {
    const checksum = checksumOf(record);
    this.#known.set(checksum, [...(this.#known.get(checksum) ?? []), slot]);
  }

  #append(record: InputRecord): number {
    const line = Buffer.from(`${headOf(record)}${record.json}}\n`);
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    const slot = this.#starts.push(this.#end) - 1;
    this.#end += line.length;
    if (this.#waitingBytes >= BUFFER_BYTES) this.#write();
    return slot;
  }

  #write(): void {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
  }
}

/** What stands before the record, whose JSON comes as it was read. */
function headOf({ key, line, problem }: Pick<InputRecord, 'key' | 'line' | 'problem'>): string {
  return `{"key":${JSON.stringify(key)},"line":${line},"problem":${JSON.stringify(problem)},"record":`;
}

interface Entry {
  readonly key: Key;
  readonly line: number;
  readonly problem: string | null;
  readonly record: unknown;
}

function readEntry(text: string, place: string): InputRecord {
  try {
    const entry = JSON.parse(text) as Entry;
    const head = headOf(entry);
    if (text.startsWith(head)) return { ...entry, json: text.slice(head.length, -1), bytes: 0, contentCharacters: 0 };
  } catch {
    // It is said below.
  }
  throw new CliError(EXIT.misuse, `${place} is no record that rxjs-llm submit has written`);
}
