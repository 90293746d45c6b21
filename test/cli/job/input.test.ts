import { existsSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { standIn } from '../../testing/chat.js';
import { ownTmpdir } from '../../testing/jobs/own-tmpdir.js';
import { jsonLines, modelBy, reviews, type CliOptions, type CliProcess, runCli, startCli, until } from '../cli.js';
import { answersIn, JOB_PROVIDERS, jobPlace, lastLine, lexiconAnswers, openaiPlace } from './place.js';

/** Folders of inputs that are read again, which nobody may leave. */
async function replays(): Promise<readonly string[]> {
  return (await readdir(process.env.TMPDIR ?? '')).filter((name) => name.startsWith('rxjs-llm-collect-'));
}

/** Starts a command whose temporary files are those of the test. */
function start(options: CliOptions): CliProcess {
  return startCli({ ...options, env: { TMPDIR: process.env.TMPDIR ?? '' } });
}

describe('handles without their folder', () => {
  it.each(JOB_PROVIDERS)('go through a pipe, with jobs of %s', async (provider) => {
    await ownTmpdir();
    const server = await standIn();
    const records = reviews(30);
    const place = await jobPlace(modelBy(provider, server), `${jsonLines(records)}oops\n`);
    const size = ['--records-per-request', '4'];
    const [submitting, collecting] = [
      start({ args: place.submit('--handles', '-', ...size) }),
      start({ args: place.collect('--handles', '-', '--input', place.input, ...size), isOpen: true }),
    ];
    submitting.child.stdout?.pipe(collecting.child.stdin!);

    expect((await submitting.result).status).toBe(3);
    expect((await collecting.result).status).toBe(3);

    expect(await answersIn(place)).toEqual([[31, 'input_malformed'], ...lexiconAnswers(records)]);
    expect(existsSync(place.handles)).toBe(false);
    expect(await replays()).toEqual([]);
  });

  it('are collected elsewhere with the input, which may come from stdin', async () => {
    const server = await standIn();
    const records = reviews(10);
    const place = await openaiPlace(server, jsonLines(records));
    await runCli({ args: place.submit('--limit', '7', '--set', 'batch.size=3') });
    const moved = `${place.folder}/moved.handles`;
    await rename(place.handles, moved);

    const { status } = await runCli({
      args: place.collect('--handles', moved, '--input', '-', '--limit', '7', '--set', 'batch.size=3'),
      stdin: jsonLines(records),
    });

    expect(status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records.slice(0, 7)));
  });

  it('are refused with another input, before anything is waited for', async () => {
    await ownTmpdir();
    const server = await standIn({ jobs: { durationMs: Infinity } });
    const records = reviews(10);
    const place = await openaiPlace(server, jsonLines(records));
    await runCli({ args: place.submit() });
    await rm(`${place.handles}.d`, { recursive: true });
    const other = `${place.folder}/other.jsonl`;
    await writeFile(other, jsonLines([...records.slice(0, 9), { id: 'r10', text: 'changed' }]));

    for (const wrong of [
      ['--input', other],
      ['--input', place.input, '--records-per-request', '3'],
      ['--input', place.input, '--limit', '9'],
      ['--input', place.input, '--key', 'text'],
    ]) {
      const { status, stderr } = await start({ args: place.collect(...wrong) }).result;
      expect(status).toBe(2);
      expect(stderr).toMatch(
        /^rxjs-llm: --input .*jsonl does not make the requests that the job batch_\w+ was submitted with: the records, the model file, --set, --content, --key, --limit and --records-per-request have to be as for submit \(jobs of a submission that was resumed need its folder\)\n$/,
      );
    }
    expect(server.jobs.calls.some(({ operation }) => operation === 'retrieveJob')).toBe(false);
    expect(existsSync(place.output)).toBe(false);
    expect(await replays()).toEqual([]);
  });

  it('need an input, and their folder if replies name the records by nonces', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(4)));
    await runCli({ args: place.submit() });
    await rename(`${place.handles}.d`, `${place.folder}/elsewhere`);
    const nonces = ['--set', 'record.ids=nonce'];
    for (const [args, said] of [
      [place.collect(), `there is no folder ${place.handles}.d: name the --input that was submitted`],
      [place.collect('--handles', '-'), 'handles from stdin name no records: name the --input that was submitted'],
      [
        place.collect('--input', place.input, ...nonces),
        'record.ids nonce needs the folder <handles>.d, which keeps the nonces',
      ],
      [
        place.submit('--handles', '-', ...nonces),
        'record.ids nonce needs a --handles file: the folder beside it keeps the nonces',
      ],
    ] as const)
      expect(await runCli({ args })).toEqual({ status: 2, stdout: '', stderr: `rxjs-llm: ${said}\n` });
  });

  it('are read no further after Ctrl-C', async () => {
    await ownTmpdir();
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(4)));
    const handles = (await runCli({ args: place.submit('--handles', '-') })).stdout;
    // Both wait for more on stdin, which stays open.
    const asHandles = start({
      args: place.collect('--handles', '-', '--input', place.input),
      // More than waits between two processes: when all of it is written, some was read.
      stdin: handles + '\n'.repeat(1_000_000),
      isOpen: true,
    });
    await writeFile(place.handles, handles);
    const asInput = start({ args: place.collect('--input', '-'), stdin: jsonLines(reviews(4)), isOpen: true });
    await until(() => asHandles.child.stdin?.writableLength === 0);
    await until(async () => (await replays()).length === 1);

    for (const { child, result } of [asInput, asHandles]) {
      child.kill('SIGINT');
      const ended = await result;
      expect(ended.status).toBe(1);
      expect(lastLine(ended)).toBe('rxjs-llm: stopped');
    }
    expect(existsSync(place.output)).toBe(false);
    expect(await replays()).toEqual([]);
  });
});

describe('handles beside their folder', () => {
  it('are collected with it, also where the nonces are', async () => {
    const server = await standIn();
    const records = reviews(9);
    const place = await jobPlace({ ...modelBy('openai', server), 'record.ids': 'nonce' }, jsonLines(records));

    await runCli({ args: place.submit('--records-per-request', '4') });
    expect((await runCli({ args: place.collect() })).status).toBe(0);

    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
    expect(server.stats().requests).toBe(0);
  });

  it('move with it, and need nothing else', async () => {
    const server = await standIn();
    const records = reviews(9);
    const place = await openaiPlace(server, jsonLines(records));
    await runCli({ args: place.submit() });
    const moved = `${place.folder}/moved`;
    await rename(place.handles, moved);
    await rename(`${place.handles}.d`, `${moved}.d`);
    await rm(place.input);

    expect((await runCli({ args: place.collect('--handles', moved) })).status).toBe(0);
    expect(await answersIn(place)).toEqual(lexiconAnswers(records));
  });

  it('need no --input', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(1)));
    await runCli({ args: place.submit() });

    const { status, stderr } = await runCli({ args: place.collect('--input', place.input) });

    expect(status).toBe(2);
    expect(stderr).toBe(`rxjs-llm: --input is not needed: ${place.handles}.d has the records that were submitted\n`);
  });

  it('are refused beside the folder of others, or one without its records', async () => {
    const server = await standIn();
    const place = await openaiPlace(server, jsonLines(reviews(4)));
    await runCli({ args: place.submit() });
    const foreign = `${place.folder}/foreign`;
    await runCli({ args: place.submit('--handles', foreign) });
    await rename(foreign, place.handles);

    const refused = await runCli({ args: place.collect() });
    await rm(`${place.handles}.d/records.jsonl`);
    const torn = await runCli({ args: place.collect() });

    expect([refused.status, torn.status]).toEqual([2, 2]);
    expect(refused.stderr).toMatch(
      /^rxjs-llm: .*\.handles\.d has no list of the requests that the job batch_\w+ was submitted with: it has to be the folder that submit has written beside these handles\n$/,
    );
    expect(torn.stderr).toBe(`rxjs-llm: ${place.handles}.d/records.jsonl cannot be opened: no such file or folder\n`);
  });
});
