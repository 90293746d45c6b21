import type { OpenAI } from 'openai';
import { textAt } from '../../provider/json-body.js';
import type { JobWake } from '../../types/job.js';

/** Options of {@link openaiWake}. */
export interface OpenAIWakeOptions {
  /** The webhook's secret, `whsec_…`. @defaultValue the client's: `OPENAI_WEBHOOK_SECRET` */
  readonly secret?: string | undefined;
  /** Oldest event that is taken, in seconds. @defaultValue 300 */
  readonly toleranceSeconds?: number | undefined;
}

/** The events that end a batch (OpenAI, "Webhooks"). */
const ENDS: ReadonlySet<string> = new Set(['batch.completed', 'batch.failed', 'batch.expired', 'batch.cancelled']);

/**
 * Checks that a webhook's request was sent by OpenAI, and gives what `pollUntilDone({ wake$ })` takes: for all that end a batch; `null` for
 * other events. What a webhook says is only taken as a reason to poll, so that one that is repeated or late does no harm.
 *
 * @param body - the request's body as it came: a parsed one cannot be checked
 * @throws Error of the SDK (`InvalidWebhookSignatureError`) if OpenAI did not send it, or it is too old
 */
export async function openaiWake(
  client: OpenAI,
  body: string,
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>,
  { secret, toleranceSeconds }: OpenAIWakeOptions = {},
): Promise<JobWake | null> {
  const given = headers instanceof Headers ? headers : headersOf(headers);
  const event: unknown = await client.webhooks.unwrap(body, given, secret, toleranceSeconds);
  const jobId = textAt(event, 'data', 'id');
  return ENDS.has(textAt(event, 'type')) && jobId !== '' ? { jobId } : null;
}

/** As Node's servers have them. */
function headersOf(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  return new Headers(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  );
}
