import type { CompletionRequest } from '../types/prompt.js';
import type { Usage } from '../types/reply.js';
import type { Price } from '../types/sending.js';

/** Characters of system instruction and messages. */
export function charactersOf({ system = '', messages }: CompletionRequest): number {
  return messages.reduce((sum, { content }) => sum + content.length, system.length);
}

/** What tokens cost; `undefined` without prices. */
export function costOf(
  { inputTokens, outputTokens }: Pick<Usage, 'inputTokens' | 'outputTokens'>,
  price: Price | undefined,
): number | undefined {
  const { inputPerMillion, outputPerMillion } = price ?? {};
  if (inputPerMillion === undefined && outputPerMillion === undefined) return undefined;
  return (inputTokens * (inputPerMillion ?? 0) + outputTokens * (outputPerMillion ?? 0)) / 1e6;
}
