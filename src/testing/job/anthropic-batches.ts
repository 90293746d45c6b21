import type { ServerState } from '../answer-request.js';
import type { Exchange } from '../exchange.js';
import type { JsonObject } from '../json.js';
import type { Handler, Route } from '../route.js';
import { invalidRequest, notFound } from '../wire/anthropic-error.js';
import { anthropicMessages } from '../wire/anthropic-messages.js';
import { anthropicFormat } from './anthropic-format.js';
import { scanBatch } from './anthropic-scan.js';
import type { Job } from './job.js';
import { jobCall, type JobHandler, withJob } from './job-call.js';
import { faultOf } from './job-results.js';
import { sendFile } from './openai-files.js';
import { limitOf, pageOf } from './page.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Anthropic's message batches (platform.claude.com/docs/en/api/messages/batches). */
export const anthropicJobRoutes: Readonly<Record<string, Route>> = {
  '/v1/messages/batches': {
    wire: anthropicMessages,
    methods: { POST: jobCall('createJob', create), GET: jobCall('listJobs', list) },
  },
  '/v1/messages/batches/:id': {
    wire: anthropicMessages,
    methods: { GET: jobCall('retrieveJob', ofJob(retrieve)), DELETE: jobCall('deleteJob', ofJob(remove)) },
  },
  '/v1/messages/batches/:id/cancel': {
    wire: anthropicMessages,
    methods: { POST: jobCall('cancelJob', ofJob(cancel)) },
  },
  '/v1/messages/batches/:id/results': {
    wire: anthropicMessages,
    methods: { GET: jobCall('downloadResults', ofJob(results)) },
  },
};

async function create(exchange: Exchange, state: ServerState): Promise<void> {
  const { jobs, settings } = state;
  const found = await scanBatch(exchange, jobs.files, {
    maxRequests: settings.jobs.maxRequests ?? anthropicFormat.maxRequests,
    maxBytes: settings.jobs.maxBytes ?? anthropicFormat.maxBytes,
  });
  if ('status' in found) {
    exchange.sendError(found);
    return;
  }
  const { requests, records } = found;
  const parts = { endpoint: '/v1/messages', metadata: {}, request: {}, keepResultsMs: null };
  const scan = () => Promise.resolve({ errors: [], records });
  const job = jobs.make({ ...parts, format: anthropicFormat, requests, state }, scan);
  await job.settled();
  const [error] = job.errors;
  if (error !== undefined) {
    await requests.close();
    exchange.sendError(invalidRequest(error.message));
    return;
  }
  jobs.add(job);
  exchange.sendJson(200, batchObject(job, exchange));
}

/** Tallies stay in `processing` until the end, as the service documents it. */
function batchObject(job: Job, exchange: Exchange): JsonObject {
  const { id, createdAt, times, status, tally, requests, ended } = job;
  const { succeeded, errored, expired, cancelled } = tally;
  const time = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
  const counts = ended
    ? { processing: 0, succeeded, errored, canceled: cancelled, expired }
    : { processing: requests, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  return {
    id,
    type: 'message_batch',
    processing_status: ended ? 'ended' : status === 'cancelling' ? 'canceling' : 'in_progress',
    request_counts: counts,
    ended_at: ended ? time(times[status]) : null,
    created_at: time(createdAt),
    expires_at: time(createdAt + DAY_MS),
    archived_at: null,
    cancel_initiated_at: time(times.cancelling),
    results_url: ended ? resultsUrl(job, exchange) : null,
  };
}

function resultsUrl({ id, faults, files }: Job, exchange: Exchange): string | null {
  if (files.output === null || faultOf(faults, 'noResults') !== undefined) return null;
  const own = `http://${exchange.header('host') ?? ''}/v1/messages/batches/${id}/results`;
  return faultOf(faults, 'resultsUrl')?.url ?? own;
}

function ofJob(act: JobHandler): Handler {
  return withJob('anthropic', (id) => notFound(`Message batch ${id} not found.`), act);
}

function retrieve(exchange: Exchange, job: Job): void {
  exchange.sendJson(200, batchObject(job, exchange));
}

function cancel(exchange: Exchange, job: Job): void {
  if (job.cancel()) retrieve(exchange, job);
  else exchange.sendError(invalidRequest(`Message batch ${job.id} has already ended.`));
}

async function remove(exchange: Exchange, job: Job, { jobs }: ServerState): Promise<void> {
  const { id, ended, files } = job;
  if (!ended) {
    exchange.sendError(invalidRequest(`Message batch ${id} cannot be deleted: it is still in progress.`));
    return;
  }
  job.isDeleted = true;
  if (files.output !== null) await jobs.files.delete(files.output.id);
  exchange.sendJson(200, { id, type: 'message_batch_deleted' });
}

async function results(exchange: Exchange, job: Job): Promise<void> {
  const { output } = job.files;
  if (output === null || faultOf(job.faults, 'noResults') !== undefined)
    exchange.sendError(invalidRequest(`Message batch ${job.id} has no available results.`));
  else await sendFile(exchange, output, 'application/x-jsonl');
}

function list(exchange: Exchange, { jobs }: ServerState): void {
  const { query } = exchange;
  const limit = limitOf(query, { usual: 20, most: 1000 });
  const newest = jobs.list('anthropic').toReversed();
  const cursors = { after: query.get('after_id'), before: query.get('before_id') };
  const page = limit === null ? null : pageOf(newest, { ...cursors, limit });
  if (page === null) exchange.sendError(invalidRequest(limit === null ? 'limit: Invalid value' : 'Unknown batch id'));
  else exchange.sendJson(200, { ...page, data: page.data.map((job) => batchObject(job, exchange)) });
}
