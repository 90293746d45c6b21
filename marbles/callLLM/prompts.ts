import type { CallLLMOptions } from '../../operators/callLLM.js';
import type { Failure } from '../../src/types/outcome.js';
import type { AskablePrompt, BatchPrompt } from '../../src/types/prompt.js';
import type { ReplyChunk } from '../../src/types/reply.js';
import { answer, type FakeProviderOptions, type Said } from '../fake-provider.js';
import { promptFor } from '../prompts.js';
import type { MarbleSpec } from '../spec.js';

/** A letter of the source is the name of a prompt for one record; or a prompt that is refused, for this reason. */
export type Asked = string | { readonly refused: Failure };

export interface Options extends CallLLMOptions {
  /** @defaultValue one that answers up to 8 requests at once */
  readonly provider?: FakeProviderOptions;
}

export type Spec = MarbleSpec<Options, Asked | Said, ReplyChunk<string>>;

/** Without their timers: for specs that look at timers of another kind. */
export const NO_TIMEOUTS = { timeoutMs: Infinity, totalTimeoutMs: Infinity } as const;

export const busy = answer('retryable', 'server_error');
export const cut = answer('retryable', 'connection_error');
export const unauthorized = answer('fatal', 'unauthorized');

export function limited(retryAfterMs: number): Error {
  return answer('retryable', 'rate_limited', retryAfterMs);
}

/** What the letter `name` of the source stands for. */
export function promptOf(asked: Asked): BatchPrompt<string> {
  if (typeof asked === 'string') {
    const prompt: AskablePrompt<string> = promptFor(asked, [asked]);
    return prompt;
  }
  return { ...promptFor('refused', ['refused']), request: null, error: asked.refused };
}

/** `p:text`, `p.stop#1` for its end, `p!server_error#4` for its failure; `#` counts the requests that were sent. */
export function seeChunk(chunk: ReplyChunk<string>): string {
  const { id } = chunk.prompt;
  const attempt = chunk.attempt ?? '?';
  if (!chunk.done) return `${id}:${chunk.text}`;
  return chunk.error === null ? `${id}.${chunk.finish}#${attempt}` : `${id}!${chunk.error.code}#${attempt}`;
}
