import type { EncodedRecord } from '../../prompt/encoding.js';
import type { CompletionRequest } from '../../types/prompt.js';
import { askedRecords, type ChatMessage } from '../chat-request.js';
import { replyLayout } from '../reply-layout.js';
import { replySegments } from '../reply-text.js';

/** The answer to a record, by its text; `undefined` for none. */
export type FakeAnswer = (text: string, request: CompletionRequest) => unknown;

/** The records that a request asks for, as the model reads them. A prompt without encoded records is one record as a whole. */
export function recordsOf(request: CompletionRequest): readonly EncodedRecord[] {
  return askedRecords(messagesOf(request));
}

/** The reply to a request in JSON, cut after each entry. */
export function writeReply(request: CompletionRequest, answer: FakeAnswer): readonly string[] {
  const records = recordsOf(request);
  const layout = replyLayout(request.replySchema, messagesOf(request), records);
  const answered = records.flatMap((record) => {
    const value = answer(record.text, request);
    return value === undefined ? [] : [{ record, value }];
  });
  if (answered.length > 0)
    return replySegments(
      layout,
      answered.map(({ record }) => record),
      answered.map(({ value }) => value),
    );
  if (layout.kind === 'single') return ['{}'];
  return [layout.list === null ? '[]' : JSON.stringify({ [layout.list]: [] })];
}

function messagesOf({ system, messages }: CompletionRequest): readonly ChatMessage[] {
  const said = messages.map(({ role, content }) => ({ role, text: content }));
  return system === undefined ? said : [{ role: 'system', text: system }, ...said];
}
