/**
 * What the types of a pipe with jobs are, without a type argument where the stream says it. Checked by tsc alone: nothing here runs.
 */
import { EMPTY, Subject } from 'rxjs';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import {
  type BatchPrompt,
  bufferTimeOrCount,
  json,
  type Outcome,
  parseIndexed,
  recoverFailed,
  type ReplyChunk,
  toBatchPrompt,
} from '../../src/index.js';
import {
  type FinishedJob,
  folderStore,
  type JobHandle,
  jobMemory,
  type JobMemory,
  type JobPrompts,
  type JobProvider,
  jobResults,
  type JobWake,
  type KeyedRecord,
  mlPredictJob,
  pollUntilDone,
  promptsOfInput,
  promptsOfKeys,
  readHandle,
  submitBatchJob,
} from '../../src/jobs.js';
import { defineModel, modelFromOptions } from '../../src/model/index.js';
import { provider, type Review, reviews$, sentiment, type Sentiment, texts$ } from './given.js';

declare const jobs: JobProvider;
const prompts$ = reviews$.pipe(
  bufferTimeOrCount({ maxCount: 20 }),
  toBatchPrompt({ content: (review) => review.text }),
);

// Handles carry no type of records; their prompts bring it back.
const memory = jobMemory<Review>();
expectTypeOf(memory).toEqualTypeOf<JobMemory<Review>>();
prompts$.pipe(submitBatchJob(jobs, { memory })).subscribe((handle) => {
  expectTypeOf(handle).toEqualTypeOf<JobHandle>();
});
prompts$.pipe(submitBatchJob(jobs, { memory }), pollUntilDone(jobs)).subscribe((finished) => {
  expectTypeOf(finished).toEqualTypeOf<FinishedJob>();
});
const chunks$ = prompts$.pipe(
  submitBatchJob(jobs, { memory }),
  pollUntilDone(jobs),
  jobResults(jobs, { prompts: memory }),
);
chunks$.subscribe((chunk) => {
  expectTypeOf(chunk).toEqualTypeOf<ReplyChunk<Review>>();
});
chunks$.pipe(parseIndexed({ format: json({ schema: sentiment }) })).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
  // The record itself, with its methods.
  outcome.record.ack();
});

// Callbacks of the options know the record.
prompts$.pipe(
  submitBatchJob(jobs, {
    key: (review) => {
      expectTypeOf(review).toEqualTypeOf<Review>();
      return review.id;
    },
    refused: {
      next: (chunk) => {
        expectTypeOf(chunk).toEqualTypeOf<ReplyChunk<Review>>();
      },
    },
  }),
);
prompts$.pipe(submitBatchJob(jobs, { memory, refused: new Subject<ReplyChunk<Review>>() }));

// In another process a record is its key, until something says what it is.
expectTypeOf(promptsOfKeys()).toEqualTypeOf<JobPrompts<KeyedRecord>>();
expectTypeOf(promptsOfKeys({ store: folderStore('jobs') })).toEqualTypeOf<JobPrompts<{ readonly key: string }>>();
declare const finished$: Subject<FinishedJob>;
finished$
  .pipe(jobResults(jobs, { prompts: promptsOfKeys() }), parseIndexed({ format: json({ schema: z.number() }) }))
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<KeyedRecord, number>>();
  });
declare const recordOf: (key: string) => Review;
declare const promptOf: (reviews: readonly Review[]) => BatchPrompt<Review>;
expectTypeOf(promptsOfKeys({ recordOf, promptOf })).toEqualTypeOf<JobPrompts<Review>>();
finished$
  .pipe(
    jobResults(jobs, { prompts: promptsOfKeys({ recordOf, promptOf }) }),
    parseIndexed(),
    recoverFailed({
      attempt: (prompt) => {
        expectTypeOf(prompt.records).toEqualTypeOf<readonly Review[]>();
        return EMPTY;
      },
    }),
  )
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, unknown>>();
  });
expectTypeOf(promptsOfInput(prompts$, (review) => review.id)).toEqualTypeOf<JobPrompts<Review>>();
expectTypeOf(readHandle('{}')).toEqualTypeOf<JobHandle>();
finished$.subscribe(({ end, files }) => {
  expectTypeOf(files).toEqualTypeOf<readonly string[]>();
  expectTypeOf(end).toEqualTypeOf<'completed' | 'failed' | 'expired' | 'cancelled' | 'deadline' | 'lost'>();
});
pollUntilDone(jobs, { wake$: new Subject<JobWake>() });

// A model knows its values, and leaves the records' type to the stream, unless it reads them itself.
const model = defineModel({ provider, responseSchema: sentiment });
reviews$.pipe(mlPredictJob(model, { jobs })).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
});
reviews$
  .pipe(mlPredictJob(model, { jobs, via: 'job', 'batch.size': '20', submit: { maxRequests: 100 } }))
  .subscribe((outcome) => {
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, Sentiment>>();
  });
const ofReviews = defineModel({ provider, recordContent: (review: Review) => review.text, responseSchema: z.string() });
reviews$.pipe(mlPredictJob(ofReviews, { jobs, submit: { key: ({ id }) => id } })).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<Review, string>>();
});
texts$.pipe(mlPredictJob(modelFromOptions({ provider: 'openai' }), { jobs })).subscribe((outcome) => {
  expectTypeOf(outcome).toEqualTypeOf<Outcome<string, unknown>>();
});
// @ts-expect-error -- it reads reviews, and these are none
texts$.pipe(mlPredictJob(ofReviews, { jobs }));
