import { isJsonObject, type JsonObject, parseJsonObject } from '../json.js';
import type { JobScan } from './job.js';
import type { JobError } from './job-fault.js';
import { fileLines } from './jsonl.js';
import { lineRecords } from './answer-line.js';
import { openaiFormat } from './openai-format.js';
import type { RequestFile } from './request-file.js';
import { Submissions } from './submissions.js';

/** Most errors that are listed. */
const MOST_ERRORS = 100;

/** What the requests of a batch must keep to. */
export interface ScanRules {
  readonly endpoint: string;
  readonly models: readonly string[] | undefined;
  readonly maxRequests: number;
  readonly maxBytes: number;
  /** Size of the file. */
  readonly bytes: number;
}

/**
 * Reads the input of a batch once: what is wrong with it, by the codes that services of this kind give
 * (learn.microsoft.com/azure/foundry/openai/how-to/batch, "Troubleshooting"), with the numbers of lines, and where its
 * requests stand.
 */
export async function scanInput(requests: RequestFile, rules: ScanRules): Promise<JobScan> {
  const { bytes, maxBytes, maxRequests } = rules;
  if (bytes > maxBytes) return { errors: [tooLarge(maxBytes)], records: [] };
  const errors: JobError[] = [];
  const records: string[] = [];
  const checker = new LineChecker(rules);
  for await (const { text, start, bytes: length } of fileLines(requests.pieces())) {
    requests.add(start, length);
    const value = parseJsonObject(text);
    const error = value === null ? INVALID_JSON : checker.error(value);
    if (error !== null) {
      if (errors.length < MOST_ERRORS) errors.push({ param: null, ...error, line: requests.count });
    } else if (value !== null && errors.length === 0)
      for (const record of lineRecords(openaiFormat.line(value))) records.push(Submissions.keyOf(record.text));
  }
  if (requests.count > maxRequests) return { errors: [tooMany(maxRequests)], records: [] };
  if (requests.count === 0) return { errors: [EMPTY], records: [] };
  return { errors, records };
}

const INVALID_JSON: JobError = { code: 'invalid_json_line', message: 'This line is not parseable as valid JSON.' };

const EMPTY: JobError = {
  code: 'empty_file',
  message: 'The input file is empty. Please ensure that the batch contains at least one request.',
};

const tooMany = (most: number): JobError => ({
  code: 'too_many_tasks',
  message: `The batch input file contains too many requests. The maximum is ${most}.`,
});

const tooLarge = (most: number): JobError => ({
  code: 'file_too_large',
  message: `The batch input file is larger than the ${most} maximum. Please try again with a smaller batch.`,
});

const missing = (param: string): JobError => ({
  code: 'missing_required_parameter',
  message: `Missing required parameter: '${param}'.`,
  param,
});

/** Finds what is wrong with lines, each by itself and beside those before it. */
class LineChecker {
  readonly #rules: ScanRules;
  readonly #customIds = new Set<string>();
  #model: string | undefined;

  constructor(rules: ScanRules) {
    this.#rules = rules;
  }

  error({ custom_id, method, url, body }: JsonObject): JobError | null {
    if (typeof custom_id !== 'string' || custom_id === '') return missing('custom_id');
    if (this.#customIds.has(custom_id)) return duplicate(custom_id);
    this.#customIds.add(custom_id);
    if (method === undefined) return missing('method');
    if (method !== 'POST')
      return { code: 'invalid_value', message: "Invalid method. Expected 'POST'.", param: 'method' };
    if (url === undefined) return missing('url');
    if (url !== this.#rules.endpoint) return urlMismatch(this.#rules.endpoint);
    if (!isJsonObject(body)) return missing('body');
    return this.#modelError(body.model);
  }

  #modelError(model: unknown): JobError | null {
    if (typeof model !== 'string') return missing('body.model');
    this.#model ??= model;
    if (this.#rules.models?.includes(model) === false)
      return { code: 'model_not_found', message: `The provided model '${model}' does not exist.`, param: 'body.model' };
    if (model === this.#model) return null;
    const message = `The provided model '${model}' does not match the other requests' model '${this.#model}'.`;
    return { code: 'model_mismatch', message, param: 'body.model' };
  }
}

const duplicate = (customId: string): JobError => ({
  code: 'duplicate_custom_id',
  message: `The custom_id '${customId}' for this request is a duplicate of another request. It must be unique in a batch.`,
  param: 'custom_id',
});

const urlMismatch = (endpoint: string): JobError => ({
  code: 'url_mismatch',
  message: `The URL provided for this request does not match the batch endpoint '${endpoint}'.`,
  param: 'url',
});
