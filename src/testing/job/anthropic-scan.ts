import type { Exchange } from '../exchange.js';
import { isJsonObject, type JsonObject, parseJsonObject } from '../json.js';
import { anthropicErrors, invalidRequest } from '../wire/anthropic-error.js';
import type { ErrorResponse } from '../wire/wire.js';
import { anthropicFormat } from './anthropic-format.js';
import { lineRecords } from './answer-line.js';
import { ElementSplitter } from './element-splitter.js';
import type { FileStore } from './file-store.js';
import { RequestFile } from './request-file.js';
import { Submissions } from './submissions.js';

const CUSTOM_ID = /^[a-zA-Z0-9_-]{1,64}$/;

export interface BatchLimits {
  readonly maxRequests: number;
  readonly maxBytes: number;
}

/** The requests of a message batch, and a key for each of their records. */
export interface ScannedBatch {
  readonly requests: RequestFile;
  readonly records: readonly string[];
}

/** Reads the body that creates a message batch: its requests go to the disk as they come. */
export async function scanBatch(
  exchange: Exchange,
  store: FileStore,
  { maxRequests, maxBytes }: BatchLimits,
): Promise<ScannedBatch | ErrorResponse> {
  const writer = await store.create();
  const requests = await RequestFile.open(writer.path, { isOwn: true });
  const splitter = new ElementSplitter();
  const checker = new RequestChecker();
  let bytes = 0;
  try {
    for await (const piece of exchange.body()) {
      bytes += piece.length;
      if (bytes > maxBytes) continue;
      for (const text of splitter.push(piece)) {
        checker.check(text);
        requests.add(writer.bytes, Buffer.byteLength(text));
        await writer.write(`${text}\n`);
      }
    }
    await writer.close();
  } catch (error) {
    await writer.close();
    await requests.close();
    throw error;
  }
  const refusal =
    bytes > maxBytes
      ? anthropicErrors.bodyTooLarge(maxBytes)
      : (bodyError(splitter.end('requests')) ?? checker.error ?? countError(requests.count, maxRequests));
  if (refusal === null) return { requests, records: checker.records };
  await requests.close();
  return refusal;
}

function bodyError(body: JsonObject | null): ErrorResponse | null {
  if (body === null) return anthropicErrors.bodyUnreadable();
  const other = Object.keys(body).find((name) => name !== 'requests');
  return other === undefined ? null : invalidRequest(`${other}: Extra inputs are not permitted`);
}

function countError(count: number, most: number): ErrorResponse | null {
  if (count === 0) return invalidRequest('requests: List should have at least 1 item after validation, not 0');
  if (count <= most) return null;
  return invalidRequest(`requests: List should have at most ${most} items after validation, not ${count}`);
}

/** Looks at requests one after the other, and remembers the first thing that is wrong. What is in `params` is seen when it is answered. */
class RequestChecker {
  error: ErrorResponse | null = null;
  readonly records: string[] = [];
  readonly #customIds = new Set<string>();
  #position = 0;

  check(text: string): void {
    const value = parseJsonObject(text);
    const place = `requests.${this.#position++}`;
    if (this.error !== null) return;
    if (value === null) this.error = anthropicErrors.bodyUnreadable();
    else this.error = this.#errorOf(value, place);
    if (value === null || this.error !== null) return;
    for (const record of lineRecords(anthropicFormat.line(value))) this.records.push(Submissions.keyOf(record.text));
  }

  #errorOf({ custom_id: id, params }: JsonObject, place: string): ErrorResponse | null {
    const field = `${place}.custom_id`;
    if (id === undefined) return invalidRequest(`${field}: Field required`);
    if (typeof id !== 'string') return invalidRequest(`${field}: Input should be a valid string`);
    if (id.length > 64) return invalidRequest(`${field}: String should have at most 64 characters`);
    if (!CUSTOM_ID.test(id)) return invalidRequest(`${field}: String should match pattern '${CUSTOM_ID.source}'`);
    if (this.#customIds.has(id)) return invalidRequest(`${field}: custom_id must be unique; '${id}' is not`);
    this.#customIds.add(id);
    return isJsonObject(params) ? null : invalidRequest(`${place}.params: Field required`);
  }
}
