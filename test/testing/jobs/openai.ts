import OpenAI, { toFile } from 'openai';
import type { Batch, BatchCreateParams } from 'openai/resources/batches';
import type { JsonObject, StandInServer } from '../../../src/testing/server.js';
import { userMessage } from '../chat.js';

export function openaiClient({ url }: StandInServer, apiKey = 'k'): OpenAI {
  return new OpenAI({ baseURL: url, apiKey, maxRetries: 0 });
}

/** A line of a batch that asks for some texts. */
export function chatLine(customId: string, texts: readonly string[], body: JsonObject = {}): JsonObject {
  const messages = [userMessage(texts)];
  return {
    custom_id: customId,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'm', messages, ...body },
  };
}

/** As many lines with one text each: `r-1` asks for `text 1`. */
export function chatLines(count: number): readonly JsonObject[] {
  return Array.from({ length: count }, (_, i) => chatLine(`r-${i + 1}`, [`text ${i + 1}`]));
}

export function jsonl(lines: readonly unknown[]): string {
  return lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
}

export async function uploadLines(client: OpenAI, lines: readonly unknown[], filename = 'requests.jsonl') {
  return client.files.create({ purpose: 'batch', file: await toFile(Buffer.from(jsonl(lines)), filename) });
}

export async function createBatch(
  client: OpenAI,
  lines: readonly unknown[],
  params: Partial<BatchCreateParams> = {},
): Promise<Batch> {
  const { id } = await uploadLines(client, lines);
  return client.batches.create({
    input_file_id: id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    ...params,
  });
}

/** A batch that has gone to its end. */
export async function finishedBatch(server: StandInServer, lines: readonly unknown[], params = {}): Promise<Batch> {
  const client = openaiClient(server);
  const { id } = await createBatch(client, lines, params);
  await server.jobs.finish(id);
  return client.batches.retrieve(id);
}

/** A line of a result file. */
export interface ResultLine {
  readonly id: string;
  readonly custom_id: string;
  readonly response: { readonly status_code: number; readonly request_id: string; readonly body: JsonObject } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export async function fileText(client: OpenAI, id: string | null | undefined): Promise<string> {
  return (await client.files.content(id ?? '')).text();
}

export async function resultLines(client: OpenAI, id: string | null | undefined): Promise<readonly ResultLine[]> {
  const text = await fileText(client, id);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ResultLine);
}

export function idsOf(lines: readonly { readonly custom_id: string }[]): readonly string[] {
  return lines.map(({ custom_id }) => custom_id);
}

/** `r-1` … `r-<count>`. */
export function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `r-${i + 1}`);
}
