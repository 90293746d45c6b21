import { finalize, from, map, merge, type Observable, Subject, tap } from 'rxjs';
import { type LlmEvent, mlPredict, type Outcome, pullFrom, pullThrough } from 'rxjs-llm';
import type { Model } from 'rxjs-llm/model';
import { pushThrough } from 'rxjs-llm/push-through';
import type { Review } from '../records/review';
import type { Sentiment, Settings } from './model';

/** Where reviews come from. */
export type Source =
  /** A file can wait: it is read as there is room. */
  | { readonly kind: 'file'; readonly open: () => ReadableStream<Review> }
  /** A ticker cannot: when too many wait, the oldest give way. */
  | { readonly kind: 'ticker'; readonly reviews$: Observable<Review> }
  /** Those of the table that have no sentiment. */
  | { readonly kind: 'again'; readonly reviews: readonly Review[] };

/** Something that happened, for the table and the totals. */
export type Change =
  | { readonly type: 'entered'; readonly review: Review }
  | { readonly type: 'outcome'; readonly outcome: Outcome<Review, Sentiment> }
  | { readonly type: 'event'; readonly event: LlmEvent };

/** Asks for the reviews of a source. Unsubscribing aborts what is on the wire, and lets go of the file. */
export function run(source: Source, model: Model<Review, Sentiment>, settings: Settings): Observable<Change> {
  const changes = new Subject<Change>();
  const enter = tap<Review>((review) => changes.next({ type: 'entered', review }));
  const events = { next: (event: LlmEvent) => changes.next({ type: 'event', event }) };
  const predict = mlPredict(model, { events });

  return merge(
    changes,
    outcomes().pipe(
      map((outcome): Change => ({ type: 'outcome', outcome })),
      finalize(() => changes.complete()),
    ),
  );

  function outcomes(): Observable<Outcome<Review, Sentiment>> {
    const { batchSize: quantum, concurrency } = settings;
    // One batch on the wire for each permit, and one that fills up.
    const room = { maxInFlight: 2 * quantum * concurrency, quantum };
    switch (source.kind) {
      case 'file':
        return pullThrough(
          () => pullFrom(source.open()),
          (reviews$) => reviews$.pipe(enter, predict),
          room,
        );
      case 'ticker':
        return source.reviews$.pipe(
          enter,
          pushThrough((reviews$) => reviews$.pipe(predict), { ...room, maxWaiting: 200, overflow: 'dropOldest' }),
        );
      case 'again':
        return from(source.reviews).pipe(enter, predict);
    }
  }
}
