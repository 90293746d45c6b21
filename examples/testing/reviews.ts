import { map, type Observable } from 'rxjs';
import { mlPredict, type Outcome } from 'rxjs-llm';
import { type JobProvider, mlPredictJob } from 'rxjs-llm/jobs';
import { defineModel, type Model } from 'rxjs-llm/model';
import type { Provider } from 'rxjs-llm/provider';
import { z } from 'zod';

export interface Review {
  readonly id: string;
  readonly text: string;
}

export type Sentiment = 'positive' | 'negative';

export interface RatedReview extends Review {
  /** `null` where the model gave no usable answer. */
  readonly sentiment: Sentiment | null;
}

export function sentimentModel(provider: Provider): Model<Review, Sentiment> {
  return defineModel<Review, Sentiment>({
    provider,
    systemPrompt: 'Say whether each review is positive or negative.',
    responseSchema: z.enum(['positive', 'negative']),
    batchSize: 2,
    batchTimeoutMs: 50,
  });
}

/** At once. */
export function reviewsWithSentiment(
  reviews$: Observable<Review>,
  model: Model<Review, Sentiment>,
): Observable<RatedReview> {
  return reviews$.pipe(
    mlPredict(model),
    map(({ record, value }) => ({ ...record, sentiment: value })),
  );
}

/** By tomorrow, for half the price. */
export function sentimentByTomorrow(
  reviews$: Observable<Review>,
  model: Model<Review, Sentiment>,
  jobs: JobProvider,
  pollMs = 60_000,
): Observable<Outcome<Review, Sentiment>> {
  return reviews$.pipe(mlPredictJob(model, { jobs, poll: { intervalMs: pollMs } }));
}
