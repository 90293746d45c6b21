import OpenAI from 'openai';
import { from, lastValueFrom, toArray } from 'rxjs';
import { openaiJobs } from 'rxjs-llm/jobs/openai';
import { openai } from 'rxjs-llm/openai';
import { createStandInServer } from 'rxjs-llm/testing/server';
import { expect, onTestFinished, test } from 'vitest';
import { reviewsWithSentiment, sentimentByTomorrow, sentimentModel } from './reviews.js';

const reviews = [
  { id: 'a', text: 'A great film.' },
  { id: 'b', text: 'Two hours of boredom.' },
  { id: 'c', text: 'I love it.' },
];

test('rates reviews over HTTP, although the first answer is a 503', async () => {
  const server = await createStandInServer({
    timeScale: 0, // answers come at once
    fault: ({ number }) => (number === 1 ? { kind: 'status', status: 503 } : undefined),
  });
  onTestFinished(() => server.close());
  const client = new OpenAI({ baseURL: server.url, apiKey: 'any', maxRetries: 0 });

  const model = sentimentModel(openai(client, { model: 'any' }));
  const rated = await lastValueFrom(reviewsWithSentiment(from(reviews), model).pipe(toArray()));

  expect(rated.map(({ sentiment }) => sentiment)).toEqual(['positive', 'negative', 'positive']);
});

test('has an outcome for each review of a job, although a poll breaks off and the job expires', async () => {
  const server = await createStandInServer({ timeScale: 0, jobs: { durationMs: Infinity } });
  onTestFinished(() => server.close());
  const client = new OpenAI({ baseURL: server.url, apiKey: 'any', maxRetries: 0 });
  server.jobs.callFault = ({ operation, nth }) =>
    operation === 'retrieveJob' && nth === 2 ? { kind: 'reset' } : undefined;

  const model = sentimentModel(openai(client, { model: 'any' })); // what the job leaves is asked live
  const jobs = openaiJobs(client, { model: 'any' });
  const outcomes = lastValueFrom(sentimentByTomorrow(from(reviews), model, jobs, 10).pipe(toArray()));

  await server.jobs.whenCreated();
  const [job] = server.jobs.all;
  const id = job?.id ?? '';
  await server.jobs.advance(id); // validating → in_progress
  await server.jobs.answer(id, 1); // one of its two requests is answered
  await server.jobs.expire(id); // … and the other is not; or finish(id)

  expect((await outcomes).map(({ value }) => value)).toEqual(['positive', 'negative', 'positive']);
  expect(server.jobs.timesSubmitted('I love it.')).toBe(1); // a second time would be paid twice
});
