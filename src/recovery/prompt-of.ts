import type { BatchPrompt } from '../types/prompt.js';

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

/** An object is itself, and has a private field from then on. */
class Riding extends (function (outcome: object) {
  return outcome;
} as unknown as new (outcome: object) => object) {
  #prompt: BatchPrompt<unknown> | undefined;

  constructor(outcome: object, prompt: BatchPrompt<unknown>) {
    super(outcome);
    this.#prompt = prompt;
  }

  static detach(outcome: object): BatchPrompt<unknown> | undefined {
    if (!(#prompt in outcome)) return undefined;
    const prompt = outcome.#prompt;
    outcome.#prompt = undefined;
    return prompt;
  }
}

/**
 * Lets the prompt that an outcome belongs to ride along with it, once. Nothing of it shows on the outcome, and a copy of one has none: so it
 * is in a private field (a `WeakMap` would cost a tenth of the library's time).
 */
export function attachPrompt<O extends object>(outcome: O, prompt: BatchPrompt<unknown>): O {
  return new Riding(outcome, prompt) as O;
}

/** The prompt that rode along, which then is let go; `undefined` if there is none. */
export function detachPrompt<T>(outcome: { readonly record: T }): BatchPrompt<T> | undefined {
  return Riding.detach(outcome) as BatchPrompt<T> | undefined;
}
