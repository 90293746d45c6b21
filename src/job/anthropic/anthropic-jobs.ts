import type Anthropic from '@anthropic-ai/sdk';
import type { MessageBatch } from '@anthropic-ai/sdk/resources/messages/batches';
import type { GateOptions } from '../../flow/gate.js';
import { requireInteger, requireOneOf } from '../../flow/require.js';
import { explain, headersOf } from '../../provider/anthropic-sdk.js';
import { messagesBody } from '../../provider/anthropic-messages.js';
import { textAt } from '../../provider/json-body.js';
import { providerGate } from '../../provider/provider-gate.js';
import { secretsIn } from '../../provider/redact.js';
import { requireSetting } from '../../provider/require-setting.js';
import { isOwnHost, type SdkRequestOptions } from '../../provider/sdk-provider.js';
import type { FinishedJob, JobInfo, JobProvider, JobResult, JobState } from '../../types/job.js';
import { lineWriter } from '../line-writer.js';
import { linesOf } from '../lines.js';
import { sdkCalls } from '../sdk-call.js';
import { SpoolFile } from '../spool.js';
import { readAnthropicResult } from './result-line.js';

/** Options of {@link anthropicJobs}. */
export interface AnthropicJobsOptions extends GateOptions {
  /** The model's name. */
  readonly model: string;
  /** Whether the reply's schema is sent. @defaultValue 'json_schema' */
  readonly structured?: 'json_schema' | 'off';
  /** Whether the server holds the model to a schema. @defaultValue true on the hosts of Anthropic */
  readonly enforcesSchema?: boolean | undefined;
  /** Most tokens of a reply whose prompt has no limit of its own: see `anthropic`. @defaultValue 4096 */
  readonly maxTokens?: number;
  /** Whether the system instruction is marked to be cached. @defaultValue true */
  readonly promptCache?: boolean;
  /** Where requests are written before they are sent, each job in a private folder. @defaultValue the system's folder for temporary files */
  readonly folder?: string | undefined;
}

const FRAME = { before: '{"requests":[', between: ',\n', after: ']}' };

/** Anthropic, "Batch processing", "Batch limitations". Megabytes are taken for the smaller kind. */
const LIMITS = { maxRequests: 100_000, maxBytes: 256_000_000 - FRAME.before.length - FRAME.after.length };

/** How much a job's time at the provider may differ from its submission here, in milliseconds: clocks differ, and uploads last. */
const SKEW_MS = 3_600_000;

/** How long all tries of a submission may last by default, in milliseconds: six uploads of half an hour. */
const TRIES_MS = 3 * 3_600_000;

/**
 * Anthropic's message batches, through the official SDK, for half the price, within 24 hours. They carry no name of their own: a run can
 * be taken up again only with a store, and a submission whose answer never came is recognised by its time and its number of requests.
 *
 * @param client - its key or token, base URL and headers are used; its own retries and timeout are set aside
 * @throws TypeError if `model` is missing; RangeError if another option is out of its range
 * @see {@link submitBatchJob}
 */
export function anthropicJobs(client: Anthropic, options: AnthropicJobsOptions): JobProvider<SpoolFile> {
  const { model, structured = 'json_schema', maxTokens = 4096, promptCache = true, folder } = options;
  requireSetting('model', model);
  requireOneOf('structured', structured, ['json_schema', 'off']);
  requireInteger('maxTokens', maxTokens, 1);
  const api = '/v1/messages';
  const secrets = (): readonly string[] => [
    client.apiKey ?? '',
    client.authToken ?? '',
    ...secretsIn(headersOf(client)),
  ];
  const { once, upload, many } = sdkCalls({ explain, secrets });
  const write = lineWriter({ fixed: {}, request: 'params', turns: 'messages' });
  const body = { model, stream: false, structured: structured === 'json_schema', maxTokens, promptCache };
  /** What the jobs ask whose creation was answered, by their ids: none of them is another's whose answer never came. */
  const asked = new Map<string, string>();

  async function* results(id: string, call: SdkRequestOptions, opened: () => void): AsyncGenerator<JobResult> {
    // The path that the API documents, at the client's own host: whatever host `results_url` names would be sent the key.
    const path = `/v1/messages/batches/${encodeURIComponent(id)}/results`;
    const headers = { accept: 'application/binary' };
    const response = await client.get(path, { ...call, headers, __binaryResponse: true }).asResponse();
    opened();
    for await (const line of linesOf(response)) if (line.trim() !== '') yield readAnthropicResult(line, secrets());
  }

  const enforces = options.enforcesSchema ?? isOwnHost(client.baseURL);
  return {
    name: 'anthropic',
    api,
    limits: LIMITS,
    gate: providerGate(options),
    enforcesSchema: structured === 'json_schema' && enforces,
    spool: () => new SpoolFile(FRAME, folder),
    line: (customId, request) => {
      const { stream: _, ...params } = messagesBody(request, body) as Readonly<Record<string, unknown>>;
      const text = write(customId, params);
      return { text, bytes: Buffer.byteLength(text) + FRAME.between.length };
    },
    // The body that creates the job has its requests in it: there is nothing to upload before.
    upload: () => once(() => Promise.resolve('')),
    create: (spool, _uploaded, info) =>
      upload(async (call) => {
        // `batches.create` would hold the whole body as an object and as a text.
        const headers = { 'content-type': 'application/json' };
        const created = await client.post('/v1/messages/batches', { ...call, headers, body: await spool.blob() });
        const id = requireId(created);
        asked.set(id, namedBy(info));
        return id;
      }),
    match: (info) =>
      once(async (call) => {
        const own = namedBy(info);
        return (await likeliest(client, info, call)).filter((id) => (asked.get(id) ?? own) === own);
      }),
    find: null,
    poll: ({ id }) => once(async (call) => stateOf(await client.messages.batches.retrieve(id, {}, call))),
    cancel: ({ id }) => once((call) => client.messages.batches.cancel(id, {}, call)),
    results: ({ handle: { id } }: FinishedJob) => many((call, opened) => results(id, call, opened)),
  };
}

function requireId(created: unknown): string {
  const id = textAt(created, 'id');
  if (id === '') throw new TypeError('the provider created a job and gave it no id');
  return id;
}

function namedBy({ runId, number, digest }: JobInfo): string {
  return `${runId}/${number}/${digest}`;
}

/** The jobs of that time with that many requests. */
async function likeliest(client: Anthropic, info: JobInfo, call: SdkRequestOptions): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const batch of client.messages.batches.list({ limit: 100 }, call)) {
    const createdAt = Date.parse(batch.created_at);
    if (createdAt < info.submittedAt - SKEW_MS) break;
    const { processing, succeeded, errored, expired, canceled } = batch.request_counts;
    const requests = processing + succeeded + errored + expired + canceled;
    if (createdAt <= info.submittedAt + TRIES_MS + SKEW_MS && requests === info.prompts) found.push(batch.id);
  }
  return found;
}

/** Counts stay in `processing` until the end; expired and cancelled requests have lines of their own in the results. */
function stateOf({ processing_status: status, request_counts: counts, results_url: url, id }: MessageBatch): JobState {
  const { succeeded, errored, expired, canceled } = counts;
  const answered = succeeded + errored;
  const ended = expired > 0 ? 'expired' : canceled > 0 ? 'cancelled' : 'completed';
  const hasResults = url !== null && url !== '';
  return {
    end: status === 'ended' ? ended : null,
    files: status === 'ended' && hasResults ? [id] : [],
    answered,
    reason: null,
  };
}
