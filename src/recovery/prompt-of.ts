import type { BatchPrompt } from '../types/prompt.js';

/** Prompts of outcomes that recovery has not seen yet. Nothing of it shows on an outcome, and a copy of one has none. */
const prompts = new WeakMap<object, BatchPrompt<unknown>>();

/** Lets the prompt that an outcome belongs to ride along with it. */
export function attachPrompt<O extends object>(outcome: O, prompt: BatchPrompt<unknown>): O {
  prompts.set(outcome, prompt);
  return outcome;
}

/** The prompt that rode along, which then is let go; `undefined` if there is none. */
export function detachPrompt<T>(outcome: { readonly record: T }): BatchPrompt<T> | undefined {
  const prompt = prompts.get(outcome);
  prompts.delete(outcome);
  return prompt as BatchPrompt<T> | undefined;
}
