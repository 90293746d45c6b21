import Anthropic from '@anthropic-ai/sdk';
import type { BatchCreateParams, MessageBatch } from '@anthropic-ai/sdk/resources/messages/batches';
import type { StandInServer } from '../../../src/testing/server.js';
import { collect, userMessage } from '../chat.js';

export function anthropicClient({ origin }: StandInServer, apiKey = 'k'): Anthropic {
  return new Anthropic({ baseURL: origin, apiKey, maxRetries: 0, logLevel: 'off' });
}

export function messageRequest(customId: string, texts: readonly string[], params = {}): BatchCreateParams.Request {
  return { custom_id: customId, params: { model: 'm', max_tokens: 100, messages: [userMessage(texts)], ...params } };
}

/** As many requests with one text each: `r-1` asks for `text 1`. */
export function messageRequests(count: number): BatchCreateParams.Request[] {
  return Array.from({ length: count }, (_, i) => messageRequest(`r-${i + 1}`, [`text ${i + 1}`]));
}

/** A batch that has gone to its end. */
export async function finishedMessages(
  server: StandInServer,
  requests: BatchCreateParams.Request[],
): Promise<MessageBatch> {
  const client = anthropicClient(server);
  const { id } = await client.messages.batches.create({ requests });
  await server.jobs.finish(id);
  return client.messages.batches.retrieve(id);
}

export async function messageResults(server: StandInServer, id: string) {
  return collect(await anthropicClient(server).messages.batches.results(id));
}
