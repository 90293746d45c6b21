import { type OpenAI, toStreamingFile } from 'openai';
import type { Batch, BatchCreateParams } from 'openai/resources/batches';
import { map } from 'rxjs';
import type { GateOptions } from '../../flow/gate.js';
import { requireOneOf } from '../../flow/require.js';
import { chatBody, readChat } from '../../provider/openai-chat.js';
import { explain, secretsOf } from '../../provider/openai-sdk.js';
import { providerGate } from '../../provider/provider-gate.js';
import { requireSetting } from '../../provider/require-setting.js';
import { responsesBody, responseReader } from '../../provider/responses-body.js';
import { isOwnHost, type SdkRequestOptions } from '../../provider/sdk-provider.js';
import { STRUCTURED, type Structured } from '../../provider/structured.js';
import type { FinishedJob, JobHandle, JobInfo, JobProvider, JobResult } from '../../types/job.js';
import type { CompletionRequest } from '../../types/prompt.js';
import { lineWriter } from '../line-writer.js';
import { linesOf } from '../lines.js';
import { sdkCalls } from '../sdk-call.js';
import { SpoolFile } from '../spool.js';
import { handleOf, metadataOf, stateOf } from './batch.js';
import { readOpenAIResult } from './result-line.js';

/** Options of {@link openaiJobs}. */
export interface OpenAIJobsOptions extends GateOptions {
  /** The model's name. */
  readonly model: string;
  /** Whether requests are chat completions or responses. @defaultValue 'chat' */
  readonly api?: 'chat' | 'responses';
  /** What is sent so that replies are JSON: see `openai`. @defaultValue 'json_schema' */
  readonly structured?: Structured;
  /** Whether the server holds the model to a schema. @defaultValue true on the hosts of OpenAI and Azure */
  readonly enforcesSchema?: boolean | undefined;
  /** Where requests are written before they are uploaded, each job in a private folder. @defaultValue the system's folder for temporary files */
  readonly folder?: string | undefined;
}

/** OpenAI, "Batch API", "Rate limits". Megabytes are taken for the smaller kind. */
const LIMITS = { maxRequests: 50_000, maxBytes: 200_000_000 };

/** How long before a job's submission it may be listed as created, in seconds: clocks differ. */
const SKEW_SECONDS = 3600;

/**
 * OpenAI's batch jobs, through the official SDK: files and batches, for half the price, within 24 hours.
 *
 * @param client - its key, base URL and headers are used; its own retries and timeout are set aside
 * @throws TypeError if `model` is missing; RangeError if another option is out of its range
 * @see {@link submitBatchJob}
 */
export function openaiJobs(client: OpenAI, options: OpenAIJobsOptions): JobProvider<SpoolFile> {
  const { model, api: kind = 'chat', structured = 'json_schema', folder } = options;
  requireSetting('model', model);
  requireOneOf('api', kind, ['chat', 'responses']);
  requireOneOf('structured', structured, STRUCTURED);
  const isChat = kind === 'chat';
  const api = isChat ? '/v1/chat/completions' : '/v1/responses';
  const secrets = (): readonly string[] => secretsOf(client);
  const { once, upload, many } = sdkCalls({ explain, secrets });
  const turns = isChat ? 'messages' : 'input';
  const write = lineWriter({ fixed: { method: 'POST', url: api }, request: 'body', turns });

  const bodyOf = (request: CompletionRequest): Readonly<Record<string, unknown>> => {
    const fixed = { model, stream: false, structured };
    const body = isChat
      ? chatBody(request, { ...fixed, maxTokensField: 'max_completion_tokens' })
      : responsesBody(request, fixed);
    const { stream: _, ...rest } = body as Readonly<Record<string, unknown>>;
    return rest;
  };

  const listed = (since: number, isWanted: (handle: JobHandle) => boolean) =>
    once(async (call) => {
      const found: JobHandle[] = [];
      for await (const batch of batchesOf(client, since, call)) {
        const handle = handleOf(batch, 'openai', api);
        if (handle !== null && isWanted(handle)) found.push(handle);
      }
      return found;
    });

  async function* results({ files }: FinishedJob, call: SdkRequestOptions, opened: () => void) {
    for (const file of files) {
      const response = await client.files.content(file, call);
      opened();
      for await (const line of linesOf(response))
        if (line.trim() !== '')
          yield readOpenAIResult(line, isChat ? readChat : responseReader(), secrets()) satisfies JobResult;
    }
  }

  const enforces = options.enforcesSchema ?? isOwnHost(client.baseURL);
  return {
    name: 'openai',
    api,
    limits: LIMITS,
    gate: providerGate(options),
    enforcesSchema: structured === 'json_schema' && enforces,
    spool: () => new SpoolFile({ before: '', between: '\n', after: '\n' }, folder),
    line: (customId, request) => {
      const text = write(customId, bodyOf(request));
      return { text, bytes: Buffer.byteLength(text) + 1 };
    },
    upload: (spool) =>
      upload(async (call) => {
        // A file as the platform has it would be read into memory by the form around it.
        const file = toStreamingFile((await spool.blob()).stream(), 'requests.jsonl');
        const { id } = await client.files.create({ purpose: 'batch', file }, call);
        return id;
      }),
    create: (_spool, uploaded, info) =>
      once(async (call) => {
        const params: BatchCreateParams = {
          input_file_id: uploaded,
          endpoint: api,
          completion_window: '24h',
          metadata: metadataOf(info),
        };
        return (await client.batches.create(params, call)).id;
      }),
    match: ({ runId, number, digest, submittedAt }: JobInfo) =>
      listed(
        submittedAt / 1000 - SKEW_SECONDS,
        (job) => job.runId === runId && job.number === number && job.digest === digest,
      ).pipe(map((jobs) => jobs.map(({ id }) => id))),
    find: (runId) => listed(0, (handle) => handle.runId === runId),
    poll: ({ id }) => once(async (call) => stateOf(await client.batches.retrieve(id, call), secrets())),
    cancel: ({ id }) => once((call) => client.batches.cancel(id, call)),
    results: (job) => many((call, opened) => results(job, call, opened)),
  };
}

/** The batches that were created since then, in seconds since 1970; the newest first, page by page. */
async function* batchesOf(client: OpenAI, since: number, call: SdkRequestOptions): AsyncGenerator<Batch> {
  for await (const batch of client.batches.list({ limit: 100 }, call)) {
    if (batch.created_at < since) return;
    yield batch;
  }
}
