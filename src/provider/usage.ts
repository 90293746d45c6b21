import type { Usage } from '../types/reply.js';
import type { Price } from '../types/sending.js';

/** What tokens cost; `undefined` without prices. */
export function costOf(
  { inputTokens, outputTokens }: Pick<Usage, 'inputTokens' | 'outputTokens'>,
  price: Price | undefined,
): number | undefined {
  const { inputPerMillion, outputPerMillion } = price ?? {};
  if (inputPerMillion === undefined && outputPerMillion === undefined) return undefined;
  return (inputTokens * (inputPerMillion ?? 0) + outputTokens * (outputPerMillion ?? 0)) / 1e6;
}
