import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CallFault, JobOperation, StandInServer } from '../../../src/testing/server.js';
import { standIn } from '../../testing/chat.js';
import { jsonLines, modelBy, reviews, runCli } from '../cli.js';
import { filesBelow, JOB_PROVIDERS, jobPlace, type JobPlace } from './place.js';

const KEY = 'abcdefghijklmnop-the-key';
/** No key of the provider, so that nobody but the command line can know it for a secret. */
const OTHER = 'another-secret-of-the-environment';
const ENV = { THE_KEY: KEY, OTHER };
const QUOTE = { error: { message: `Wrong key: ${KEY}. Bearer ${KEY}`, type: KEY, code: KEY } };

/** A place whose model has its key from the environment. */
function place(provider: string, server: StandInServer, more = {}): Promise<JobPlace> {
  return jobPlace({ ...modelBy(provider, server), 'api.key': '${THE_KEY}', ...more }, jsonLines(reviews(3)));
}

/** All that is said by a command, in both ways of telling the progress. */
async function said(args: readonly string[], ...json: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runCli({ args, env: ENV });
  const other = await runCli({ args: [...args, ...json, '--progress', 'json'], env: ENV });
  return [stdout, stderr, other.stdout, other.stderr].join('\n');
}

/** What was said, and all files but the model and the input. */
async function expectNoKey({ folder, model, input }: JobPlace, text: string): Promise<void> {
  expect(text).not.toContain(KEY);
  for (const [file, content] of await filesBelow(folder))
    if (file !== model && file !== input) expect(content, file).not.toContain(KEY);
}

describe.each(JOB_PROVIDERS)('a key does not show with jobs of %s', (provider) => {
  const failing = (operations: readonly JobOperation[], fault: CallFault) => {
    return ({ operation }: { readonly operation: JobOperation }) =>
      operations.includes(operation) ? fault : undefined;
  };

  it.each([400, 401])('when a submission is answered %i, and the answer quotes it', async (status) => {
    const server = await standIn();
    const here = await place(provider, server);
    server.jobs.callFault = failing(['uploadFile', 'createJob'], { kind: 'status', status, body: QUOTE });

    const text = await said(here.submit(), '--resume');

    expect(text).toContain('[secret]');
    await expectNoKey(here, text);
  });

  it.each([400, 401])('when polls or results are answered %i, and the answer quotes it', async (status) => {
    const server = await standIn();
    const here = await place(provider, server);
    await runCli({ args: here.submit(), env: ENV });
    const fault: CallFault = { kind: 'status', status, body: QUOTE };
    for (const operations of [['retrieveJob'], ['downloadFile', 'downloadResults']] as const) {
      server.jobs.callFault = failing(operations, fault);

      const text = await said(here.collect('--overwrite', '--set', 'failure.strategy=fail'));

      expect(text).toContain('[secret]');
      await expectNoKey(here, text);
    }
  });

  it('when a line of the results or a live answer quotes it', async () => {
    const server = await standIn();
    const here = await place(provider, server);
    server.fault = ({ number }) => ({ kind: 'status', status: number === 1 ? 400 : 422, body: QUOTE });
    await runCli({ args: here.submit('--records-per-request', '1'), env: ENV });

    const text = await said(here.collect('--overwrite'));

    expect(await readFile(here.output, 'utf8')).toContain('[secret]');
    await expectNoKey(here, text);
  });
});

describe('a key does not show', () => {
  it('when the reason why a job failed quotes it', async () => {
    const errors = [{ code: KEY, message: `The key ${KEY} may not.` }];
    const server = await standIn({ jobs: { fault: () => ({ kind: 'reject', errors }) } });
    const here = await place('openai', server);
    await runCli({ args: here.submit(), env: ENV });

    const text = await said(here.collect('--overwrite'));

    expect(await readFile(here.output, 'utf8')).toContain('The key [secret] may not.');
    await expectNoKey(here, text);
  });

  it('while a call that quotes it is tried again', async () => {
    const server = await standIn();
    const here = await place('openai', server);
    await runCli({ args: here.submit(), env: ENV });
    server.jobs.callFault = ({ operation, nth }) =>
      operation === 'retrieveJob' && nth % 2 === 1 ? { kind: 'status', status: 500, body: QUOTE } : undefined;

    const text = await said(here.collect('--overwrite', '--poll', '1.5'));

    expect(text).toMatch(/"problem":"[^"]*\[secret\]/);
    await expectNoKey(here, text);
  });

  it.each(['base.url', 'batch.size', 'system.prompt', 'api.kye'])(
    'when it stands in the place of %s',
    async (option) => {
      const server = await standIn();
      const here = await place('openai', server, { [option]: '${THE_KEY}' });
      const text = [await said(here.submit(), '--resume'), await said(here.collect('--overwrite'))].join('\n');
      await expectNoKey(here, text);
    },
  );
});

describe('what comes from the environment does not show', () => {
  it('when it is quoted by why records are refused', async () => {
    const server = await standIn();
    const here = await place('openai', server, { 'record.content': '${OTHER}' });

    const text = await said(here.submit(), '--resume');
    const collected = await said(here.collect('--overwrite'));

    expect(text + collected).not.toContain(OTHER);
    const written = await filesBelow(`${here.handles}.d`);
    expect([...written.values()].join('')).toContain('its field \\"[secret]\\" is no text');
    expect([...written.values()].join('')).not.toContain(OTHER);
  });

  it('when a line of the results quotes it', async () => {
    const server = await standIn();
    const here = await place('openai', server, { 'request.user': '${OTHER}', 'failure.strategy': 'fail' });
    server.fault = () => ({ kind: 'status', status: 422, body: { error: { message: `No user ${OTHER} here.` } } });
    await runCli({ args: here.submit(), env: ENV });

    const text = await said(here.collect('--overwrite'));

    const output = await readFile(here.output, 'utf8');
    expect(output).toContain('No user [secret] here.');
    expect(text + output).not.toContain(OTHER);
  });
});
