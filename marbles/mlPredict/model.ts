import type { RunOptions } from '../../operators/mlPredict.js';
import type { ModelOptions } from '../../src/model/options.js';
import { decodeRecords } from '../../src/prompt/decode.js';
import type { Outcome } from '../../src/types/outcome.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import type { FakeProviderOptions, Said } from '../fake-provider.js';
import type { MarbleSpec } from '../spec.js';

/** Options of the model and of the run, as in `mlPredict(model, options)`. */
export interface Options extends Partial<Omit<ModelOptions<string>, 'provider'>>, RunOptions {
  /** @defaultValue one that answers up to 8 requests at once */
  readonly provider?: FakeProviderOptions;
}

export type Spec = MarbleSpec<Options, Said, Outcome<string, unknown>>;

/** The name of a request: its records, one after the other. */
export function recordsIn({ messages }: CompletionRequest): string {
  return messages
    .flatMap(({ content }) => decodeRecords(content, 'plain'))
    .map(({ text }) => text)
    .join('');
}

/** The whole reply to records that are named 1, 2 … */
export function list(...values: readonly string[]): string {
  return JSON.stringify({ results: values.map((value, position) => ({ index: position + 1, value })) });
}
