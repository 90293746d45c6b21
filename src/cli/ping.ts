import { lastValueFrom, of } from 'rxjs';
import { mlPredict } from '../../operators/mlPredict.js';
import type { AttemptEvent } from '../types/events.js';
import type { ErrorCode } from '../types/outcome.js';
import { withAdvice } from './advice.js';
import type { LoadedModel } from './model-file.js';
import { veiled } from './veil.js';

/** What came of one call. */
export interface Ping {
  readonly provider: string;
  /** As it may be shown. */
  readonly model: unknown;
  /** HTTP status; `null` if there was no response. */
  readonly status: number | null;
  /** From the request to the end of the answer; `null` if nothing was sent. */
  readonly milliseconds: number | null;
  readonly tokens: { readonly input: number; readonly cachedInput: number; readonly output: number };
  /** True where the provider did not count them. */
  readonly tokensAreEstimate: boolean;
  /** Money; `null` without prices. */
  readonly cost: number | null;
  readonly value: unknown;
  readonly error: PingError | null;
}

export interface PingError {
  readonly code: ErrorCode;
  /** One sentence, and what to do about it. */
  readonly message: string;
}

/** What the model is asked about. */
const TEXT = 'Good.';

/**
 * Asks a model about one small record, in one call that is not sent again.
 *
 * @param name - the model's, as it may be shown
 */
export async function ping({ model, veil }: LoadedModel, name: unknown): Promise<Ping> {
  let attempt: AttemptEvent | undefined;
  const { value, error } = await lastValueFrom(
    of(TEXT).pipe(
      mlPredict(model, {
        recordContent: String,
        maxRetries: 0,
        failureStrategy: 'fail',
        onFatal: 'outcome',
        events: {
          next: (event) => {
            if (event.type === 'attempt') attempt = event;
          },
        },
      }),
    ),
  );
  const { inputTokens = 0, cachedInputTokens = 0, outputTokens = 0 } = attempt?.usage ?? {};
  return {
    provider: model.provider.name,
    model: name,
    status: attempt?.status ?? null,
    milliseconds: attempt === undefined ? null : Math.round(attempt.latencyMs),
    tokens: { input: inputTokens, cachedInput: cachedInputTokens, output: outputTokens },
    tokensAreEstimate: attempt?.usageIsEstimate ?? true,
    cost: attempt?.cost ?? null,
    // A server may say back what it was sent.
    value: veiled(value, veil),
    error: error === null ? null : { code: error.code, message: veil(withAdvice(error.message, error.code)) },
  };
}
