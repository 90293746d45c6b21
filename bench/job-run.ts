import { forkStandIn } from '../test/testing/own-process.ts';
import { figuresOf } from './forked.ts';
import type { Form, Order, ProviderName, Report } from './job-client.ts';

/** Of the largest job that OpenAI takes: 200 MB. */
export const REQUESTS = 50_000;
const LINE_BYTES = 4000;
/** The answer to each record: results of 80 MB in all. */
const ANSWER = 'Praise for the staff alone does not make a review positive. '.repeat(16);

/**
 * Submits one job, follows it and reads its results. Server and client are processes of their own.
 *
 * @throws Error if it was not one job, or not all requests were answered
 */
export async function runJob(provider: ProviderName, form: Form, requests = REQUESTS): Promise<Report> {
  const server = await forkStandIn({ timeScale: 0, answer: ANSWER, jobs: { durationMs: 0 } });
  try {
    const url = provider === 'openai' ? server.url : server.origin;
    const order: Order = { provider, form, url, requests, lineBytes: LINE_BYTES };
    const report = await figuresOf<Report>('job-client.ts', order);
    if (report.jobs !== 1 || report.ok !== requests)
      throw new Error(`one job with ${requests} answers was expected; got ${report.jobs} with ${report.ok}`);
    return report;
  } finally {
    await server.close();
  }
}
