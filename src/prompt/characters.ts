import type { CompletionRequest } from '../types/prompt.js';

/** Characters of system instruction and messages. */
export function charactersOf({ system = '', messages }: CompletionRequest): number {
  return messages.reduce((sum, { content }) => sum + content.length, system.length);
}
