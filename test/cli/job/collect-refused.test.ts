import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StandInServer } from '../../../src/testing/server.js';
import { standIn } from '../../testing/chat.js';
import { jsonLines, modelBy, reviews, runCli } from '../cli.js';
import { jobPlace, type JobPlace, openaiPlace } from './place.js';

/** A place where three records have been submitted. */
async function submitted(server: StandInServer): Promise<JobPlace> {
  const place = await openaiPlace(server, jsonLines(reviews(3)));
  await runCli({ args: place.submit() });
  return place;
}

/** What a refusal says. No job has been asked about by then. */
async function complaint(server: StandInServer, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli({ args });
  expect([status, stdout]).toEqual([2, '']);
  expect(server.jobs.calls.some(({ operation }) => operation === 'retrieveJob')).toBe(false);
  return stderr.replace(/^rxjs-llm: |\n$/g, '');
}

describe('collect refuses', () => {
  it('handles of another provider or API', async () => {
    const server = await standIn();
    const place = await submitted(server);
    const [{ id } = { id: '' }] = await place.written();
    for (const [provider, own] of [
      ['anthropic', 'anthropic /v1/messages'],
      ['openai-responses', 'openai /v1/responses'],
    ] as const) {
      const { model } = await jobPlace(modelBy(provider, server), '');
      expect(await complaint(server, place.collect('--model', model))).toBe(
        `the job ${id} must be of ${own}; it is of openai /v1/chat/completions`,
      );
    }
    expect(existsSync(place.output)).toBe(false);
  });

  it('lines that are no handles, by their number', async () => {
    const server = await standIn();
    const place = await submitted(server);
    const whole = await readFile(place.handles, 'utf8');
    for (const [text, said] of [
      [`${whole}oops\n`, ':2: this is no job handle: it is no JSON'],
      [
        `${whole}\n{"type":"rxjs-llm/job","ver`,
        ':3: this is no job handle: it is no JSON; if a crash has torn it, submit --resume writes it again',
      ],
      [whole.replace('"version":1', '"version":7'), ':1: a job handle must have version 1; got 7'],
      [whole.replace(/"digest":"\w+"/, '"digest":"x"'), ':1: digest of the job handle is missing or wrong'],
      ['\u0000\n', ':1: this is no job handle: it is no JSON'],
    ] as const) {
      await writeFile(place.handles, text);
      expect(await complaint(server, place.collect())).toBe(`${place.handles}${said}`);
    }
  });

  it('handles that are not there', async () => {
    const server = await standIn();
    const place = await submitted(server);
    expect(await complaint(server, place.collect('--handles', 'nowhere'))).toBe(
      '--handles nowhere cannot be read: no such file or folder',
    );
    expect(await complaint(server, place.collect('--handles', place.folder))).toBe(
      `--handles ${place.folder} cannot be read: it is a folder`,
    );
  });

  it('an output that exists', async () => {
    const server = await standIn();
    const place = await submitted(server);
    await writeFile(place.output, 'mine\n');
    expect(await complaint(server, place.collect())).toBe(
      `--output ${place.output} exists: add --resume to carry it on, or --overwrite to replace it`,
    );
    expect(await complaint(server, place.collect('--resume'))).toBe(
      `${place.output}:1: not a line of rxjs-llm, and --resume would lose it: name another --output`,
    );
    expect(await readFile(place.output, 'utf8')).toBe('mine\n');
  });

  it('an output that is read as well', async () => {
    const server = await standIn();
    const place = await submitted(server);
    const folder = `${place.handles}.d`;
    await appendFile(join(folder, 'refused.jsonl'), '');
    for (const [file, what] of [
      [place.handles, 'handles'],
      [place.model, 'model'],
      [join(folder, 'records.jsonl'), 'records'],
      [join(folder, 'refused.jsonl'), 'refused records'],
    ] as const) {
      const before = await readFile(file, 'utf8');
      expect(await complaint(server, place.collect('--overwrite', '--output', file))).toBe(
        `--output ${file} is the ${what} as well: name another file`,
      );
      expect(await readFile(file, 'utf8')).toBe(before);
    }
  });

  it('an output that is the input', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(3)));
    const handles = join(place.folder, 'elsewhere');
    await writeFile(handles, (await runCli({ args: place.submit('--handles', '-') })).stdout);
    const args = place.collect('--handles', handles, '--input', place.input, '--output', place.input, '--overwrite');
    expect(await complaint(server, args)).toBe(`--output ${place.input} is the input as well: name another file`);
    expect(await readFile(place.input, 'utf8')).toBe(jsonLines(reviews(3)));
  });
});
