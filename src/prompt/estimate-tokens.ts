/** About four characters of English a token: OpenAI, "What are tokens and how to count them?". */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / 4);
}
