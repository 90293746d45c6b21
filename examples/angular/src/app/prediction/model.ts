import { InjectionToken } from '@angular/core';
import { defineModel, type Model } from 'rxjs-llm/model';
import type { Provider } from 'rxjs-llm/provider';
import { http } from 'rxjs-llm/http';
import * as z from 'zod';
import type { Review } from '../records/review';

const Sentiment = z.enum(['positive', 'negative']);
export type Sentiment = z.infer<typeof Sentiment>;

/** What the sliders say. */
export interface Settings {
  readonly batchSize: number;
  /** How long the first review of a batch waits for others. */
  readonly waitMs: number;
  /** Most requests on the wire. */
  readonly concurrency: number;
}

/** USD for a million tokens: OpenAI's list prices of gpt-4.1-mini. */
export const PRICES = { input: 0.4, output: 1.6 };

/** Who answers. It is the page's own backend, which holds the key and chooses the model; a test provides a fake. */
export const CONNECT = new InjectionToken<(settings: Settings) => Provider>('how to reach the model', {
  providedIn: 'root',
  factory: () => {
    const baseUrl = new URL('api', document.baseURI).href;
    return ({ concurrency }) => http({ baseUrl, model: 'chosen-by-the-backend', concurrency });
  },
});

export function reviewModel(provider: Provider, { batchSize, waitMs }: Settings): Model<Review, Sentiment> {
  return defineModel<Review, Sentiment>({
    provider,
    systemPrompt: 'Say whether each review is positive or negative.',
    recordContent: contentOf,
    responseSchema: Sentiment,
    // A nonce can only be copied from the record that was answered: an entry may leave as soon as it closes.
    recordIds: 'nonce',
    // Rows have a place of their own, so none has to wait for those before it.
    order: 'arrival',
    batchSize,
    batchTimeoutMs: waitMs,
    priceInputPerMillion: PRICES.input,
    priceOutputPerMillion: PRICES.output,
  });
}

/** A throw is the outcome of this review alone: `content_error`. */
function contentOf({ text, problem }: Review): string {
  if (problem !== null) throw new Error(problem);
  return text;
}
