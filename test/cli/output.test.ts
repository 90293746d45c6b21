import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { standIn } from '../testing/chat.js';
import { jsonLines, reviews, runCli, sentimentModel, startCli, workplace } from './cli.js';

describe('the output', () => {
  it('that exists is an error without --resume or --overwrite', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(2)));
    await writeFile(place.output, 'before');

    const { status, stderr } = await runCli({ args: place.args() });

    expect(status).toBe(2);
    expect(stderr).toBe(
      `rxjs-llm: --output ${place.output} exists: add --resume to carry it on, or --overwrite to replace it\n`,
    );
    expect(await readFile(place.output, 'utf8')).toBe('before');
    expect(server.stats().requests).toBe(0);

    expect((await runCli({ args: place.args('--overwrite') })).status).toBe(0);
    expect(await place.outcomes()).toHaveLength(2);
  });

  it('cannot be the input, whatever it is called', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(2)));
    await symlink(place.input, place.output);

    const { status, stderr } = await runCli({ args: place.args('--overwrite') });

    expect(status).toBe(2);
    expect(stderr).toContain('is the input as well: name another file');
    expect(await readFile(place.input, 'utf8')).toBe(jsonLines(reviews(2)));
  });

  it('has to be in a folder that exists', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(2)));

    const { status, stderr } = await runCli({ args: place.args('--output', join(place.folder, 'no', 'file')) });

    expect(status).toBe(2);
    expect(stderr).toContain('cannot be written: no such file or folder\n');
  });

  it('ends the run when its reader leaves', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(2000)));
    const { child, result } = startCli({ args: ['run', '--model', place.model, '--input', place.input] });
    child.stdout?.once('data', () => child.stdout?.destroy());

    const { status, stderr } = await result;

    expect(status).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toBe('rxjs-llm: stdout was closed by its reader: the run ends here');
    expect(server.stats().requests).toBeLessThan(2000);
  });

  it.runIf(process.platform === 'linux')('ends the run when the disk is full', async () => {
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), jsonLines(reviews(200)));

    const { status, stderr } = await runCli({ args: place.args('--output', '/dev/full') });

    expect(status).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'rxjs-llm: /dev/full cannot be written any further: no space left on the device',
    );
    expect(server.stats().requests).toBeLessThan(200);
  });

  it('waits for its reader, and the calls wait with it; a second Ctrl-C does not', async () => {
    // The answers to the first eight calls are more than any pipe holds.
    const server = await standIn({ answer: () => 'long '.repeat(40_000), deltaCharacters: 100_000 });
    const model = { ...sentimentModel(server.url), 'response.schema': undefined };
    const place = await workplace(model, jsonLines(reviews(200)));
    const args = ['run', '--model', place.model, '--input', place.input];
    const { child, result } = startCli({ args, isRead: false });
    await server.whenReceived(16);

    // The first signal waits for what is finished to be written, which nobody reads; another one does not wait.
    const signals = setInterval(() => child.kill('SIGINT'), 50);
    const { status, stderr } = await result;
    clearInterval(signals);

    expect(status).toBe(1);
    expect(stderr).toBe('rxjs-llm: stopping: what is finished is being written; once more ends it at once\n');
    expect(server.stats().requests).toBeLessThan(100);
  });
});
