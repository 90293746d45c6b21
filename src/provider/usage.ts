import type { CompletionRequest } from '../types/prompt.js';
import type { Usage } from '../types/reply.js';

/** Money for tokens, per million, in any currency. */
export interface Price {
  /** @defaultValue none: without either price there is no cost */
  readonly inputPerMillion?: number | undefined;
  readonly outputPerMillion?: number | undefined;
}

/** Characters of system instruction and messages. */
export function charactersOf({ system = '', messages }: CompletionRequest): number {
  return messages.reduce((sum, { content }) => sum + content.length, system.length);
}

/** About four characters of English a token: OpenAI, "What are tokens and how to count them?". */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / 4);
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
