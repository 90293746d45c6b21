import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lexiconSentiment, type StandInServer } from '../../../src/testing/server.js';
import type { JobHandle } from '../../../src/types/job.js';
import { expect } from 'vitest';
import { type CliResult, modelBy, parseLines, type Review, runCli, type Workplace, workplace } from '../cli.js';

/** The providers that have batch jobs. */
export const JOB_PROVIDERS = ['openai', 'openai-responses', 'anthropic'];

/** A workplace with a place for handles. */
export interface JobPlace extends Workplace {
  readonly handles: string;
  /** `submit --model … --input … --handles …`, and what is given besides. */
  submit(...more: readonly string[]): string[];
  /** `collect --model … --handles … --output …` with polls that follow each other soon, and what is given besides. */
  collect(...more: readonly string[]): string[];
  written(): Promise<JobHandle[]>;
}

export async function jobPlace(
  model: Readonly<Record<string, unknown>>,
  input: string | Buffer,
  inputName?: string,
): Promise<JobPlace> {
  const place = await workplace(model, input, inputName);
  const handles = join(place.folder, 'reviews.handles');
  const named = ['--model', place.model, '--handles', handles];
  return {
    ...place,
    handles,
    submit: (...more) => ['submit', ...named, '--input', place.input, ...more],
    collect: (...more) => ['collect', ...named, '--output', place.output, '--poll', '0.02', ...more],
    written: async () => parseLines(await readFile(handles, 'utf8')) as JobHandle[],
  };
}

/** A place for jobs of the first provider. */
export function openaiPlace(server: StandInServer, input: string | Buffer): Promise<JobPlace> {
  return jobPlace(modelBy('openai', server), input);
}

/** What the output has of each record, in the order of the input. */
export async function answersIn(place: Workplace): Promise<(readonly [key: string | number, answer: unknown])[]> {
  const outcomes = await place.outcomes();
  return outcomes
    .map(({ key, value, error }) => [key, error?.code ?? value] as const)
    .toSorted(([one], [other]) => String(one).localeCompare(String(other), 'en', { numeric: true }));
}

/** What the lexicon says of each. */
export function lexiconAnswers(records: readonly Review[]): (readonly [key: string, answer: string])[] {
  return records.map(({ id, text }) => [id, lexiconSentiment(text)]);
}

/** How often each of these was submitted. */
export function timesSubmitted({ jobs }: StandInServer, records: readonly Review[]): number[] {
  return records.map(({ text }) => jobs.timesSubmitted(text));
}

/** Submits the input in parts, up to each limit: each has a job of its own. */
export async function submitInParts(place: JobPlace, ...limits: readonly number[]): Promise<void> {
  for (const limit of limits)
    expect((await runCli({ args: place.submit('--resume', '--limit', String(limit)) })).status).toBe(0);
}

export function lastLine({ stderr }: Pick<CliResult, 'stderr'>): string | undefined {
  return stderr.trim().split('\n').at(-1);
}

/** Each file below a folder, as a text. */
export async function filesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const)));
}
