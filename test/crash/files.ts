import { appendFile, readdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobCommand } from './plan.js';

/** Where a moment has its files. */
export interface Place {
  readonly folder: string;
  readonly model: string;
  readonly input: string;
  readonly handles: string;
  readonly output: string;
}

export function placeIn(folder: string): Place {
  const at = (name: string): string => join(folder, name);
  return { folder, model: at('model.json'), input: at('in.jsonl'), handles: at('jobs'), output: at('out.jsonl') };
}

/** What the files of a submission and its collection show. */
export interface Files {
  readonly isBegun: boolean;
  /** Jobs whose requests lie on the disk. */
  readonly spools: number;
  /** Numbers of jobs whose submission was journalled, and of those whose end was. */
  readonly begun: readonly number[];
  readonly ended: readonly number[];
  /** Numbers of jobs that have a handle. */
  readonly handles: readonly number[];
  /** Whole lines of the output. */
  readonly lines: number;
}

export async function look({ handles, output }: Place): Promise<Files> {
  const [run, spools, journal, written, lines] = await Promise.all([
    stat(join(`${handles}.d`, 'run.json')).catch(() => null),
    readdir(join(`${handles}.d`, 'spool')).catch(() => []),
    journalIn(`${handles}.d`),
    wholeLines(handles),
    wholeLines(output),
  ]);
  return {
    isBegun: run !== null,
    spools: spools.length,
    begun: journal.map(({ info }) => info.number),
    ended: journal.flatMap(({ info, handle }) => (handle === null ? [] : [info.number])),
    handles: written.map((line) => (JSON.parse(line) as { number: number }).number),
    lines: lines.length,
  };
}

interface Entry {
  readonly info: { readonly number: number };
  readonly handle: unknown;
}

async function journalIn(folder: string): Promise<readonly Entry[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const entries = names.filter((name) => /journal\/\d+$/.test(name));
  return Promise.all(entries.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Entry));
}

export async function wholeLines(file: string): Promise<readonly string[]> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
}

/** Leaves of the files that the command writes to what a crash of the machine may leave: their last line is torn. */
export async function tear({ handles, output }: Place, command: JobCommand, share: number): Promise<void> {
  for (const file of command === 'collect' ? [output] : [handles, `${handles}.d/records.jsonl`]) {
    if ((await bytesOf(file)) === undefined) continue;
    const line = (await wholeLines(file)).find((text) => text !== '') ?? '{"';
    await appendFile(file, line.slice(0, Math.max(1, Math.floor(line.length * share))));
  }
  // Nothing brings refusals to the disk: any part of them may be lost.
  const refused = `${handles}.d/refused.jsonl`;
  const bytes = await bytesOf(refused);
  if (command === 'submit' && bytes !== undefined) await truncate(refused, Math.floor(bytes * share));
}

async function bytesOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}
