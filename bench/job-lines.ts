/** How fast lines are written, and what fast-json-stringify does to that: in a process of its own, forked by `jobs.ts`. */
import OpenAI from 'openai';
import { lastValueFrom, of, toArray } from 'rxjs';
import { submitBatchJob } from 'rxjs-llm/jobs';
import { openaiJobs } from 'rxjs-llm/jobs/openai';
import type * as LineWriter from '../src/job/line-writer.js';
import { keyOf, promptsOf, reviewText } from './job-requests.ts';

// No entry of the package: the built file, by its place.
const built = new URL('../dist/src/job/line-writer.js', import.meta.url).href;
const { lineWriter } = (await import(built)) as typeof LineWriter;

const ROUNDS = 31;
const LINES = 50_000;
const SIZES = { short: 60, long: 3000 };

export interface LineFigures {
  /** Lines a second, from records to the disk. */
  readonly written: Readonly<Record<keyof typeof SIZES, number>>;
  /** How often fast-json-stringify writes a line while JSON.stringify writes one. */
  readonly ratio: Readonly<Record<string, number>>;
}

const jobs = openaiJobs(new OpenAI({ apiKey: 'any' }), { model: 'm' });
const form = { fixed: { method: 'POST', url: jobs.api }, request: 'body', turns: 'messages' };

/** Collects and spools one job; what would be sent to a provider is answered here. */
async function linesASecond(characters: number): Promise<number> {
  const offline = { ...jobs, upload: () => of('file'), create: () => of('batch') };
  const records = function* () {
    for (let number = 0; number < LINES; number++) yield { key: keyOf(number), text: reviewText(number, characters) };
  };
  const since = performance.now();
  const handles = await lastValueFrom(
    promptsOf(records()).pipe(submitBatchJob(offline, { key: ({ key }) => key }), toArray()),
  );
  if (handles.length !== 1) throw new Error(`one job was expected; got ${handles.length}`);
  return (1000 * LINES) / (performance.now() - since);
}

type Body = Readonly<Record<string, unknown>>;

/** The bodies of requests, as different from each other as they are in a job. */
async function bodiesOf(characters: number, schema: boolean): Promise<readonly Body[]> {
  const records = Array.from({ length: 2000 }, (_, number) => ({ key: '', text: reviewText(number, characters) }));
  const prompts = await lastValueFrom(promptsOf(records).pipe(toArray()));
  return prompts.map(({ request }) => {
    if (request === null) throw new Error('a prompt has no request');
    const { body } = JSON.parse(jobs.line('line', request).text) as { readonly body: Body };
    const { response_format: format, ...rest } = body;
    return schema ? { ...rest, response_format: format } : rest;
  });
}

/** Rounds in turn, so that whatever slows one down slows down the other; of the ratios the one in the middle. */
function ratioOf(bodies: readonly Body[]): number {
  const write = lineWriter(form);
  const timeOf = (line: (customId: string, body: Body) => string): number => {
    const since = performance.now();
    // Counting the bytes makes one text of the parts that a line is put together from, as it does in a job.
    for (const body of bodies) Buffer.byteLength(line('review-000000', body));
    return performance.now() - since;
  };
  const ratios = Array.from({ length: ROUNDS }, () => {
    const byJson = timeOf((custom_id, body) => JSON.stringify({ custom_id, ...form.fixed, body }));
    return byJson / timeOf(write);
  });
  return ratios.toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? NaN;
}

async function measure(): Promise<LineFigures> {
  const ratio: Record<string, number> = {};
  for (const [size, characters] of Object.entries(SIZES))
    for (const schema of [true, false])
      ratio[`${size}, ${schema ? 'with' : 'without'} a schema`] = ratioOf(await bodiesOf(characters, schema));
  return { ratio, written: { short: await linesASecond(SIZES.short), long: await linesASecond(SIZES.long) } };
}

process.send?.(await measure());
process.disconnect();
