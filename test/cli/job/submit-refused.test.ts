import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { standIn } from '../../testing/chat.js';
import { jsonLines, modelBy, reviews, runCli, startCli, until } from '../cli.js';
import { jobPlace, openaiPlace } from './place.js';

describe('submit refuses', () => {
  it('handles that exist, and a folder that does', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(2)));
    await runCli({ args: place.submit() });
    const said = (path: string): string =>
      `rxjs-llm: ${path} exists: add --resume to carry it on, or name another --handles file\n`;

    const both = await runCli({ args: place.submit() });
    await rm(place.handles);
    const folder = await runCli({ args: place.submit() });

    expect([both.status, folder.status]).toEqual([2, 2]);
    expect([both.stderr, folder.stderr]).toEqual([said(place.handles), said(`${place.handles}.d`)]);
    expect(server.jobs.all).toHaveLength(1);
  });

  it('to carry on without the folder, by which it would submit everything again', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(2)));
    await runCli({ args: place.submit() });
    await rm(`${place.handles}.d`, { recursive: true });

    const { status, stderr } = await runCli({ args: place.submit('--resume') });

    expect(status).toBe(2);
    expect(stderr).toBe(
      `rxjs-llm: --resume needs the folder ${place.handles}.d, which says what is in the jobs of ${place.handles}: without it all of it would be submitted again\n`,
    );
    expect(server.jobs.all).toHaveLength(1);
  });

  it('to carry on without the name of the run, which would be another one', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(2)));
    await runCli({ args: place.submit() });
    await rm(join(`${place.handles}.d`, 'run.json'));

    const { status, stderr } = await runCli({ args: place.submit('--resume') });

    expect(status).toBe(2);
    expect(stderr).toContain(`${place.handles}.d has lost its run.json`);
    expect(server.jobs.all).toHaveLength(1);
  });

  it('another key, another provider, another API', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(2)));
    await runCli({ args: place.submit() });
    const responses = await jobPlace(modelBy('openai-responses', server), '');
    const anthropic = await jobPlace(modelBy('anthropic', server), '');

    for (const [more, said] of [
      [['--key', 'text'], 'key of before, id; it is text now'],
      [['--model', responses.model], 'api of before, /v1/chat/completions; it is /v1/responses now'],
      [['--model', anthropic.model], 'provider of before, openai; it is anthropic now'],
    ] as const)
      expect(await runCli({ args: place.submit('--resume', ...more) })).toEqual({
        status: 2,
        stdout: '',
        stderr: `rxjs-llm: --resume needs the ${said}\n`,
      });
    expect(server.jobs.all).toHaveLength(1);
  });

  it('a file with other lines than handles, and leaves it as it is', async () => {
    const server = await standIn();
    for (const [text, said] of [
      ['{"name":"my precious"}', 'this is no job handle'],
      ['not JSON\n', 'this is no job handle: it is no JSON'],
      ['{"type":"rxjs-llm/job","version":2}\n', 'a job handle must have version 1; got 2'],
    ] as const) {
      const place = await openaiPlace(server, jsonLines(reviews(1)));
      await runCli({ args: place.submit() });
      await writeFile(place.handles, text);

      const { status, stderr } = await runCli({ args: place.submit('--resume') });

      expect(status).toBe(2);
      expect(stderr).toContain(`${place.handles}:1: ${said}`);
      expect(await readFile(place.handles, 'utf8')).toBe(text);
    }
  });

  it('a folder whose records it has not written, or of another version', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(1)));
    await runCli({ args: place.submit() });
    const [records, run] = [join(`${place.handles}.d`, 'records.jsonl'), join(`${place.handles}.d`, 'run.json')];
    await writeFile(records, '{"name":"my precious"}\n');
    const spoilt = await runCli({ args: place.submit('--resume') });
    await writeFile(run, '{"version":2}');
    const newer = await runCli({ args: place.submit('--resume') });

    expect(spoilt).toMatchObject({
      status: 2,
      stderr: `rxjs-llm: ${records}:1 is no record that rxjs-llm submit has written\n`,
    });
    expect(newer).toMatchObject({
      status: 2,
      stderr: `rxjs-llm: ${place.handles}.d is of another version of rxjs-llm\n`,
    });
  });
});

describe('submit ends with 1', () => {
  it('when it cannot write to its folder any further, and has submitted nothing', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, '');
    await runCli({ args: place.submit() });
    await writeFile(place.input, jsonLines(reviews(2)));
    await writeFile(join(`${place.handles}.d`, 'runs'), 'in the place of a folder');

    const { status, stderr } = await runCli({ args: place.submit('--resume') });

    expect(status).toBe(1);
    expect(stderr).toMatch(/\nrxjs-llm: the store could not write runs\/.*\n$/);
    expect(server.jobs.all).toHaveLength(0);
  });
});

describe('the lock of the folder', () => {
  it('keeps a second submission off, and is gone with the first', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(4)));
    const first = startCli({ args: place.submit('--input', '-'), stdin: jsonLines(reviews(2)), isOpen: true });
    await until(() => existsSync(place.handles));

    const { status, stderr } = await runCli({ args: place.submit('--resume') });
    first.child.stdin?.end();

    expect(status).toBe(2);
    expect(stderr).toBe(
      `rxjs-llm: ${place.handles}.d is being written by process ${first.child.pid}: wait for its end (if that is no rxjs-llm, remove ${place.handles}.d/lock)\n`,
    );
    expect((await first.result).status).toBe(0);
    expect(existsSync(`${place.handles}.d/lock`)).toBe(false);
  });

  it('is taken over from a process that was killed', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(4)));
    const first = startCli({ args: place.submit('--input', '-'), stdin: jsonLines(reviews(2)), isOpen: true });
    await until(() => existsSync(place.handles));
    first.child.kill('SIGKILL');
    await first.result;
    expect(existsSync(`${place.handles}.d/lock`)).toBe(true);

    expect((await runCli({ args: place.submit('--resume') })).status).toBe(0);

    expect(server.jobs.all.map(({ records }) => records)).toEqual([4]);
    expect(existsSync(`${place.handles}.d/lock`)).toBe(false);
  });
});
