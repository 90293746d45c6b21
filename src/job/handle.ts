import { fieldAt, isObject } from '../provider/json-body.js';
import { JobError, type JobHandle, type JobInfo } from '../types/job.js';
import { isRunId } from './run-id.js';

/** Largest handle, in bytes of its JSON. */
export const MAX_HANDLE_BYTES = 2048;

/** What each field of a handle has to be. Lengths keep the whole under {@link MAX_HANDLE_BYTES}. */
const FIELDS: { readonly [Field in keyof JobHandle]: (value: unknown) => boolean } = {
  type: (value) => value === 'rxjs-llm/job',
  version: (value) => value === 1,
  provider: isText(64),
  api: isText(64),
  id: isText(256),
  runId: isRunId,
  number: isCount(1),
  first: isCount(1),
  prompts: isCount(0),
  records: isCount(0),
  digest: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  submittedAt: (value) => typeof value === 'number' && Number.isFinite(value),
};

/** @throws JobError if a part is longer than a handle can hold */
export function makeHandle(job: Pick<JobHandle, 'provider' | 'api' | 'id'>, info: JobInfo): JobHandle {
  const { provider, api, id } = job;
  const { runId, number, first, prompts, records, digest, submittedAt } = info;
  const parts = { runId, number, first, prompts, records, digest, submittedAt };
  return readHandle({ type: 'rxjs-llm/job', version: 1, provider, api, id, ...parts });
}

/**
 * Checks a handle that comes from elsewhere: its JSON as a text, or what that says. Fields that a handle has not are left out.
 *
 * @throws JobError of type `handle` that names the field
 */
export function readHandle(given: unknown): JobHandle {
  const value = typeof given === 'string' ? parse(given) : given;
  if (!isObject(value) || !FIELDS.type(fieldAt(value, 'type'))) throw new JobError('handle', 'this is no job handle');
  const version = fieldAt(value, 'version');
  if (!FIELDS.version(version))
    throw new JobError('handle', `a job handle must have version 1; got ${JSON.stringify(version)}`);
  const entries = Object.entries(FIELDS).map(([field, isRight]) => {
    const found = fieldAt(value, field);
    if (!isRight(found)) throw new JobError('handle', `${field} of the job handle is missing or wrong`);
    return [field, found] as const;
  });
  return Object.fromEntries(entries) as unknown as JobHandle;
}

/** @throws JobError of type `foreign` if the handle is of another provider or API */
export function requireOwn(handle: JobHandle, { name, api }: { readonly name: string; readonly api: string }): void {
  if (handle.provider === name && handle.api === api) return;
  const theirs = `${handle.provider} ${handle.api}`;
  throw new JobError('foreign', `the job ${handle.id} must be of ${name} ${api}; it is of ${theirs}`);
}

function parse(text: string): unknown {
  if (text.length > MAX_HANDLE_BYTES) throw new JobError('handle', 'this is no job handle: it is over 2 kB');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JobError('handle', 'this is no job handle: it is no JSON', cause);
  }
}

/** Printable ASCII, which JSON writes as it is, but for quotes. */
function isText(longest: number): (value: unknown) => boolean {
  const pattern = new RegExp(String.raw`^[!#-\[\]-~]{1,${longest}}$`);
  return (value) => typeof value === 'string' && pattern.test(value);
}

function isCount(least: number): (value: unknown) => boolean {
  return (value) => Number.isSafeInteger(value) && (value as number) >= least;
}
