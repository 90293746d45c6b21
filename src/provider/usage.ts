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

/**
 * The tokens that a provider says it counted; `undefined` where it cannot have: every request has input. Servers that do not count
 * say 0, or `null`, or nothing; what cost is figured from that would be nothing, too.
 *
 * @param input - all of the input, cached or not
 */
export function usageOf(input: unknown, output: unknown, cached: unknown): Usage | undefined {
  const inputTokens = countOf(input);
  if (inputTokens === 0) return undefined;
  return { inputTokens, outputTokens: countOf(output), cachedInputTokens: Math.min(countOf(cached), inputTokens) };
}

/** A count as it is; 0 for what is none. */
export function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
