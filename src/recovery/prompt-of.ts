import type { BatchPrompt } from '../types/prompt.js';

/** Prompts of outcomes that recovery has not seen yet. Nothing of it shows on an outcome, and a copy of one has none. */
const prompts = new WeakMap<object, BatchPrompt<unknown>>();

/** Characters of the replies to prompts, so far. */
const replies = new WeakMap<object, number>();

/** More of the reply to a prompt has come. */
export function addReply(prompt: BatchPrompt<unknown>, characters: number): void {
  replies.set(prompt, replyLength(prompt) + characters);
}

/** Characters of the reply to a prompt, so far. */
export function replyLength(prompt: BatchPrompt<unknown>): number {
  return replies.get(prompt) ?? 0;
}

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
