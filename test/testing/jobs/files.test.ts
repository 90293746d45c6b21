import { readdir, readFile, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BadRequestError, NotFoundError, toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { createStandInServer, type StandInServer } from '../../../src/testing/server.js';
import { collect, standIn } from '../chat.js';
import { chatLines, createBatch, fileText, finishedBatch, jsonl, openaiClient, uploadLines } from './openai.js';
import { ownTmpdir } from './own-tmpdir.js';

/** A form as clients write it, with whatever fields. */
function form(fields: Readonly<Record<string, string>>, file?: { readonly name: string; readonly text: string }) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  if (file !== undefined) data.set('file', new File([file.text], file.name));
  return data;
}

async function postForm({ url }: StandInServer, body: FormData | string) {
  const response = await fetch(`${url}/files`, { method: 'POST', body, headers: { authorization: 'Bearer k' } });
  const { error } = (await response.json()) as { error?: { message: string; param: string | null } };
  return { status: response.status, ...error };
}

describe('the openai SDK with files of the stand-in', () => {
  test('uploads one, and gets it back', async () => {
    const client = openaiClient(await standIn());
    const text = jsonl(chatLines(3)) + '{"u":"ü\u2028é"}\n';

    const file = await client.files.create({ purpose: 'batch', file: await toFile(Buffer.from(text), 'ü.jsonl') });

    expect(file).toMatchObject({
      object: 'file',
      purpose: 'batch',
      filename: 'ü.jsonl',
      bytes: Buffer.byteLength(text),
      status: 'processed',
    });
    expect(file.expires_at! - file.created_at).toBe(30 * 24 * 60 * 60);
    expect(await client.files.retrieve(file.id)).toEqual(file);
    expect(await fileText(client, file.id)).toBe(text);
  });

  test('uploads a stream', async () => {
    const client = openaiClient(await standIn());

    const file = await client.files.create({ purpose: 'user_data', file: createReadStream(import.meta.filename) });

    expect(file.expires_at).toBeNull();
    expect(await fileText(client, file.id)).toBe(await readFile(import.meta.filename, 'utf8'));
  });

  test('lists them, by purpose and in both orders, and deletes them', async () => {
    const server = await standIn({ jobs: { durationMs: Infinity } });
    const client = openaiClient(server);
    const first = await uploadLines(client, chatLines(1), 'first.jsonl');
    const batch = await finishedBatch(server, chatLines(1));
    const names = async (query = {}) => (await collect(client.files.list(query))).map(({ filename }) => filename);

    const results = `${batch.id}_output.jsonl`;
    expect(await names({ limit: 1 })).toEqual([results, 'requests.jsonl', 'first.jsonl']);
    expect(await names({ order: 'asc' })).toEqual(['first.jsonl', 'requests.jsonl', results]);
    expect(await names({ purpose: 'batch_output' })).toEqual([results]);
    expect(await client.files.delete(first.id)).toEqual({ id: first.id, object: 'file', deleted: true });

    await expect(client.files.retrieve(first.id)).rejects.toThrow(NotFoundError);
    await expect(client.files.content(first.id)).rejects.toThrow(NotFoundError);
    await expect(client.files.delete(first.id)).rejects.toThrow(NotFoundError);
    expect(await names()).not.toContain('first.jsonl');
  });

  test('may delete the input of a batch that runs', async () => {
    const server = await standIn({ jobs: { durationMs: Infinity } });
    const client = openaiClient(server);
    const { id, input_file_id } = await createBatch(client, chatLines(3));

    await client.files.delete(input_file_id);

    expect(await server.jobs.finish(id)).toMatchObject({ status: 'completed', tally: { succeeded: 3 } });
  });

  test('keeps results as long as it asks', async () => {
    const server = await standIn({ jobs: { durationMs: Infinity } });
    const expiry = { output_expires_after: { anchor: 'created_at', seconds: 7200 } };

    const { output_file_id } = await finishedBatch(server, chatLines(1), expiry);

    const file = await openaiClient(server).files.retrieve(output_file_id!);
    expect(file.expires_at! - file.created_at).toBeLessThanOrEqual(7200);
    await expect(
      createBatch(openaiClient(server), chatLines(1), { output_expires_after: { anchor: 'created_at', seconds: 7 } }),
    ).rejects.toThrow('output_expires_after.seconds');
  });
});

describe('an upload', () => {
  const right = { name: 'a.jsonl', text: '{}' };

  test.each([
    ['no form', 'text', 'The body is not multipart/form-data.'],
    ['no file', form({ purpose: 'batch' }), "Missing required parameter: 'file'."],
    ['no purpose', form({}, right), "Missing required parameter: 'purpose'."],
    ['a purpose that is none', form({ purpose: 'fun' }, right), "'fun' is not one of assistants,batch,"],
    ['another ending', form({ purpose: 'batch' }, { ...right, name: 'a.txt' }), 'Must be .jsonl'],
  ])('is refused with %s', async (_, body, message) => {
    expect(await postForm(await standIn(), body)).toMatchObject({
      status: 400,
      message: expect.stringContaining(message) as string,
    });
  });

  test('is refused without a key', async () => {
    const server = await standIn({ apiKey: 'right' });

    await expect(uploadLines(openaiClient(server, 'wrong'), chatLines(1))).rejects.toMatchObject({ status: 401 });
    expect(server.jobs.calls).toMatchObject([{ operation: 'uploadFile', id: null, nth: 1, status: 401 }]);
  });

  test('lies on the disk for its owner alone, until the server closes', async () => {
    const folder = await ownTmpdir();
    const server = await createStandInServer();
    await uploadLines(openaiClient(server), chatLines(1));

    const [own = ''] = await readdir(folder);
    const [file = ''] = await readdir(join(folder, own));
    const paths = [join(folder, own), join(folder, own, file)];
    const modes = (await Promise.all(paths.map((path) => stat(path)))).map(({ mode }) => (mode & 0o777).toString(8));
    await server.close();

    expect(modes).toEqual(['700', '600']);
    expect(await readdir(folder)).toEqual([]);
  });

  test('whose client leaves is not kept on the disk', async () => {
    const folder = await ownTmpdir();
    const server = await standIn();
    const client = new AbortController();
    const files = async () => {
      const [own = ''] = await readdir(folder);
      return own === '' ? null : (await readdir(join(folder, own))).length;
    };
    async function* endless() {
      yield Buffer.from('--x\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n');
      for (;;) {
        yield Buffer.alloc(1000, '{');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }

    const upload = fetch(`${server.url}/files`, {
      method: 'POST',
      headers: { authorization: 'Bearer k', 'content-type': 'multipart/form-data; boundary=x' },
      body: Readable.toWeb(Readable.from(endless())),
      duplex: 'half',
      signal: client.signal,
    } as RequestInit).catch(() => 'gone');
    await expect.poll(files).toBe(1);
    client.abort();

    expect(await upload).toBe('gone');
    await expect.poll(files).toBe(0);
  });

  test('that breaks off leaves nothing', async () => {
    const server = await standIn({ jobs: { callFault: () => ({ kind: 'cutBody', bytes: 1000 }) } });
    const client = openaiClient(server);

    await expect(uploadLines(client, chatLines(20_000))).rejects.toThrow('Connection error');
    server.jobs.callFault = undefined;

    expect(await collect(client.files.list())).toEqual([]);
    expect(server.jobs.calls[0]).toMatchObject({ operation: 'uploadFile', status: null });
    await expect(createBatch(client, chatLines(1), { input_file_id: 'file-no' })).rejects.toThrow(BadRequestError);
  });
});
