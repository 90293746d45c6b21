import { createReadStream } from 'node:fs';
import type { ServerState } from '../answer-request.js';
import type { Exchange } from '../exchange.js';
import type { JsonObject } from '../json.js';
import type { PathParameters, Route } from '../route.js';
import { invalidParameter, notFound, openaiErrors } from '../wire/openai-error.js';
import { openaiChat } from '../wire/openai-chat.js';
import type { ErrorResponse } from '../wire/wire.js';
import type { StoredFile } from './file-store.js';
import { jobCall } from './job-call.js';
import { limitOf, pageOf } from './page.js';
import { readUpload, type Upload } from './upload.js';

/** Largest file that can be uploaded; one for a batch may only have 200 MB, which the batch finds. */
const MAX_UPLOAD_BYTES = 512 * 1024 * 1024;

/** What a file can be uploaded for; the stand-in only uses those for batches. */
const PURPOSES: ReadonlySet<string> = new Set(['assistants', 'batch', 'evals', 'fine-tune', 'user_data', 'vision']);

/** Shortest and longest time that files are kept if they are not kept for ever, and the time for batches, in seconds. */
const LEAST_SECONDS = 3600;
const MOST_SECONDS = 2_592_000;

/** OpenAI's files (platform.openai.com/docs/api-reference/files). */
export const openaiFileRoutes: Readonly<Record<string, Route>> = {
  '/v1/files': {
    wire: openaiChat,
    methods: { POST: jobCall('uploadFile', upload), GET: jobCall('listFiles', list) },
  },
  '/v1/files/:id': {
    wire: openaiChat,
    methods: { GET: jobCall('retrieveFile', retrieve), DELETE: jobCall('deleteFile', remove) },
  },
  '/v1/files/:id/content': { wire: openaiChat, methods: { GET: jobCall('downloadFile', download) } },
};

/** Seconds since 1970. */
export function unixSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** What is wrong with seconds that a file is to be kept. */
export function expiryError(param: string, anchor: unknown, seconds: unknown): ErrorResponse | null {
  if (anchor !== 'created_at') return invalidParameter(`${param}.anchor`, `Invalid value: '${String(anchor)}'.`);
  const isRight = typeof seconds === 'number' && seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS;
  const rule = `Expected ${LEAST_SECONDS} to ${MOST_SECONDS} seconds`;
  return isRight ? null : invalidParameter(`${param}.seconds`, `Invalid '${param}.seconds'. ${rule}.`);
}

function fileObject({ id, bytes, createdAt, filename, purpose, expiresAt }: StoredFile): JsonObject {
  return {
    id,
    object: 'file',
    bytes,
    created_at: unixSeconds(createdAt),
    filename,
    purpose,
    status: 'processed',
    expires_at: expiresAt === null ? null : unixSeconds(expiresAt),
    status_details: null,
  };
}

async function upload(exchange: Exchange, { jobs }: ServerState): Promise<void> {
  const form = await readUpload(exchange, jobs.files, MAX_UPLOAD_BYTES);
  const error = uploadError(form);
  if (form?.file == null || error !== null) {
    await form?.file?.writer.discard();
    exchange.sendError(error ?? openaiErrors.parameterMissing('file'));
    return;
  }
  const purpose = form.fields.get('purpose') ?? '';
  const seconds = keepSeconds(form.fields, purpose);
  const expiresAt = seconds === null ? null : Date.now() + seconds * 1000;
  const { filename, writer } = form.file;
  exchange.sendJson(200, fileObject(await writer.complete({ filename, purpose, expiresAt })));
}

function uploadError(form: Upload | null): ErrorResponse | null {
  if (form === null) return invalidParameter(null, 'The body is not multipart/form-data.');
  const { fields, file } = form;
  const purpose = fields.get('purpose');
  if (file === null) return openaiErrors.parameterMissing('file');
  if (purpose === undefined) return openaiErrors.parameterMissing('purpose');
  if (!PURPOSES.has(purpose)) return invalidParameter('purpose', `'${purpose}' is not one of ${[...PURPOSES].join()}.`);
  if (file.isTooLarge) return openaiErrors.bodyTooLarge(MAX_UPLOAD_BYTES);
  // In the words of the service, in 2026.
  if (purpose === 'batch' && !file.filename.endsWith('.jsonl'))
    return invalidParameter(null, 'Invalid file format for Batch API. Must be .jsonl');
  const anchor = fields.get('expires_after[anchor]');
  const seconds = fields.get('expires_after[seconds]');
  if (anchor === undefined && seconds === undefined) return null;
  return expiryError('expires_after', anchor, Number(seconds));
}

function keepSeconds(fields: Upload['fields'], purpose: string): number | null {
  const seconds = fields.get('expires_after[seconds]');
  return seconds === undefined ? (purpose === 'batch' ? MOST_SECONDS : null) : Number(seconds);
}

const unknownFile = (id: string): ErrorResponse => notFound('id', `No such File object: ${id}`);

function retrieve(exchange: Exchange, { jobs }: ServerState, { id = '' }: PathParameters): void {
  const file = jobs.files.get(id);
  if (file === undefined) exchange.sendError(unknownFile(id));
  else exchange.sendJson(200, fileObject(file));
}

async function remove(exchange: Exchange, { jobs }: ServerState, { id = '' }: PathParameters): Promise<void> {
  if (await jobs.files.delete(id)) exchange.sendJson(200, { id, object: 'file', deleted: true });
  else exchange.sendError(unknownFile(id));
}

function list(exchange: Exchange, { jobs }: ServerState): void {
  const { query } = exchange;
  const limit = limitOf(query, { usual: 10_000, most: 10_000 });
  const purpose = query.get('purpose');
  const files = jobs.files.list().filter((file) => purpose === null || file.purpose === purpose);
  const ordered = query.get('order') === 'asc' ? files : files.toReversed();
  const page = limit === null ? null : pageOf(ordered, { after: query.get('after'), limit });
  if (page === null) exchange.sendError(invalidParameter(limit === null ? 'limit' : 'after', 'Invalid page.'));
  else exchange.sendJson(200, { object: 'list', ...page, data: page.data.map(fileObject) });
}

async function download(exchange: Exchange, { jobs }: ServerState, { id = '' }: PathParameters): Promise<void> {
  const file = jobs.files.get(id);
  if (file === undefined) exchange.sendError(unknownFile(id));
  else await sendFile(exchange, file, 'application/octet-stream');
}

/** Sends a file as it lies on the disk, in pieces. */
export async function sendFile(exchange: Exchange, file: StoredFile, type: string): Promise<void> {
  const headers = { 'content-type': type, 'content-length': String(file.bytes) };
  await exchange.sendPieces(headers, createReadStream(file.path) as AsyncIterable<Buffer>);
}
