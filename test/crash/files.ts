import { appendFile, readdir, readFile, stat } from 'node:fs/promises';
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

/** Leaves a part of a line at the end of each file that the command adds lines to. */
export async function tear({ handles, output }: Place, command: JobCommand, share: number): Promise<void> {
  const files =
    command === 'collect' ? [output] : [handles, `${handles}.d/records.jsonl`, `${handles}.d/refused.jsonl`];
  for (const file of files) {
    const [line = ''] = (await wholeLines(file)).filter((text) => text !== '');
    if (line !== '') await appendFile(file, line.slice(0, Math.max(1, Math.floor(line.length * share))));
  }
}
