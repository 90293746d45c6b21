import 'rxjs-llm/testing/vitest'; // with jest: 'rxjs-llm/testing/jest'
import { from, map } from 'rxjs';
import { answering, failing, fakeJobs, fakeProvider } from 'rxjs-llm/testing';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest'; // with jest: '@jest/globals'
import { type RatedReview, type Review, reviewsWithSentiment, sentimentByTomorrow, sentimentModel } from './reviews.js';

const a: Review = { id: 'a', text: 'A great film.' };
const b: Review = { id: 'b', text: 'Two hours of boredom.' };

const sentimentOf = (text: string) => (text.includes('boredom') ? 'negative' : 'positive');

const label = ({ id, sentiment }: RatedReview) => `${id} ${sentiment ?? '?'}`;

const scheduler = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected));

test('rates two reviews by one request', () => {
  const provider = fakeProvider(answering(sentimentOf, { latencyMs: 20 }));

  scheduler().run(({ cold, expectObservable, flush }) => {
    const rated$ = reviewsWithSentiment(cold('ab|', { a, b }), sentimentModel(provider));
    expectObservable(rated$.pipe(map(label))).toBe('- 20ms (ab|)', { a: 'a positive', b: 'b negative' });
    flush();
  });

  expect(provider.requests).toMatchObject([{ at: 1, records: [a.text, b.text], end: 'answered', endedAt: 21 }]);
});

test('gives each review away when its entry has come, where the model is held to the schema', () => {
  const reply = {
    a: '{"results": [{"index": 1, "value": "positive"}',
    b: ', {"index": 2, "value": "negative"}]}',
  };
  const provider = fakeProvider('--a-----b--|', reply, { enforcesSchema: true });

  scheduler().run(({ cold, expectObservable }) => {
    const rated$ = reviewsWithSentiment(cold('(ab|)', { a, b }), sentimentModel(provider));
    expectObservable(rated$.pipe(map(label))).toBe('--a-----b--|', { a: 'a positive', b: 'b negative' });
  });
});

test('asks again for a review that the model leaves out, and gives it away without a sentiment in the end', () => {
  const provider = fakeProvider(answering((text) => (text === b.text ? undefined : sentimentOf(text))));

  scheduler().run(({ cold, expectObservable, flush }) => {
    const rated$ = reviewsWithSentiment(cold('(ab|)', { a, b }), sentimentModel(provider));
    expectObservable(rated$.pipe(map(label))).toBe('(ab|)', { a: 'a positive', b: 'b ?' });
    flush();
  });

  expect(provider.requests.map(({ records }) => records)).toEqual([[a.text, b.text], [b.text], [b.text]]);
});

test('waits for as long as the provider asks to be left alone', () => {
  const provider = fakeProvider([failing('rate_limited', { retryAfterMs: 60_000 }), answering(sentimentOf)]);

  scheduler().run(({ cold, expectObservable }) => {
    const rated$ = reviewsWithSentiment(cold('(ab|)', { a, b }), sentimentModel(provider));
    expectObservable(rated$.pipe(map(label))).toBe('60000ms (ab|)', { a: 'a positive', b: 'b negative' });
  });
});

test('has an outcome for each review after a job of three hours', () => {
  const jobs = fakeJobs(sentimentOf, { durationMs: 3 * 3_600_000 });
  const reviews = [a, b, { id: 'c', text: 'A great boredom.' }];
  const outcomes: unknown[] = [];

  scheduler().run(({ flush }) => {
    const model = sentimentModel(fakeProvider(failing('unauthorized')));
    sentimentByTomorrow(from(reviews), model, jobs).subscribe((outcome) => outcomes.push(outcome));
    flush();
  });

  expect(outcomes).toBeOneOutcomeEach(reviews);
  expect(outcomes[1]).toBeAnsweredWith('negative');
  expect(jobs.jobs[0]?.requests.map(({ records }) => records.length)).toEqual([2, 1]);
});
