/**
 * What the types of a pipe are, without a type argument in it. Checked by tsc alone: nothing here runs.
 */
import { filter, map, of, Subject } from 'rxjs';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import {
  type AskablePrompt,
  type BatchPrompt,
  bufferTimeOrCount,
  callLLM,
  type FailedOutcome,
  inOrder,
  isOk,
  json,
  type LlmEvent,
  mlPredict,
  type OkOutcome,
  type Outcome,
  type OutcomeError,
  parseIndexed,
  pullThrough,
  recoverFailed,
  type ReplyChunk,
  type ReplyFormat,
  toBatchPrompt,
} from '../../src/index.js';
import { createPredictor } from '../../operators/createPredictor.js';
import { pushThrough } from '../../operators/pushThrough.js';
import { defineModel, type Model, modelFromOptions } from '../../src/model/index.js';
import { delimited } from '../../src/reply/delimited.js';
import { xml } from '../../src/reply/xml.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { provider, type Review, reviews$, sentiment, type Sentiment, texts$ } from './given.js';

// Each operator carries the record's type on.
reviews$.pipe(bufferTimeOrCount({ maxCount: 20, weight: (review) => review.text.length })).subscribe((batch) => {
  expectTypeOf(batch).toEqualTypeOf<Review[]>();
});

const prompts$ = reviews$.pipe(
  bufferTimeOrCount({ maxCount: 20 }),
  toBatchPrompt({ content: (review) => review.text }),
);
prompts$.subscribe((prompt) => {
  expectTypeOf(prompt).toEqualTypeOf<BatchPrompt<Review>>();
  expectTypeOf(prompt.records[0]).toEqualTypeOf<Review | undefined>();
});

const chunks$ = prompts$.pipe(callLLM(provider));
chunks$.subscribe((chunk) => {
  expectTypeOf(chunk).toEqualTypeOf<ReplyChunk<Review>>();
});

chunks$.pipe(parseIndexed()).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, unknown>>();
});

// What asks again is an ordinary pipe, and its prompt carries the record's type.
chunks$
  .pipe(
    parseIndexed({ format: json({ schema: sentiment }) }),
    recoverFailed({
      attempt: (prompt) => {
        expectTypeOf(prompt).toEqualTypeOf<AskablePrompt<Review>>();
        return of(prompt).pipe(callLLM(provider), parseIndexed({ format: json({ schema: sentiment }) }));
      },
    }),
  )
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
  });

// The value's type comes from the schema.
chunks$.pipe(parseIndexed({ format: json({ schema: sentiment }) }), inOrder()).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
});
chunks$
  .pipe(parseIndexed({ format: json({ schema: jsonSchema<'good' | 'bad'>({ enum: ['good', 'bad'] }) }) }))
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, 'good' | 'bad'>>();
  });
chunks$
  .pipe(parseIndexed({ format: json({ schema: z.string().transform((text) => text.length) }) }))
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, number>>();
  });

// The whole pipe at once.
reviews$
  .pipe(
    bufferTimeOrCount({ maxCount: 20, maxWaitMs: 1000 }),
    toBatchPrompt({ content: (review) => review.text, format: json({ schema: sentiment }) }),
    callLLM(provider, { maxRetries: 3 }),
    parseIndexed({ format: json({ schema: sentiment }) }),
    inOrder(),
  )
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
    // The record itself, with its methods.
    outcome.record.ack();
  });

texts$
  .pipe(bufferTimeOrCount({ maxCount: 2 }), toBatchPrompt(), callLLM(provider), parseIndexed())
  .subscribe((outcome) => {
    expectTypeOf(outcome.record).toEqualTypeOf<string>();
  });

// A model knows its values, and leaves the records' type to the stream, unless it reads them itself.
const model = defineModel({ provider, responseSchema: sentiment });
expectTypeOf(model).toEqualTypeOf<Model<unknown, Sentiment>>();
reviews$.pipe(mlPredict(model)).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
});
reviews$
  .pipe(mlPredict(model.with({ batchSize: 50 }), { 'batch.size': '20', order: 'arrival' }))
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
  });

const ofReviews = defineModel({ provider, recordContent: (review: Review) => review.text, responseSchema: z.string() });
expectTypeOf(ofReviews).toEqualTypeOf<Model<Review, string>>();
reviews$.pipe(mlPredict(ofReviews)).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, string>>();
});
reviews$
  .pipe(
    map((review) => ({ ...review, topic: 'films' })),
    mlPredict(ofReviews),
  )
  .subscribe((outcome) => {
    expectTypeOf(outcome.record.topic).toEqualTypeOf<string>();
  });
// @ts-expect-error -- it reads reviews, and these are none
texts$.pipe(mlPredict(ofReviews));

expectTypeOf(defineModel({ provider, responseSchema: { type: 'string' } })).toEqualTypeOf<Model>();
expectTypeOf(defineModel({ provider, responseFormat: xml({ schema: sentiment }) })).toEqualTypeOf<
  Model<unknown, Sentiment>
>();
expectTypeOf(delimited({ schema: sentiment })).toEqualTypeOf<ReplyFormat<Sentiment>>();
expectTypeOf(defineModel({ provider, responseSchema: jsonSchema<number>({ type: 'number' }) })).toEqualTypeOf<
  Model<unknown, number>
>();
reviews$.pipe(mlPredict(modelFromOptions({ provider: 'openai' }))).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, unknown>>();
});

// A source that is pulled carries the record's type into its pipe, and the pipe's out of it.
async function* rows(): AsyncGenerator<Review> {}
pullThrough(rows(), (records) => records.pipe(mlPredict(model)), { maxInFlight: 40 }).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
});

// So does one that is pushed, and a web stream.
reviews$
  .pipe(
    pushThrough((records) => records.pipe(mlPredict(model)), {
      maxInFlight: 40,
      maxWaiting: 100,
      overflow: 'dropOldest',
    }),
  )
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
  });
declare const stream: ReadableStream<Review>;
pullThrough(stream, (records) => records.pipe(mlPredict(model)), { maxInFlight: 40 }).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
});

// A predictor gives each caller its own record back.
declare const review: Review;
createPredictor(model)
  .predict(review)
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
  });
expectTypeOf(createPredictor(ofReviews).predictAsync(review)).resolves.toEqualTypeOf<Outcome<Review, string>>();
// @ts-expect-error -- it reads reviews, and this is none
createPredictor(ofReviews).predict('a');

// Outcomes are narrowed by either side.
reviews$.pipe(mlPredict(model)).subscribe((outcome) => {
  if (isOk(outcome)) {
    expectTypeOf(outcome).toEqualTypeOf<OkOutcome<Review, Sentiment>>();
    expectTypeOf(outcome.value.label).toEqualTypeOf<'good' | 'bad'>();
  } else {
    expectTypeOf(outcome).toEqualTypeOf<FailedOutcome<Review>>();
    expectTypeOf(outcome.value).toBeNull();
  }
  if (outcome.error === null) expectTypeOf(outcome.value).toEqualTypeOf<Sentiment>();
  else expectTypeOf(outcome.error).toEqualTypeOf<OutcomeError>();
  // @ts-expect-error -- it may be null
  outcome.value.label;
});
reviews$.pipe(mlPredict(model), filter(isOk)).subscribe((outcome) => {
  expectTypeOf(outcome.value).toEqualTypeOf<Sentiment>();
});

// One observer of events serves every operator, and tells them apart by their type.
const events = new Subject<LlmEvent>();
reviews$.pipe(mlPredict(model, { events }));
events.subscribe((event) => {
  if (event.type === 'attempt') expectTypeOf(event.usage.cachedInputTokens).toBeNumber();
  if (event.type === 'warning') expectTypeOf(event.code).toExtend<string>();
  // @ts-expect-error -- only attempts have a usage
  event.usage;
});

// Chunks are narrowed by `done` and `error`.
chunks$.subscribe((chunk) => {
  if (!chunk.done) expectTypeOf(chunk.text).toBeString();
  else if (chunk.error === null) expectTypeOf(chunk.finish).toExtend<string>();
  // @ts-expect-error -- an error chunk has no text
  else chunk.text;
});
prompts$.subscribe((prompt) => {
  if (prompt.error === null) expectTypeOf(prompt.request.messages[0]?.content).toEqualTypeOf<string | undefined>();
  else expectTypeOf(prompt.request).toBeNull();
});
