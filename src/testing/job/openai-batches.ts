import type { ServerState } from '../answer-request.js';
import type { Exchange } from '../exchange.js';
import { fieldAt, isJsonObject, type JsonObject, parseJsonObject } from '../json.js';
import type { Handler, Route } from '../route.js';
import { conflict, invalidParameter, notFound, openaiErrors } from '../wire/openai-error.js';
import { openaiChat } from '../wire/openai-chat.js';
import type { ErrorResponse } from '../wire/wire.js';
import type { Job } from './job.js';
import { jobCall, type JobHandler, withJob } from './job-call.js';
import { batchObject } from './openai-batch-object.js';
import { expiryError } from './openai-files.js';
import { BATCH_WIRES, openaiFormat } from './openai-format.js';
import { scanInput } from './openai-scan.js';
import { limitOf, pageOf } from './page.js';
import { RequestFile } from './request-file.js';

/** What `metadata` can hold. */
const MOST_PAIRS = 16;
const LONGEST_KEY = 64;
const LONGEST_VALUE = 512;

/** OpenAI's batches (platform.openai.com/docs/api-reference/batch). */
export const openaiBatchRoutes: Readonly<Record<string, Route>> = {
  '/v1/batches': {
    wire: openaiChat,
    methods: { POST: jobCall('createJob', create), GET: jobCall('listJobs', list) },
  },
  '/v1/batches/:id': { wire: openaiChat, methods: { GET: jobCall('retrieveJob', ofJob(retrieve)) } },
  '/v1/batches/:id/cancel': { wire: openaiChat, methods: { POST: jobCall('cancelJob', ofJob(cancel)) } },
};

async function create(exchange: Exchange, state: ServerState): Promise<void> {
  const text = await exchange.readBody();
  const body = text === null ? null : parseJsonObject(text);
  const error = body === null ? openaiErrors.bodyUnreadable() : createError(body);
  if (body === null || error !== null) {
    exchange.sendError(error ?? openaiErrors.bodyUnreadable());
    return;
  }
  const file = state.jobs.files.get(String(body.input_file_id));
  if (file?.purpose !== 'batch') {
    exchange.sendError(fileError(String(body.input_file_id), file?.purpose));
    return;
  }
  const { endpoint, metadata } = body;
  const { models, jobs: limits } = state.settings;
  const requests = await RequestFile.open(file.path, { isOwn: false });
  const seconds = fieldAt(body, 'output_expires_after', 'seconds');
  const parts = {
    format: openaiFormat,
    endpoint: String(endpoint),
    metadata: isJsonObject(metadata) ? metadata : {},
    request: body,
    keepResultsMs: typeof seconds === 'number' ? seconds * 1000 : null,
    requests,
    state,
  };
  const rules = {
    endpoint: parts.endpoint,
    models,
    maxRequests: limits.maxRequests ?? openaiFormat.maxRequests,
    maxBytes: limits.maxBytes ?? openaiFormat.maxBytes,
    bytes: file.bytes,
  };
  const job = state.jobs.make(parts, () => scanInput(requests, rules));
  state.jobs.add(job);
  exchange.sendJson(200, batchObject(job));
}

function createError(body: JsonObject): ErrorResponse | null {
  const { input_file_id, endpoint, completion_window: window, output_expires_after: expiry } = body;
  for (const name of ['input_file_id', 'endpoint', 'completion_window'])
    if (body[name] === undefined) return openaiErrors.parameterMissing(name);
  if (typeof input_file_id !== 'string') return invalidParameter('input_file_id', 'Invalid type: expected a string.');
  if (!Object.hasOwn(BATCH_WIRES, String(endpoint))) return openaiErrors.notInStandIn(`endpoint: ${String(endpoint)}`);
  if (window !== '24h')
    return invalidParameter('completion_window', `Invalid value: '${String(window)}'. Supported values are: '24h'.`);
  const expiryWrong =
    expiry === undefined
      ? null
      : expiryError('output_expires_after', fieldAt(expiry, 'anchor'), fieldAt(expiry, 'seconds'));
  return expiryWrong ?? metadataError(body.metadata ?? {});
}

function metadataError(metadata: unknown): ErrorResponse | null {
  if (!isJsonObject(metadata)) return invalidParameter('metadata', "Invalid type for 'metadata': expected an object.");
  const pairs = Object.entries(metadata);
  if (pairs.length > MOST_PAIRS) {
    const message = `Invalid 'metadata': too many properties. Expected at most ${MOST_PAIRS}, but got ${pairs.length}.`;
    return invalidParameter('metadata', message, 'object_above_max_properties');
  }
  for (const [key, value] of pairs) {
    const param = `metadata.${key}`;
    if (typeof value !== 'string') return invalidParameter(param, `Invalid type for '${param}': expected a string.`);
    if (key.length > LONGEST_KEY || value.length > LONGEST_VALUE) {
      const rule = `Expected at most ${LONGEST_KEY} characters in a key and ${LONGEST_VALUE} in a value`;
      return invalidParameter(param, `Invalid '${param}': string too long. ${rule}.`, 'string_above_max_length');
    }
  }
  return null;
}

function fileError(id: string, purpose: string | undefined): ErrorResponse {
  return purpose === undefined
    ? invalidParameter('input_file_id', `No such File object: ${id}`)
    : invalidParameter('input_file_id', `Invalid purpose '${purpose}' of ${id}: expected 'batch'.`);
}

function ofJob(act: JobHandler): Handler {
  return withJob('openai', (id) => notFound('id', `No batch found with id '${id}'.`), act);
}

function retrieve(exchange: Exchange, job: Job): void {
  exchange.sendJson(200, batchObject(job));
}

function cancel(exchange: Exchange, job: Job): void {
  if (job.cancel()) retrieve(exchange, job);
  else exchange.sendError(conflict(`Cannot cancel a batch with status '${job.status}'.`));
}

function list(exchange: Exchange, { jobs }: ServerState): void {
  const { query } = exchange;
  const limit = limitOf(query, { usual: 20, most: 100 });
  const newest = jobs.list('openai').toReversed();
  const page = limit === null ? null : pageOf(newest, { after: query.get('after'), limit });
  if (page === null) exchange.sendError(invalidParameter(limit === null ? 'limit' : 'after', 'Invalid page.'));
  else exchange.sendJson(200, { object: 'list', ...page, data: page.data.map(batchObject) });
}
