import type { BatchPrompt } from '../types/prompt.js';

/** Tokens of a text. */
export type CountTokens = (text: string) => number;

/**
 * A prompt, or its parts, none of which is more than `maxTokens`. A record that is more than that alone comes in `tooLarge`.
 *
 * @param maxTokens - most tokens of system instruction and messages
 */
export function fitPrompt<T>(
  prompt: BatchPrompt<T>,
  maxTokens: number,
  countTokens: CountTokens,
  tooLarge: (prompt: BatchPrompt<T>, tokens: number) => BatchPrompt<T>,
): readonly BatchPrompt<T>[] {
  if (prompt.request === null || maxTokens === Infinity) return [prompt];
  const { system = '', messages } = prompt.request;
  const tokens = messages.reduce((sum, { content }) => sum + countTokens(content), countTokens(system));
  if (tokens <= maxTokens) return [prompt];
  const positions = [...prompt.records.keys()];
  if (positions.length === 1) return [tooLarge(prompt, tokens)];
  const half = Math.ceil(positions.length / 2);
  return [positions.slice(0, half), positions.slice(half)].flatMap((part) =>
    fitPrompt(prompt.subset(part), maxTokens, countTokens, tooLarge),
  );
}
